import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";

type Fields = Readonly<Record<string, unknown>>;

export type Reading =
  /** `brokenAt` is where the answer broke off or went wrong; what is before it was read. */
  | { readonly ok: true; readonly value: Fields; readonly brokenAt?: string }
  | { readonly ok: false; readonly reason: string };

/** Braces in prose that are tried as the beginning of the object. */
const STARTS = 32;

/**
 * The JSON object of an answer that should be nothing else; one of the known fields tells it from other objects. Thoughts, prose and code fences around it are left
 * out. When it is cut off or broken, it ends at the last whole element of its outer lists: a half note is never
 * completed, and nothing is read that the model did not write.
 */
export function readAnswer(text: string, known: readonly string[]): Reading {
  const isAnswer = (value: Fields) => known.some((field) => Object.hasOwn(value, field));
  if (text.length > LIMITS.answerCharacters)
    return { ok: false, reason: `The answer is over ${LIMITS.answerCharacters} characters.` };
  const answer = text.replace(/^\s*<think>[\s\S]*?<\/think>/, "").trim();
  if (answer === "") return { ok: false, reason: "The model answered nothing." };
  let start = answer.indexOf("{");
  let broken: Reading | undefined;
  for (let tries = 0; start >= 0 && tries < STARTS; tries++) {
    const { end, cuts } = scan(answer, start);
    const value = end === undefined ? undefined : parsed(answer.slice(start, end));
    if (value !== undefined && isAnswer(value)) return { ok: true, value };
    const saved = value === undefined && broken === undefined ? salvage(answer, start, cuts) : undefined;
    if (saved?.ok === true && isAnswer(saved.value)) broken = saved;
    start = answer.indexOf("{", value === undefined || end === undefined ? start + 1 : end);
  }
  return (
    broken ?? {
      ok: false,
      reason: answer.includes("{")
        ? "The answer holds no whole element of the form that was asked for."
        : "The answer is not JSON.",
    }
  );
}

/** A place where the object can be ended: after an element of an outer list, or after such a list. */
interface Cut {
  readonly at: number;
  readonly closing: string;
}

/** Walks from an opening brace to the one that closes it, if there is one. */
function scan(text: string, start: number): { end?: number; cuts: Cut[] } {
  const closers: string[] = [];
  const cuts: Cut[] = [];
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") closers.push("}");
    else if (character === "[") closers.push("]");
    else if (character === "}" || character === "]") {
      if (closers.pop() !== character) return { cuts };
      if (closers.length === 0) return { end: at + 1, cuts };
      if (closers.length === 1 || (closers.length === 2 && closers[1] === "]"))
        cuts.push({ at: at + 1, closing: closers.toReversed().join("") });
    }
  }
  return { cuts };
}

/** The longest beginning that is valid. If one is not, no longer one is: the search halves. */
function salvage(text: string, start: number, cuts: readonly Cut[]): Reading | undefined {
  let best: Fields | undefined;
  let low = 0;
  let high = cuts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const cut = cuts[middle];
    const value = cut === undefined ? undefined : parsed(text.slice(start, cut.at) + cut.closing);
    if (value === undefined) high = middle - 1;
    else {
      best = value;
      low = middle + 1;
    }
  }
  if (best === undefined) return undefined;
  const [field, last] = Object.entries(best).at(-1) ?? ["", []];
  return { ok: true, value: best, brokenAt: Array.isArray(last) ? `${field}.${last.length}` : field };
}

function parsed(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
