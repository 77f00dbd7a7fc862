import type { MemCube, Scope } from "../../memcube/index.js";
import { textOf } from "../../memcube/index.js";
import type { ChatModel } from "../inference/index.js";
import type { Warning } from "../operations.js";
import type { Store } from "../store/store.js";
import type { ExtractionCache } from "./cache.js";
import { type ExtractionResult, ModelExtraction } from "./modelExtraction.js";
import type { ExtractedNote, ProposedEvolution, ProposedLink } from "./siftAnswer.js";

/** Notes of one round, and existing memories shown beside them. */
const NOTES = 10;
const CANDIDATES = 12;

/** One process derives at a time: two would pay twice. */
const LEASE = "derive";
const LEASE_MS = 120_000;

/** How long after a failure it is tried again. */
const RETRY_MS = 30_000;

/** What deriving a few notes came to, for the receipt of whoever waited. */
export interface Derived {
  readonly llmCalls: number;
  readonly llmTokens: number;
  readonly warnings: readonly Warning[];
}

/** Writes of what a model proposed: each becomes a version of the cube, so that it can be undone. */
export interface ProposalWriter {
  candidates(text: string, scope: Scope, limit: number): Promise<MemCube[]>;
  note(cube: MemCube, note: ExtractedNote, links: readonly ResolvedLink[], model: string): Promise<void>;
  evolution(cube: MemCube, proposal: ProposedEvolution, model: string): Promise<void>;
}

export interface ResolvedLink {
  readonly to: string;
  readonly kind: ProposedLink["kind"];
  readonly why: string;
}

/**
 * Extraction with a model, in the background: notes that wait are taken in order, a few of one owner with one
 * call, beside the memories most like them; what the model proposes is validated and written as versions. The
 * queue is in the ledger, so a crash loses no note, and a model that is down costs no memory.
 */
export class ModelDeriving {
  readonly #store: Store;
  readonly #extraction: ModelExtraction;
  readonly #write: ProposalWriter;
  readonly #onError: (error: unknown) => void;
  readonly #holder: string;
  readonly #closed = new AbortController();
  #running: Promise<Derived> = Promise.resolve({ llmCalls: 0, llmTokens: 0, warnings: [] });
  #retry: NodeJS.Timeout | undefined;

  constructor(
    store: Store,
    model: ChatModel,
    write: ProposalWriter,
    holder: string,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#extraction = new ModelExtraction(model, { notesPerCall: NOTES }, cacheOf(store));
    this.#write = write;
    this.#holder = holder;
    this.#onError = onError;
  }

  /** Derives what waits now; one run at a time. Resolves with what it cost, and what was not derived and why. */
  run(): Promise<Derived> {
    const mine = this.#running.catch(() => undefined).then(() => this.#derive());
    this.#running = mine;
    return mine;
  }

  /** The same in the background, again after a while when the model did not answer. */
  catchUp(): void {
    this.run().then(
      ({ warnings }) => {
        if (warnings.some(({ code }) => code === "MODEL_FAILED")) this.#retryLater();
      },
      (error) => {
        if (this.#closed.signal.aborted) return;
        this.#onError(error);
        this.#retryLater();
      },
    );
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (!this.#closed.signal.aborted) this.#retry = setTimeout(() => this.catchUp(), RETRY_MS).unref();
  }

  async #derive(): Promise<Derived> {
    const { ledger } = this.#store;
    const total = { llmCalls: 0, llmTokens: 0, warnings: [] as Warning[] };
    if (!(await ledger.lease(LEASE, this.#holder, LEASE_MS))) return total;
    try {
      for (;;) {
        if (this.#closed.signal.aborted) return total;
        const waiting = await ledger.awaitingModel(NOTES);
        if (waiting.length === 0) return total;
        await ledger.lease(LEASE, this.#holder, LEASE_MS);
        const result = await this.#round(waiting.map(({ cube }) => cube));
        total.llmCalls += result.llmCalls;
        total.llmTokens += result.inputTokens + result.outputTokens;
        total.warnings.push(...warningsOf(result));
        // A model that did not answer is asked again later; an answer that could not be used would be no better.
        if (result.failures.some(({ kind }) => kind !== "unusable answer")) return total;
        await ledger.modelDone(waiting.map(({ key }) => key));
      }
    } finally {
      await ledger.release(LEASE, this.#holder);
    }
  }

  async #round(cubes: readonly MemCube[]): Promise<ExtractionResult> {
    const [first] = cubes as [MemCube];
    const owner: Scope = {
      tenant: first.scope.tenant,
      ...(first.scope.user === undefined ? {} : { user: first.scope.user }),
    };
    const asked = cubes.map((cube) => textOf(cube) ?? "").join("\n");
    const own = new Set(cubes.map(({ id }) => id));
    const near = await this.#write.candidates(asked, owner, CANDIDATES + cubes.length);
    const candidates = near.filter(({ id }) => !own.has(id)).slice(0, CANDIDATES);
    const byHandle = new Map<string, MemCube>();
    const named = (cube: MemCube, handle: string) => {
      byHandle.set(handle, cube);
      const { title } = cube.attributes;
      return {
        handle,
        text: textOf(cube) ?? "",
        ...(title === undefined ? {} : { title }),
        at: cube.time.occurredAt ?? cube.time.recordedAt,
      };
    };
    const result = await this.#extraction.extract(
      {
        notes: cubes.map((cube, index) => ({
          ...named(cube, `n${index + 1}`),
          actor: cube.provenance.actor,
        })),
        candidates: candidates.map((cube, index) => named(cube, `c${index + 1}`)),
      },
      { signal: this.#closed.signal },
    );
    if (!result.ok) return result;
    const linksOf = (handle: string): ResolvedLink[] =>
      result.links
        .filter(({ from, to }) => from === handle || (to === handle && !from.startsWith("n")))
        .flatMap(({ from, to, kind, why }) => {
          const other = byHandle.get(from === handle ? to : from);
          return other === undefined ? [] : [{ to: other.id, kind, why }];
        });
    for (const note of result.notes) {
      const cube = byHandle.get(note.handle);
      if (cube !== undefined) await this.#write.note(cube, note, linksOf(note.handle), result.model);
    }
    for (const proposal of result.evolutions) {
      const cube = byHandle.get(proposal.handle);
      if (cube !== undefined) await this.#write.evolution(cube, proposal, result.model);
    }
    return result;
  }

  async settled(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#closed.abort();
    await this.settled();
  }
}

function cacheOf({ ledger }: Store): ExtractionCache {
  return {
    get: (key) => ledger.cachedExtraction(key),
    set: (key, value) => ledger.cacheExtraction(key, value),
  };
}

function warningsOf(result: ExtractionResult): Warning[] {
  return [
    ...result.failures.map(({ kind, reason, notes }) => ({
      code: kind === "unusable answer" ? "MODEL_ANSWER_UNUSABLE" : "MODEL_FAILED",
      message: `Nothing was derived from ${notes.length} memories: ${reason} They are stored and found without it.`,
    })),
    ...result.rejected.map(({ path, reason }) => ({
      code: "MODEL_PROPOSAL_REJECTED",
      message: `${path}: ${reason}`,
    })),
  ];
}
