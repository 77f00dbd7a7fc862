import { type ExtractedFact, factsIn, timesIn } from "../../graph/extraction/index.js";
import { personalIn } from "../../memos/governance/firewall/personal.js";
import { secretsIn } from "../../memos/governance/firewall/secrets.js";
import type { Message } from "./message.js";

/** Characters of a message that its types are told from. */
export const ROUTED_CHARACTERS = 8_000;

/** Slots for words, pairs of words and pieces of words, by their hash. */
export const WORD_SLOTS = 8_192;

/** Words of a message that are looked at. */
const WORDS = 400;

const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}]+)*|\d+|[^\s\p{L}\p{M}\d]/gu;

/** What stands out in a message, beside its words: each from 0 to 1. */
export const SIGNALS: Readonly<
  Record<string, (message: Message, text: string, facts: readonly ExtractedFact[]) => number>
> = {
  user: ({ origin }) => Number(origin === "user"),
  assistant: ({ origin }) => Number(origin === "assistant"),
  tool: ({ origin }) => Number(origin === "tool"),
  document: ({ origin }) => Number(origin === "document"),
  short: (_, text) => Number(text.length < 30),
  long: (_, text) => Math.min(1, text.length / 600),
  lines: (_, text) => Math.min(1, text.split("\n").length / 12),
  question: (_, text) => Number(/[?？؟]\s*$/u.test(text)),
  questions: (_, text) => share(text, /[?？؟]/gu, 3),
  address: (_, text) => Number(/\bhttps?:\/\/|\bwww\./iu.test(text)),
  file: (_, text) =>
    Number(
      /[\p{L}\p{N}_-]\.(?:pdf|docx?|xlsx?|csv|md|txt|png|jpe?g|zip|pptx?|json|ya?ml|log|py|ts|js|html?)\b/iu.test(
        text,
      ),
    ),
  path: (_, text) => Number(/(?:^|\s)(?:~|\.{0,2})?\/?[\w.-]+\/[\w./-]+/u.test(text)),
  code: (_, text) => Number(/```|^\s*(?:\$|#!|def |class |import |const |function )/mu.test(text)),
  json: (_, text) => Number(/^\s*[{[]/u.test(text)),
  quoted: (_, text) => Number(/[“"«„][^”"»“]{40,}[”"»“]/u.test(text)),
  heading: (_, text) => Number(/^(?:#{1,4} |[\p{Lu}\p{N} ,.:—–-]{8,}\n)/u.test(text)),
  list: (_, text) => share(text, /^\s*(?:[-*•]|\d+[.)]|\[ ?[x ]?\])\s/gmu, 5),
  commas: (_, text) => share(text, /,/gu, 8),
  arrows: (_, text) => share(text, /->|→|=>|;/gu, 4),
  order: (_, text) =>
    share(
      text,
      /\b(?:first|then|after|before|next|finally|until|once|when(?:ever)?|if|always|never|only|unless|dann|zuerst|puis|ensuite|luego|después|poi|prima|depois|önce|sonra)\b|まず|次に|然后|先/giu,
      5,
    ),
  digits: (_, text) => Math.min(1, (text.match(/\d/gu)?.length ?? 0) / 24),
  digitRun: (_, text) => Number(/\d{4,}|\d(?:[- ]\d){3,}/u.test(text)),
  mixed: (_, text) => Number(/(?=\S*\d)(?=\S*[A-Za-z])[^\s/.:]{6,}/u.test(text)),
  secret: (_, text) => Number(secretsIn(text).length > 0),
  personal: (_, text) => Number(personalIn(text).length > 0),
  times: ({ at }, text) => Math.min(1, timesIn(text, at).length / 2),
  clock: (_, text) =>
    Number(/\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2} ?(?:am|pm)\b|\bat (?:\d|half|noon|quarter)/iu.test(text)),
  past: (_, text) => share(text, /\b(?:was|were|had|did|got|went|came|\p{L}{3,}ed)\b/giu, 4),
  first: (_, text) =>
    share(
      text,
      /\b(?:i|i'm|im|me|my|mine|ich|mein\w*|je|mon|ma|yo|mi|io|mio|eu|meu|minha|ben|benim)\b|我|私|僕|أنا|मैं/giu,
      4,
    ),
  we: (_, text) => share(text, /\b(?:we|our|us|wir|unser\w*|nous|notre|nosotros|noi|nós)\b/giu, 3),
  you: (_, text) => share(text, /\b(?:you|your|du|dich|mir|vous|tú|tu|você)\b/giu, 3),
  others: (_, text) => share(text, /\b(?:he|she|they|his|her|hers|their|him|them)\b/giu, 3),
  names: (_, text) => share(text, /(?<=[^.!?\n]\s)\p{Lu}\p{Ll}+/gu, 4),
  own: ({ origin }, _, facts) =>
    Math.min(1, facts.filter(({ subject }) => subject === SPEAKER).length / 2) * Number(origin !== "tool"),
  facts: (_, __, facts) => Math.min(1, facts.filter(({ subject }) => subject !== SPEAKER).length / 2),
};

/** No name of a text is this. */
const SPEAKER = "the speaker";

export const SIGNAL_NAMES = Object.keys(SIGNALS);

/** The signals of a message, in the order of their names. */
export function signalsOf(message: Message): number[] {
  const text = message.text.slice(0, ROUTED_CHARACTERS);
  const facts = factsIn(text, { speaker: SPEAKER, at: message.at });
  return SIGNAL_NAMES.map((name) => SIGNALS[name]?.(message, text, facts) ?? 0);
}

/**
 * The slots of a message's words, pairs of words, and pieces of words: what stands at the beginning counts apart,
 * and digits count by their number, so that no number of anybody's is learned.
 */
export function slotsOf(text: string): Set<number> {
  const slots = new Set<number>();
  const words = Array.from(text.slice(0, ROUTED_CHARACTERS).toLowerCase().matchAll(WORD), ([word]) =>
    /^\d+$/u.test(word) ? `#${Math.min(6, word.length)}` : word,
  ).slice(0, WORDS);
  let before = "^";
  for (const [at, word] of words.entries()) {
    slots.add(slot(`w${word}`));
    slots.add(slot(`p${before} ${word}`));
    if (at < 2) slots.add(slot(`b${at} ${word}`));
    for (let from = 0; word.length > 4 && from + 4 <= Math.min(word.length, 16); from++)
      slots.add(slot(`c${word.slice(from, from + 4)}`));
    before = word;
  }
  return slots;
}

/** FNV-1a, 32 bits. */
function slot(feature: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < feature.length; at++) hash = Math.imul(hash ^ feature.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % WORD_SLOTS;
}

function share(text: string, pattern: RegExp, most: number): number {
  return Math.min(1, (text.match(pattern)?.length ?? 0) / most);
}
