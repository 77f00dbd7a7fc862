import type { MemCube, Scope } from "../../memcube/index.js";
import { contentHash, isMemosError, learnableText, ownerScope, sameOwner } from "../../memcube/index.js";
import type { ChatModel } from "../inference/index.js";
import type { Warning } from "../operations.js";
import type { Ledger } from "../store/ledger.js";
import type { ExtractionCache } from "./cache.js";
import { type ExtractionResult, ModelExtraction } from "./modelExtraction.js";
import type { ExtractionQuestion } from "./question.js";
import type { Reading } from "./reader.js";
import type { ExtractedNote, ProposedEvolution, ProposedLink } from "./siftAnswer.js";

/** Existing memories that are shown beside new ones. */
const CANDIDATES = 12;

/** Characters of one call, of all notes together; the longest are shown in part where they are more. */
const CALL_CHARACTERS = 48_000;

/** Characters of one note that are shown at most. */
const NOTE_CHARACTERS = 8_000;

/** Tokens of an answer about one note, and of the longest answer. */
const NOTE_TOKENS = 512;
const ANSWER_TOKENS = 8_192;

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

/** What a model said of a few memories, written as far as it is about them. */
export interface NotesRead<More> {
  readonly result: ExtractionResult<More>;
  /** Those that it was shown, and those beside them, by their handles. */
  readonly shown: ReadonlyMap<string, MemCube>;
  /** Ids of memories that nothing was answered about, because the model was silent. */
  readonly silent: ReadonlySet<string>;
  readonly warnings: readonly Warning[];
}

/**
 * The notes of A-MEM by a model: a few of one owner with one call, beside the memories most like them; what the
 * model proposes is validated and written as versions of the cubes.
 */
export class NoteExtraction<More> {
  readonly model: string;
  readonly promptHash: string;
  readonly #model: ChatModel;
  readonly #ledger: Pick<Ledger, "cachedExtraction" | "cacheExtraction">;
  readonly #write: ProposalWriter;
  readonly #question: ExtractionQuestion<More>;

  constructor(
    model: ChatModel,
    ledger: Pick<Ledger, "cachedExtraction" | "cacheExtraction">,
    write: ProposalWriter,
    question: ExtractionQuestion<More>,
  ) {
    this.model = model.name;
    this.promptHash = question.prompt.hash;
    this.#model = model;
    this.#ledger = ledger;
    this.#write = write;
    this.#question = question;
  }

  /** @throws MemosError ABORTED. */
  async read({ cubes, without, signal }: Reading): Promise<NotesRead<More>> {
    const shown = new Map<string, MemCube>();
    const result = await this.#extracted(cubes, without, signal, shown);
    const rejected = await this.#written(result, shown);
    // A model that did not answer is asked again later; an answer that could not be used would be no better.
    const silent = result.failures.filter(({ kind }) => kind !== "unusable answer");
    const handles = silent.flatMap(({ notes }) => notes);
    return {
      result,
      shown,
      silent: new Set(handles.flatMap((handle) => shown.get(handle)?.id ?? [])),
      warnings: warningsOf(result, rejected),
    };
  }

  async #extracted(
    cubes: readonly MemCube[],
    without: readonly string[],
    signal: AbortSignal,
    shown: Map<string, MemCube>,
  ): Promise<ExtractionResult<More>> {
    const [first] = cubes as [MemCube];
    const owner = ownerScope(first.scope);
    const texts = cubes.map(learnableText);
    const hidden = new Set([...cubes.map(({ id }) => id), ...without]);
    const near = await this.#write.candidates(texts.join("\n"), owner, CANDIDATES + cubes.length);
    const { sensitivity, visibility } = first.governance;
    // A search finds what lies inside its scope, which may be another user's or agent's.
    const candidates = near
      .filter(({ id, scope, governance }) => {
        const sameReaders = governance.sensitivity === sensitivity && governance.visibility === visibility;
        return !hidden.has(id) && sameOwner(scope, owner) && sameReaders;
      })
      .slice(0, CANDIDATES);
    const named = (cube: MemCube, handle: string) => {
      shown.set(handle, cube);
      const { title } = cube.attributes;
      return {
        handle,
        text: learnableText(cube),
        ...(title === undefined ? {} : { title }),
        at: cube.time.occurredAt ?? cube.time.recordedAt,
      };
    };
    const notes = cubes.map((cube, index) => ({
      ...named(cube, `n${index + 1}`),
      actor: cube.provenance.actor,
    }));
    const beside = candidates.map((cube, index) => ({ ...named(cube, `c${index + 1}`), type: cube.type }));
    const options = {
      notesPerCall: cubes.length,
      charactersPerCall: 2 * CALL_CHARACTERS,
      noteCharacters: equalShare(texts, CALL_CHARACTERS, NOTE_CHARACTERS),
      answerTokens: Math.min(ANSWER_TOKENS, NOTE_TOKENS * (cubes.length + 1)),
    };
    const cache = cacheOf(
      this.#ledger,
      owner,
      [...shown.values()].map(({ id }) => id),
    );
    const extraction = new ModelExtraction(this.#model, this.#question, options, cache);
    return extraction.extract({ notes, candidates: beside }, { salt: owner.tenant, signal });
  }

  /** Writes what was proposed; what could not be, and why. */
  async #written(
    result: ExtractionResult<More>,
    shown: ReadonlyMap<string, MemCube>,
  ): Promise<{ path: string; reason: string }[]> {
    const rejected: { path: string; reason: string }[] = [];
    if (!result.ok) return rejected;
    const linksOf = (handle: string): ResolvedLink[] =>
      result.links
        .filter(({ from, to }) => from === handle || (to === handle && !from.startsWith("n")))
        .flatMap(({ from, to, kind, why }) => {
          const other = shown.get(from === handle ? to : from);
          return other === undefined ? [] : [{ to: other.id, kind, why }];
        });
    const write = async (handle: string, change: (cube: MemCube) => Promise<void>) => {
      const cube = shown.get(handle);
      const reason = cube === undefined ? undefined : await refusalOf(change(cube));
      if (reason !== undefined) rejected.push({ path: handle, reason });
    };
    for (const note of result.notes)
      await write(note.handle, (cube) => this.#write.note(cube, note, linksOf(note.handle), result.model));
    for (const proposal of result.evolutions)
      await write(proposal.handle, (cube) => this.#write.evolution(cube, proposal, result.model));
    return rejected;
  }
}

/** The most characters of each text with which all of them stay within a limit: short ones are shown whole. */
export function equalShare(texts: readonly string[], limit: number, most: number): number {
  const lengths = texts.map(({ length }) => Math.min(length, most)).sort((a, b) => a - b);
  let left = limit;
  for (const [at, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - at));
    if (length > share) return Math.max(1, share);
    left -= length;
  }
  return most;
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

function warningsOf(
  result: ExtractionResult<unknown>,
  unwritten: readonly { path: string; reason: string }[],
): Warning[] {
  const unanswered = result.ok ? result.unanswered : [];
  return [
    ...result.failures.map(({ kind, reason, notes }) => ({
      code: kind === "unusable answer" ? "MODEL_ANSWER_UNUSABLE" : "MODEL_FAILED",
      message: `Nothing was derived from ${notes.length} memories: ${reason} They are stored and found without it.`,
    })),
    ...[...result.rejected, ...unwritten].map(({ path, reason }) => ({
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
