import { FUNCTION_WORDS, GENERAL_WORDS } from "./commonWords.js";

/** Characters of one text that are read for its key phrases: what matters is said before. */
const READ_CHARACTERS = 20_000;
/** Words of the longest phrase. */
const PHRASE_WORDS = 3;
const WORD_CHARACTERS = 40;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:(?:['’.&]|- ?|–)[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
const RUN = new RegExp(String.raw`[${UNSPACED}][${UNSPACED}\p{M}]*|[^${UNSPACED}]+`, "gu");
const ONLY_HIRAGANA = /^\p{Script=Hiragana}+$/u;
const POSSESSIVE = /['’]s?$/u;
const NUMBER = /^[\p{N}][\p{N}.,:–-]*(?:st|nd|rd|th|s|am|pm|km|kg|cm|mm|m)?$/iu;
const CAPITAL = /^[\p{Lu}\p{Lt}]/u;
/** Nothing but letters of ASCII: most words, for which most other questions need not be asked. */
const PLAIN = /^[A-Za-z]+$/;
const ADVERB = /^\p{Ll}{3,}ly$/u;
/** Past participles and the like, which describe and do not name. */
const PARTICIPLE = /^\p{Ll}{2,}ed$/u;

/** After these comes a verb: "we roasted", "can contribute". */
const BEFORE_VERB =
  /^(?:i|you|we|they|he|she|it|who|can|could|will|would|should|must|might|may|cannot)$|n't$/u;
const INTERJECTION =
  /^(?:hey|hi|hello|wow|thanks|thank|yeah|yep|yes|no|oh|aww|ok|okay|bye|sorry|congrats|you|well|so|haha)$/u;
/** Words of the longest run that is read as one: longer ones are no language. */
const RUN_WORDS = 24;

/** The single characters and pairs that Chinese, Japanese and Thai say everything with. */
const UNSPACED_COMMON = new Set(
  "我们 你们 他们 她们 我 你 他 她 它 这 那 这个 那个 什么 怎么 没有 可以 因为 所以 但是 如果 就是 不是 一个 自己 现在 知道 时候 已经 还是 非常 喜欢 觉得 今天 昨天 明天 私 僕 彼 彼女 今日 昨日 明日 時 人 事 物 年 月 日 中 上 下 的 了 是 在 和 有 也 都 很 不 就 到 说 去 会 着 看 好 เป็น ที่ และ ของ ใน มี ไม่ ได้ ว่า ให้".split(
    " ",
  ),
);

interface Word {
  text: string;
  lower: string;
  /** Whether it stands where a sentence begins, so that its capital says nothing. */
  initial: boolean;
  plain: boolean;
}

interface Candidate {
  text: string;
  words: string[];
  count: number;
  first: number;
  capitals: boolean;
}

let segmenter: Intl.Segmenter | undefined;

/**
 * The key phrases of a text, best first: one to three words that name something, each once, as they stand in
 * the text (NFKC). Phrases are what lies between function words (Rose et al. 2010, RAKE), weighed by how often
 * and how early they occur and by whether they are names (after Campos et al. 2020, YAKE). Scripts without
 * spaces are cut into words by `Intl.Segmenter`.
 *
 * @example
 * keyphrases("Yeah, I signed up for a pottery class at the community centre!", 3);
 * // ["pottery class", "community centre"]
 */
export function keyphrases(text: string, limit: number): string[] {
  if (limit <= 0) return [];
  const candidates = new Map<string, Candidate>();
  const frequency = new Map<string, number>();
  let position = 0;
  for (const phrase of phrasesOf(text.slice(0, READ_CHARACTERS).normalize("NFKC"))) {
    for (const word of phrase) frequency.set(word.lower, (frequency.get(word.lower) ?? 0) + 1);
    position++;
    const lower = phrase.map((word) => word.lower);
    const key = lower.join(" ");
    const known = candidates.get(key);
    const capitals =
      phrase.every((word) => CAPITAL.test(word.text)) && !(phrase.length === 1 && phrase[0]?.initial);
    if (known) {
      known.count++;
      if (capitals || !phrase[0]?.initial) known.text = joined(phrase);
      known.capitals ||= capitals;
    } else candidates.set(key, { text: joined(phrase), words: lower, count: 1, first: position, capitals });
  }
  return best([...candidates.values()], frequency, limit);
}

function joined(phrase: Word[]): string {
  return phrase.map((word) => word.text).join(" ");
}

function best(candidates: Candidate[], frequency: Map<string, number>, limit: number): string[] {
  const scored = candidates.map((candidate) => ({ candidate, score: scoreOf(candidate, frequency) }));
  scored.sort((a, b) => b.score - a.score || a.candidate.first - b.candidate.first);
  const chosen: Candidate[] = [];
  for (const { candidate } of scored) {
    if (chosen.length === limit) break;
    // "Porto" beside "Porto Alegre" only when it also occurs more often than the longer phrase.
    const within = chosen.some(
      (other) => other.count >= candidate.count && contains(other.words, candidate.words),
    );
    if (!within) chosen.push(candidate);
  }
  return chosen.map((candidate) => candidate.text);
}

function contains(words: string[], part: string[]): boolean {
  return part.every((word) => words.includes(word));
}

function scoreOf({ words, count, first, capitals }: Candidate, frequency: Map<string, number>): number {
  const repeated =
    words.reduce((sum, word) => sum + Math.log2(1 + (frequency.get(word) ?? 1)), 0) / words.length;
  const long = words.length > 1 ? 1.4 : Math.min(1, (words[0]?.length ?? 0) / 6);
  const general = words.filter((word) => GENERAL_WORDS.has(word)).length / words.length;
  const early = 1 + 1 / (1 + Math.log2(first));
  return (repeated + Math.log2(count)) * long * (1 - general / 2) * early * (capitals ? 1.5 : 1);
}

function* phrasesOf(text: string): Generator<Word[]> {
  let run: Word[] = [];
  let end = 0;
  let previous = "";
  for (const match of text.matchAll(WORD)) {
    const gap = text.slice(end, match.index);
    const initial = end === 0 || /[.!?…。\n:"“]/u.test(gap);
    end = match.index + match[0].length;
    const word = wordOf(match[0], initial);
    const unspaced = !word.plain && HAS_UNSPACED.test(match[0]);
    const ends =
      unspaced ||
      isBreak(word) ||
      isAddressee(word, previous, text.slice(end, end + 1)) ||
      run.length === RUN_WORDS;
    if (ends || !/^[ \t]?$/u.test(gap)) {
      yield* cut(run);
      run = [];
    }
    if (unspaced) yield* unspacedPhrases(match[0]);
    else if (!ends) {
      const next = BEFORE_VERB.test(previous) || (previous === "to" && text[end] === " ");
      // A verb is no key phrase, but what follows it is.
      if (!(next && /^\p{Ll}/u.test(word.text) && gap === " ")) run.push(word);
    }
    // "Ana's sister" is two things.
    if (!word.plain && POSSESSIVE.test(match[0])) {
      yield* cut(run);
      run = [];
    }
    previous = match[0].toLowerCase();
  }
  yield* cut(run);
}

/** The listener's name in "Wow, Ana!": it says who is spoken to, not what about. */
function isAddressee(word: Word, previous: string, next: string): boolean {
  return /^[,.!?]$/u.test(next) && INTERJECTION.test(previous) && CAPITAL.test(word.text);
}

function wordOf(raw: string, initial: boolean): Word {
  if (raw.length <= WORD_CHARACTERS && PLAIN.test(raw))
    return { text: raw, lower: raw.toLowerCase(), initial, plain: true };
  const text = raw.replace(POSSESSIVE, "").replace("- ", "-").slice(0, WORD_CHARACTERS).toWellFormed();
  return { text, lower: text.toLowerCase().replace("’", "'"), initial, plain: false };
}

function isBreak(word: Word): boolean {
  // Of most words nothing below but this can be said.
  if (word.plain && word.text === word.lower)
    return word.text.length === 1 || FUNCTION_WORDS.has(word.text) || ADVERB.test(word.text);
  if (word.text === "" || NUMBER.test(word.text) || ADVERB.test(word.text)) return true;
  if (/^\p{L}$/u.test(word.text)) return true;
  if (/^\p{L}+['’](?:m|re|ve|ll|d|t)$/u.test(word.text)) return true;
  // "US" and "IT" are names although "us" and "it" are not; "May" and "March" inside a sentence are months.
  if (/^\p{Lu}{2,}$/u.test(word.text)) return false;
  return FUNCTION_WORDS.has(word.lower);
}

/** The phrase inside a run between two breaks: its ends trimmed, its last words when it is long. */
function* cut(run: Word[]): Generator<Word[]> {
  let start = 0;
  let end = run.length;
  while (start < end && isWeakAt(run, start)) start++;
  while (end > start && isWeakAt(run, end - 1)) end--;
  for (let from = start; from < end; ) {
    const name = nameEnd(run, from, end);
    if (name > from) {
      yield run.slice(from, name);
      from = name;
      continue;
    }
    let to = from + 1;
    while (to < end && nameEnd(run, to, end) === to) to++;
    yield* common(run.slice(from, to));
    from = to;
  }
}

/** "new" says nothing, "New" in "New York" does. */
function isWeakAt(run: Word[], index: number): boolean {
  const inName = [index - 1, index + 1].some((near) => CAPITAL.test(run[near]?.text ?? ""));
  return isWeak(run[index]) && !(inName && CAPITAL.test(run[index]?.text ?? ""));
}

/** Where the capitalised words from `from` end, when there are two or more, or one inside a sentence. */
function nameEnd(run: Word[], from: number, limit: number): number {
  let to = from;
  while (to < limit && CAPITAL.test(run[to]?.text ?? "")) to++;
  const alone = to - from === 1 && run[from]?.initial;
  return alone || to - from > PHRASE_WORDS + 1 ? from : to;
}

function* common(words: Word[]): Generator<Word[]> {
  let start = 0;
  let end = words.length;
  while (start < end && isWeak(words[start])) start++;
  while (end > start && isWeak(words[end - 1])) end--;
  if (end > start) yield words.slice(Math.max(start, end - PHRASE_WORDS), end);
}

function isWeak(word: Word | undefined): boolean {
  if (word === undefined) return true;
  return GENERAL_WORDS.has(word.lower) || PARTICIPLE.test(word.text);
}

function* unspacedPhrases(text: string): Generator<Word[]> {
  for (const [run] of text.matchAll(RUN)) {
    if (!HAS_UNSPACED.test(run)) {
      const word = wordOf(run, false);
      if (!isBreak(word)) yield [word];
      continue;
    }
    segmenter ??= new Intl.Segmenter("zh", { granularity: "word" });
    for (const { segment, isWordLike } of segmenter.segment(run)) {
      if (!isWordLike || ONLY_HIRAGANA.test(segment) || UNSPACED_COMMON.has(segment)) continue;
      if ([...segment].length > 1) yield [{ text: segment, lower: segment, initial: false, plain: false }];
    }
  }
}
