import { MemosError } from "../../memcube/index.js";
import { ROW_LIMITS } from "./limits.js";

/** The metadata of the published rows, where a source fills only what it has. */
export interface RowMetadata {
  readonly source: string;
  readonly demo: string | null;
  /** For each question its sessions, those of all questions being the context. */
  readonly haystack_sessions: readonly unknown[] | null;
  readonly keypoints: readonly string[] | null;
  readonly previous_events: readonly string[] | null;
  readonly qa_pair_ids: readonly string[];
  readonly question_dates: readonly string[] | null;
  readonly question_ids: readonly string[] | null;
  readonly question_types: readonly string[] | null;
  /** What the published rows do not have: for each question the texts that it is answered from. */
  readonly evidence?: readonly (readonly string[])[];
  /** Nor this: for each question what once was its answer. */
  readonly stale?: readonly (readonly string[])[];
}

/** A row in the format of MemoryAgentBench. */
export interface GeneratedRow {
  readonly context: string;
  readonly questions: readonly string[];
  readonly answers: readonly (readonly string[])[];
  readonly metadata: RowMetadata;
}

export interface RowQuestion {
  readonly question: string;
  readonly answers: readonly string[];
  readonly evidence?: readonly string[];
}

/** What every generator of a row is asked for. */
export interface RowOptions {
  readonly seed: number;
  /** Length of the context, by o200k_base: it is filled up to this. */
  readonly tokens: number;
  readonly questions: number;
}

/** Puts a row together. */
export function rowOf(
  source: string,
  context: string,
  asked: readonly RowQuestion[],
  metadata: Partial<RowMetadata> = {},
): GeneratedRow {
  const isEvident = asked.every(({ evidence }) => evidence !== undefined);
  return {
    context,
    questions: asked.map(({ question }) => question),
    answers: asked.map(({ answers }) => answers),
    metadata: {
      source,
      demo: null,
      haystack_sessions: null,
      keypoints: null,
      previous_events: null,
      qa_pair_ids: asked.map((_, index) => `${source}_no${index}`),
      question_dates: null,
      question_ids: null,
      question_types: null,
      ...(isEvident ? { evidence: asked.map(({ evidence = [] }) => evidence) } : {}),
      ...metadata,
    },
  };
}

/** @throws MemosError INVALID_INPUT for a length or a number of questions out of range. */
export function checkRowOptions({ tokens, questions }: RowOptions): void {
  checkWhole("tokens", tokens, ROW_LIMITS.leastTokens, ROW_LIMITS.mostTokens);
  checkWhole("questions", questions, 1, ROW_LIMITS.questions);
}

/** @throws MemosError INVALID_INPUT for anything but a whole number within two others. */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new MemosError("INVALID_INPUT", `${name} must be a whole number from ${least} to ${most}.`);
}

/**
 * As many questions as are asked for.
 *
 * @throws MemosError INVALID_INPUT where a context of that length has fewer.
 */
export function enough<T>(found: readonly T[], { questions, tokens }: RowOptions): readonly T[] {
  if (found.length < questions)
    throw new MemosError(
      "INVALID_INPUT",
      `A context of ${tokens} tokens has ${found.length} such questions; ask for fewer or for more tokens.`,
    );
  return found.slice(0, questions);
}

/** A length as the names of sources have it: 4k, 262k. */
export function sizeName(tokens: number): string {
  return `${Math.round(tokens / 1_000)}k`;
}
