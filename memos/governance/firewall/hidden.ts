import type { Found } from "./scan.js";

/** Anything that could be hidden text; a text without it is not looked at again. */
const SUSPICIOUS =
  /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|[\ufe00-\ufe0f]|\udb40[\udc00-\udfff]/;

/** Unicode tags (U+E0000 to U+E007F) and variation selectors that stand for letters. */
const TAGS = /(?:\udb40[\udc00-\udfff]|[\ufe00-\ufe0f]){4,4096}/g;

/** The flags of England, Scotland and Wales are a black flag followed by tags. */
const FLAG = "\u{1F3F4}";

/** Overrides turn text around; the marks that right-to-left scripts need do not. */
const OVERRIDE = /[\u202d\u202e]/g;

/** Between two letters of a script that has no use for them. */
const SPLITTING = /(?<=[A-Za-z])[\u200b-\u200d\u2060-\u2064\ufeff]{1,64}(?=[A-Za-z])/g;

/** A long run of invisible characters is a message of its own. */
const INVISIBLE_RUN = /[\u200b-\u200f\u2060-\u2064\ufeff]{8,4096}/g;

/** Split words of a text that are no accident of copying. */
const SPLIT_WORDS = 3;

/** Text that a model reads and a person does not see: tag characters, reversed text, split words. */
export function hiddenIn(text: string): Found[] {
  if (!SUSPICIOUS.test(text)) return [];
  const at = (kind: string, confidence: number) => (match: RegExpMatchArray) => ({
    kind,
    start: match.index as number,
    end: (match.index as number) + match[0].length,
    confidence,
  });
  const tags = [...text.matchAll(TAGS)]
    .filter(({ index, 0: run }) => text.slice(index - FLAG.length, index) !== FLAG || run.length > 16)
    .map(at("hidden-text", 1));
  const runs = [...text.matchAll(INVISIBLE_RUN)].map(at("hidden-text", 0.8));
  const overrides = [...text.matchAll(OVERRIDE)].map(at("reversed-text", 0.6));
  const splits = [...text.matchAll(SPLITTING)].map(at("split-words", 0.6));
  return [...tags, ...runs, ...overrides, ...(splits.length >= SPLIT_WORDS ? splits : [])];
}
