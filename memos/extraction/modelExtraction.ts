import { performance } from "node:perf_hooks";
import * as z from "zod";
import { contentHash, isMemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { ChatModel } from "../inference/index.js";
import { parse } from "../parse.js";
import { batchesOf, type ShownInPart, shorten } from "./batches.js";
import type { ExtractionCache } from "./cache.js";
import type { ExtractionQuestion } from "./question.js";
import { readAnswer } from "./readAnswer.js";
import {
  ANSWER_FIELDS,
  type ExtractionCandidate,
  type ExtractionInput,
  type ExtractionNote,
  extractionInputSchema,
} from "./schema.js";
import type { Rejection } from "./sieve.js";
import {
  type ExtractedNote,
  type OfferedHandles,
  type ProposedEvolution,
  type ProposedLink,
  type SiftedAnswer,
  siftAnswer,
} from "./siftAnswer.js";

export const modelExtractionOptionsSchema = z.strictObject({
  /** Notes that one call shows. */
  notesPerCall: z.int().min(1).max(100).default(10),
  /** Characters of the notes of one call; a single note may exceed it. */
  charactersPerCall: z.int().min(1).max(1_000_000).default(16_000),
  /** Characters of one note, and of its title, that are shown. */
  noteCharacters: z.int().min(1).max(1_000_000).default(8_000),
  /** Characters of one candidate, and of its title, that are shown. */
  candidateCharacters: z.int().min(1).max(100_000).default(600),
  /** Tokens of one answer. */
  answerTokens: z.int().min(1).max(1_000_000).default(4_096),
});

export type ModelExtractionOptions = z.input<typeof modelExtractionOptionsSchema>;

/**
 * Calls without any answer after which a model counts as down. One alone may be due to its text, which must
 * not keep the notes after it from being asked about for ever.
 */
const SILENT_CALLS = 2;

/** Notes of one call that came to nothing. */
export interface ExtractionFailure {
  readonly notes: readonly string[];
  /** The model gave no answer, the answer could not be read, or it was not asked because it failed twice before. */
  readonly kind: "no answer" | "unusable answer" | "not asked";
  readonly reason: string;
}

/** What extraction cost, and everything that was left out on the way. */
export interface ExtractionReceipt {
  readonly model: string;
  readonly promptHash: string;
  /** Answers asked of the model in this run, the ones that failed included; attempts of one are not counted apart. */
  readonly llmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Calls that the cache answered. */
  readonly cached: number;
  /** Reads and writes at which the cache failed; they cost a call, never a result. */
  readonly cacheFailures: number;
  readonly milliseconds: number;
  /** What was not taken of the answers; a path begins with the call: `calls.0.links.2`. */
  readonly rejected: readonly Rejection[];
  readonly shownInPart: readonly ShownInPart[];
  readonly failures: readonly ExtractionFailure[];
}

export type ExtractionResult<More = undefined> =
  | (ExtractionReceipt & {
      readonly ok: true;
      readonly notes: readonly ExtractedNote[];
      readonly links: readonly ProposedLink[];
      readonly evolutions: readonly ProposedEvolution[];
      /** What else was asked for, of each usable answer. */
      readonly more: readonly More[];
      /** Notes that were shown and that usable answers say nothing about. */
      readonly unanswered: readonly string[];
    })
  /** Not one call came to anything. */
  | (ExtractionReceipt & { readonly ok: false; readonly reason: string });

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

interface Run {
  readonly receipt: Mutable<ExtractionReceipt>;
  readonly candidates: readonly ExtractionCandidate[];
  readonly candidateHandles: ReadonlySet<string>;
  readonly salt: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** `brokenAt` set: the answer is good as far as it goes, and is not kept. */
interface UsableAnswer<More> extends SiftedAnswer<More> {
  readonly call: number;
  readonly brokenAt?: string;
}

/**
 * Notes with attributes, entities, facts, links and proposals for neighbours, in one structured call for
 * several notes. A-MEM (arXiv 2502.12110) makes two calls a note and overwrites neighbours, HippoRAG (arXiv
 * 2405.14831, 2502.14802) two a passage; here the model sees short handles instead of ids, and whatever it
 * answers is a proposal: nothing is stored.
 *
 * @throws MemosError INVALID_INPUT for an option out of range.
 */
export class ModelExtraction<More = undefined> {
  readonly promptHash: string;
  readonly #model: ChatModel;
  readonly #question: ExtractionQuestion<More>;
  readonly #options: z.output<typeof modelExtractionOptionsSchema>;
  readonly #cache: ExtractionCache | undefined;

  constructor(
    model: ChatModel,
    question: ExtractionQuestion<More>,
    options: ModelExtractionOptions = {},
    cache?: ExtractionCache,
  ) {
    this.#model = model;
    this.#question = question;
    this.promptHash = question.prompt.hash;
    this.#options = parse(modelExtractionOptionsSchema, options);
    this.#cache = cache;
  }

  /**
   * Asks about the notes, call after call. Every call shows all candidates; links between notes come about
   * within a call. A call without a usable answer is listed in `failures` and does not cost the others; after
   * two in a row that the model did not answer at all, the rest is not asked.
   *
   * @param options.salt whose notes they are: as in `ChatRequest`.
   * @throws MemosError INVALID_INPUT or TOO_LARGE for bad input, ABORTED when the caller has cancelled.
   */
  async extract(
    input: ExtractionInput,
    { salt, signal }: { salt?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<ExtractionResult<More>> {
    const started = performance.now();
    const { notes, candidates } = parse(extractionInputSchema, input);
    const { noteCharacters, candidateCharacters, notesPerCall, charactersPerCall } = this.#options;
    const shownInPart: ShownInPart[] = [];
    const shown = notes.map((note) => shorten(note, noteCharacters, shownInPart));
    const run: Run = {
      receipt: {
        model: this.#model.name,
        promptHash: this.promptHash,
        llmCalls: 0,
        inputTokens: 0,
        outputTokens: 0,
        cached: 0,
        cacheFailures: 0,
        milliseconds: 0,
        rejected: [],
        shownInPart,
        failures: [],
      },
      candidates: candidates.map((candidate) => shorten(candidate, candidateCharacters, shownInPart)),
      candidateHandles: new Set(candidates.map(({ handle }) => handle)),
      salt,
      signal,
    };
    const answers: UsableAnswer<More>[] = [];
    const batches = batchesOf(shown, notesPerCall, charactersPerCall);
    let silent = 0;
    for (const [call, batch] of batches.entries()) {
      throwIfAborted(signal);
      if (silent === SILENT_CALLS) {
        const rest = handlesOf(batches.slice(call).flat());
        run.receipt.failures.push({ notes: rest, kind: "not asked", reason: "The model failed before." });
        break;
      }
      const answer = await this.#answer(batch, call, run);
      if ("reason" in answer) run.receipt.failures.push(answer);
      else {
        answers.push(answer);
        run.receipt.rejected.push(...answer.rejected);
      }
      silent = "reason" in answer && answer.kind === "no answer" ? silent + 1 : 0;
    }
    return resultOf({ ...run.receipt, milliseconds: performance.now() - started }, answers, shown);
  }

  /** From the cache if it has one, else from the model. */
  async #answer(
    batch: readonly ExtractionNote[],
    call: number,
    run: Run,
  ): Promise<UsableAnswer<More> | ExtractionFailure> {
    const { candidates, receipt } = run;
    const { model, promptHash } = receipt;
    const notes = handlesOf(batch);
    const offered = { notes: new Set(notes), candidates: run.candidateHandles };
    const { answerTokens } = this.#options;
    const key = contentHash({ model, promptHash, answerTokens, notes: batch, candidates });
    const known = await this.#recall(key, run);
    const kept = known === undefined ? undefined : usable(known, offered, this.#question, call);
    if (typeof kept === "object" && isWhole(kept, batch)) {
      receipt.cached++;
      return kept;
    }
    const { text, failure } = await this.#ask(batch, run);
    if (text === undefined) return { notes, kind: "no answer", reason: failure };
    const answer = usable(text, offered, this.#question, call);
    if (typeof answer === "string") return { notes, kind: "unusable answer", reason: answer };
    if (isWhole(answer, batch)) await this.#keep(key, text, run);
    return answer;
  }

  async #ask(
    batch: readonly ExtractionNote[],
    { candidates, salt, signal, receipt }: Run,
  ): Promise<{ text: string; failure?: never } | { text?: never; failure: string }> {
    const { prompt } = this.#question;
    receipt.llmCalls++;
    try {
      const { text, inputTokens, outputTokens } = await this.#model.complete({
        ...prompt.render({ notes: [...batch], candidates: [...candidates] }),
        schemaName: prompt.name,
        schema: prompt.schema,
        maxTokens: this.#options.answerTokens,
        salt,
        signal,
      });
      receipt.inputTokens += inputTokens;
      receipt.outputTokens += outputTokens;
      return { text };
    } catch (error) {
      throwIfAborted(signal);
      // What another implementation throws may quote its key; only our own sentences are passed on.
      return { failure: isMemosError(error) ? error.message : "The model failed." };
    }
  }

  async #recall(key: string, run: Run): Promise<string | undefined> {
    try {
      return await this.#cache?.get(key);
    } catch {
      run.receipt.cacheFailures++;
      return undefined;
    }
  }

  async #keep(key: string, text: string, run: Run): Promise<void> {
    try {
      await this.#cache?.set(key, text);
    } catch {
      run.receipt.cacheFailures++;
    }
  }
}

/** What can be taken of an answer, or why it is unusable. */
function usable<More>(
  text: string,
  offered: OfferedHandles,
  question: ExtractionQuestion<More>,
  call: number,
): UsableAnswer<More> | string {
  const reading = readAnswer(text, [...ANSWER_FIELDS, ...question.fields]);
  if (!reading.ok) return reading.reason;
  const answer = siftAnswer(reading.value, offered, question);
  const { brokenAt } = reading;
  const rejected = answer.rejected.map(({ path, reason }) => ({ path: `calls.${call}.${path}`, reason }));
  if (brokenAt === undefined) return { ...answer, call, rejected };
  rejected.push({
    path: `calls.${call}.${brokenAt}`,
    reason: "is cut off or is not JSON, and so is what follows",
  });
  return { ...answer, call, rejected, brokenAt };
}

/** Worth keeping: nothing is missing of it, so that what a model forgot is asked again. */
function isWhole(answer: UsableAnswer<unknown>, batch: readonly ExtractionNote[]): boolean {
  return answer.brokenAt === undefined && answer.notes.length === batch.length;
}

function resultOf<More>(
  receipt: Mutable<ExtractionReceipt>,
  answers: readonly UsableAnswer<More>[],
  shown: readonly ExtractionNote[],
): ExtractionResult<More> {
  if (answers.length === 0 && shown.length > 0)
    return { ...receipt, ok: false, reason: receipt.failures[0]?.reason ?? "No note was answered." };
  const notes = answers.flatMap((answer) => answer.notes);
  const evolutions = new Map<string, ProposedEvolution>();
  for (const { call, evolutions: proposed } of answers)
    for (const evolution of proposed)
      if (evolutions.has(evolution.handle))
        receipt.rejected.push({
          path: `calls.${call}.evolutions`,
          reason: `an earlier call has proposed a change of ${evolution.handle}`,
        });
      else evolutions.set(evolution.handle, evolution);
  const settled = new Set([
    ...notes.map(({ handle }) => handle),
    ...receipt.failures.flatMap((failure) => failure.notes),
  ]);
  return {
    ...receipt,
    ok: true,
    notes,
    links: answers.flatMap((answer) => answer.links),
    evolutions: [...evolutions.values()],
    more: answers.map((answer) => answer.more),
    unanswered: handlesOf(shown).filter((handle) => !settled.has(handle)),
  };
}

function handlesOf(notes: readonly ExtractionNote[]): string[] {
  return notes.map(({ handle }) => handle);
}
