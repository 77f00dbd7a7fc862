import type { MemCube, Scope } from "../../memcube/index.js";
import { contentHash, isMemosError, learnableText } from "../../memcube/index.js";
import type { ChatModel } from "../inference/index.js";
import type { Warning } from "../operations.js";
import type { Ledger } from "../store/ledger.js";
import type { ExtractionCache } from "./cache.js";
import { type ExtractionResult, ModelExtraction } from "./modelExtraction.js";
import type { Reader, Reading, ReadingResult } from "./reader.js";
import type { ExtractedNote, ProposedEvolution, ProposedLink } from "./siftAnswer.js";

/** Notes of one round, and existing memories shown beside them. */
const NOTES = 10;
const CANDIDATES = 12;

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
 * The notes of A-MEM by a model: a few of one owner with one call, beside the memories most like them; what the
 * model proposes is validated and written as versions of the cubes.
 */
export class NoteReader implements Reader {
  readonly batch = NOTES;
  readonly #model: ChatModel;
  readonly #ledger: Pick<Ledger, "cachedExtraction" | "cacheExtraction">;
  readonly #write: ProposalWriter;

  constructor(
    model: ChatModel,
    ledger: Pick<Ledger, "cachedExtraction" | "cacheExtraction">,
    write: ProposalWriter,
  ) {
    this.#model = model;
    this.#ledger = ledger;
    this.#write = write;
  }

  async read({ cubes, without, signal }: Reading): Promise<ReadingResult> {
    const result = await this.#extracted(cubes, without, signal);
    // A model that did not answer is asked again later; an answer that could not be used would be no better.
    const silent = result.failures.filter(({ kind }) => kind !== "unusable answer");
    const open = new Set(silent.flatMap(({ notes }) => notes));
    return {
      unanswered: new Set(cubes.filter((_, index) => open.has(noteHandle(index))).map(({ id }) => id)),
      llmCalls: result.llmCalls,
      llmTokens: result.inputTokens + result.outputTokens,
      warnings: warningsOf(result),
    };
  }

  async #extracted(
    cubes: readonly MemCube[],
    without: readonly string[],
    signal: AbortSignal,
  ): Promise<ExtractionResult> {
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
      cacheOf(this.#ledger, owner, shown),
    );
    const result = await extraction.extract(
      {
        notes: cubes.map((cube, index) => ({
          ...named(cube, noteHandle(index)),
          actor: cube.provenance.actor,
        })),
        candidates: candidates.map((cube, index) => named(cube, `c${index + 1}`)),
      },
      { signal },
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
}

function noteHandle(index: number): string {
  return `n${index + 1}`;
}

/** Of one owner: that somebody else has paid for the same text is nobody's business. */
function cacheOf(
  ledger: Pick<Ledger, "cachedExtraction" | "cacheExtraction">,
  owner: Scope,
  shown: readonly string[],
): ExtractionCache {
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
