import type { MemCube, Scope } from "../../memcube/index.js";
import { contentHash, isMemosError, learnableText } from "../../memcube/index.js";
import { unlessAborted } from "../aborted.js";
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

/** How long after a failure it is tried again, twice as long after each further one, and the longest. */
const RETRY_MS = 30_000;
const RETRY_MS_AT_MOST = 3_600_000;

/** Notes in a row that the model does not answer about, one by one, until it is taken to be down. */
const SILENT_NOTES = 2;

/** What deriving a few notes came to, for the receipt of whoever waited. */
export interface Derived {
  readonly llmCalls: number;
  readonly llmTokens: number;
  readonly warnings: readonly Warning[];
}

/** Somebody who waits for cubes: those that the model was not asked about so far, and what became of the others. */
interface Waiter {
  readonly unread: Set<string>;
  llmCalls: number;
  llmTokens: number;
  readonly warnings: Warning[];
}

/** Whether cubes still wait that this process is to ask about again. */
type Outcome = "done" | "later";

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
  readonly #model: ChatModel;
  readonly #write: ProposalWriter;
  readonly #onError: (error: unknown) => void;
  readonly #holder: string;
  readonly #closed = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #running: Promise<Outcome> = Promise.resolve("done");
  /** The run that is to follow, until it begins. */
  #queued: Promise<Outcome> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS;

  constructor(
    store: Store,
    model: ChatModel,
    write: ProposalWriter,
    holder: string,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#model = model;
    this.#write = write;
    this.#holder = holder;
    this.#onError = onError;
  }

  /** In the background, again after a while when the model did not answer. Never rejects. */
  async catchUp(): Promise<Outcome> {
    // Whoever comes before a run has begun is served by it: a model that is down is not asked for each of them.
    this.#queued ??= this.#running
      .then(() => {
        this.#queued = undefined;
        return this.#derive();
      })
      .catch((error): Outcome => {
        if (!this.#closed.signal.aborted) this.#onError(error);
        return "later";
      });
    this.#running = this.#queued;
    const outcome = await this.#queued;
    if (outcome === "later") this.#retryLater();
    return outcome;
  }

  /**
   * Waits until the model was asked about these cubes, which are in the ledger: they are kept whatever becomes
   * of it, so it never rejects. Whichever run reads them, the receipt is about these and no others. An abort
   * ends the waiting, not the work.
   */
  async derived(cubes: readonly string[], signal: AbortSignal | undefined): Promise<Derived> {
    const waiter: Waiter = { unread: new Set(cubes), llmCalls: 0, llmTokens: 0, warnings: [] };
    this.#waiters.add(waiter);
    const reading = this.#running.then((outcome) => (waiter.unread.size > 0 ? this.catchUp() : outcome));
    const waiting =
      signal?.aborted === true ? Promise.reject(signal.reason) : unlessAborted(reading, signal, "");
    const outcome = await waiting.catch((): Outcome => "later");
    this.#waiters.delete(waiter);
    const { unread, llmCalls, llmTokens, warnings } = waiter;
    if (outcome === "later" && unread.size > 0)
      warnings.push({
        code: "NOT_DERIVED_YET",
        message: `The model is asked about ${unread.size} memories later. They are stored and found without it.`,
      });
    return { llmCalls, llmTokens, warnings };
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#closed.signal.aborted) return;
    this.#retry = setTimeout(() => void this.catchUp(), this.#retryMs).unref();
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_AT_MOST);
  }

  async #derive(): Promise<Outcome> {
    if (this.#closed.signal.aborted) return "later";
    const { ledger } = this.#store;
    // What another process has not seen before it stops is nobody's, unless it is looked for again.
    if (!(await ledger.lease(LEASE, this.#holder, LEASE_MS))) return "later";
    // Notes that the model did not answer about although they were asked alone: they hold up no others.
    const passed = new Map<number, string>();
    let silentNotes = 0;
    let alone = 0;
    try {
      for (;;) {
        if (this.#closed.signal.aborted) return "later";
        const waiting = await ledger.awaitingModel(alone > 0 ? 1 : NOTES, [...passed.keys()]);
        if (waiting.length === 0) return passed.size === 0 ? "done" : "later";
        await ledger.lease(LEASE, this.#holder, LEASE_MS);
        const cubes = waiting.map(({ cube }) => cube);
        const result = await this.#round(cubes, [...passed.values()]);
        this.#report(cubes, result);
        // A model that did not answer is asked again later; an answer that could not be used would be no better.
        const silent = result.failures.filter(({ kind }) => kind !== "unusable answer");
        const open = new Set(silent.flatMap(({ notes }) => notes));
        const read = waiting.filter((_, index) => !open.has(noteHandle(index)));
        await ledger.modelDone(read.map(({ key, digest }) => ({ key, digest })));
        if (silent.length === 0) {
          silentNotes = 0;
          alone = Math.max(0, alone - 1);
          this.#retryMs = RETRY_MS;
        } else if (waiting.length > 1) alone = waiting.length;
        else {
          for (const { key, cube } of waiting) passed.set(key, cube.id);
          alone = Math.max(0, alone - 1);
          if (++silentNotes === SILENT_NOTES) return "later";
        }
      }
    } finally {
      await ledger.release(LEASE, this.#holder);
    }
  }

  #report(cubes: readonly MemCube[], result: ExtractionResult): void {
    for (const waiter of this.#waiters) {
      if (cubes.filter(({ id }) => waiter.unread.delete(id)).length === 0) continue;
      waiter.llmCalls += result.llmCalls;
      waiter.llmTokens += result.inputTokens + result.outputTokens;
      waiter.warnings.push(...warningsOf(result));
    }
  }

  async #round(cubes: readonly MemCube[], without: readonly string[]): Promise<ExtractionResult> {
    const [first] = cubes as [MemCube];
    const { tenant, user } = first.scope;
    const owner: Scope = { tenant, ...(user === undefined ? {} : { user }) };
    const asked = cubes.map(learnableText).join("\n");
    const hidden = new Set([...cubes.map(({ id }) => id), ...without]);
    const near = await this.#write.candidates(asked, owner, CANDIDATES + cubes.length);
    const { sensitivity, visibility } = first.governance;
    // A search without a user finds the memories of every user, which are none of this note's.
    const candidates = near
      .filter(({ id, scope, governance }) => {
        const sameReaders = governance.sensitivity === sensitivity && governance.visibility === visibility;
        return !hidden.has(id) && scope.user === user && sameReaders;
      })
      .slice(0, CANDIDATES);
    const byHandle = new Map<string, MemCube>();
    const named = (cube: MemCube, handle: string) => {
      byHandle.set(handle, cube);
      const { title } = cube.attributes;
      return {
        handle,
        text: learnableText(cube),
        ...(title === undefined ? {} : { title }),
        at: cube.time.occurredAt ?? cube.time.recordedAt,
      };
    };
    const shown = [...cubes, ...candidates].map(({ id }) => id);
    const extraction = new ModelExtraction(
      this.#model,
      { notesPerCall: NOTES },
      cacheOf(this.#store, owner, shown),
    );
    const result = await extraction.extract(
      {
        notes: cubes.map((cube, index) => ({
          ...named(cube, noteHandle(index)),
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
    const rejected = [...result.rejected];
    const write = async (handle: string, change: (cube: MemCube) => Promise<void>) => {
      const cube = byHandle.get(handle);
      const reason = cube === undefined ? undefined : await refusalOf(change(cube));
      if (reason !== undefined) rejected.push({ path: handle, reason });
    };
    for (const note of result.notes)
      await write(note.handle, (cube) => this.#write.note(cube, note, linksOf(note.handle), result.model));
    for (const proposal of result.evolutions)
      await write(proposal.handle, (cube) => this.#write.evolution(cube, proposal, result.model));
    return { ...result, rejected };
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#closed.abort();
    await this.settled();
  }
}

function noteHandle(index: number): string {
  return `n${index + 1}`;
}

/** Of one owner: that somebody else has paid for the same text is nobody's business. */
function cacheOf({ ledger }: Store, owner: Scope, shown: readonly string[]): ExtractionCache {
  const keyOf = (key: string) => contentHash({ owner, key });
  return {
    get: (key) => ledger.cachedExtraction(keyOf(key)),
    set: (key, value) => ledger.cacheExtraction(keyOf(key), value, shown),
  };
}

/** Why a cube cannot take a proposal: it is protected, or was forgotten while the model read it. */
async function refusalOf(writing: Promise<void>): Promise<string | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (isMemosError(error) && (error.code === "CONFLICT" || error.code === "NOT_FOUND"))
      return error.message;
    throw error;
  }
}

function warningsOf(result: ExtractionResult): Warning[] {
  const unanswered = result.ok ? result.unanswered : [];
  return [
    ...result.failures.map(({ kind, reason, notes }) => ({
      code: kind === "unusable answer" ? "MODEL_ANSWER_UNUSABLE" : "MODEL_FAILED",
      message: `Nothing was derived from ${notes.length} memories: ${reason} They are stored and found without it.`,
    })),
    ...result.rejected.map(({ path, reason }) => ({
      code: "MODEL_PROPOSAL_REJECTED",
      message: `${path}: ${reason}`,
    })),
    ...(unanswered.length === 0
      ? []
      : [
          {
            code: "MODEL_ANSWER_INCOMPLETE",
            message: `The model said nothing of ${unanswered.length} memories. They are stored and found without it.`,
          },
        ]),
  ];
}
