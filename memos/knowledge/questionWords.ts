import {
  isKnownRelation,
  type Kind,
  kindsOf,
  lexiconOf,
  vocabulary,
  wordingsOf,
  wordsAskingFor,
  wordsIn,
} from "../../graph/extraction/index.js";
import { isStopWord, termsOf } from "../retrieval/analysis.js";

/** A word of a question. */
export interface QuestionWord {
  readonly text: string;
  readonly stem: string;
  /** How much it matters that something accounts for it: nothing for "the", little for "country". */
  readonly weight: number;
  readonly kinds: ReadonlySet<Kind> | undefined;
}

/** What words of a question match a relation. */
export interface Match {
  readonly at: readonly number[];
  readonly weight: number;
}

/** Words that hold a question together and ask for nothing by themselves. */
const FILLERS = new Set(
  `name current currently person individual individuals people someone called titled entitled specific
  particular original originally associated affiliated located situated belong belongs hold holds held serve serves
  served have has had whose main responsible given first used also now today present presently title
  tell know identify question answer based provided knowledge pool according following facts fact list please
  exactly actually full kind type certain recent recently latest`
    .split(/\s+/u)
    .flatMap((word) => termsOf(word)),
);

const KIND_WEIGHT = 0.4;
const FILLER_WEIGHT = 0.5;

/** Words between the first and the last of those that ask for one thing together. */
const WINDOW = 9;

export function questionWords(question: string): QuestionWord[] {
  return wordsIn(question.normalize("NFC")).map(({ text }) => {
    const stem = termsOf(text)[0] ?? "";
    const kinds = kindsOf(text.toLowerCase());
    const weight =
      stem === "" || isStopWord(stem) || FILLERS.has(stem) ? 0 : kinds === undefined ? 1 : KIND_WEIGHT;
    return { text, stem, weight, kinds };
  });
}

interface Cue {
  readonly stems: readonly string[];
  readonly weight: number;
}

const CUES = new Map<string, readonly Cue[]>();

/** Cues that are remembered; relations outside of the vocabulary are without number. */
const REMEMBERED = 4_096;

function cuesOf(relation: string): readonly Cue[] {
  const known = CUES.get(relation);
  if (known !== undefined) return known;
  const cues = new Map<string, Cue>();
  const add = (phrase: string, telling: boolean) => {
    const words = phrase.split(" ").filter((word) => word !== "");
    const stems = words.flatMap((word) => {
      const stem = termsOf(word)[0] ?? "";
      return stem === "" || (telling && isStopWord(stem)) ? [] : [{ word, stem }];
    });
    const weight = stems.reduce((sum, { word, stem }) => sum + cueWeight(word, stem), 0);
    // "is", "company" and "associated" alone ask for anything.
    if (stems.length === 0 || weight < 0.3) return;
    const key = stems.map(({ stem }) => stem).join(" ");
    if (!cues.has(key)) cues.set(key, { stems: stems.map(({ stem }) => stem), weight });
  };
  for (const phrase of wordsAskingFor(relation)) add(phrase, false);
  for (const phrase of lexiconOf(relation)) add(phrase, false);
  const wordings = wordingsOf(relation);
  for (const wording of wordings) add(wording, true);
  // A wording that the vocabulary does not have is asked for by any of its words.
  if (wordings.length === 1 && wordsAskingFor(relation).length === 0)
    for (const word of relation.split(" ")) add(word, true);
  const all = [...cues.values()].sort((a, b) => b.weight - a.weight);
  if (CUES.size >= REMEMBERED) CUES.clear();
  CUES.set(relation, all);
  return all;
}

let owners: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Whether the vocabulary knows that these words, as stems, ask for other relations than this one. */
export function askForAnother(relation: string, stems: readonly string[]): boolean {
  owners ??= cueOwners();
  if (!isKnownRelation(relation)) return false;
  const key = stems.filter((stem) => stem !== "" && !isStopWord(stem)).join(" ");
  const of = owners.get(key);
  return of !== undefined && !of.has(relation);
}

/** The relations of the vocabulary by the cues that ask for them. */
function cueOwners(): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const relation of vocabulary())
    for (const { stems } of cuesOf(relation)) {
      const key = stems.filter((stem) => !isStopWord(stem)).join(" ");
      if (key !== "") all.set(key, (all.get(key) ?? new Set()).add(relation));
    }
  return all;
}

function cueWeight(word: string, stem: string): number {
  if (isStopWord(stem)) return 0.1;
  if (FILLERS.has(stem)) return FILLER_WEIGHT;
  return kindsOf(word) === undefined ? 1 : KIND_WEIGHT;
}

/**
 * The words of a question that ask for a relation, among those that nothing else accounts for: the cue that
 * says most, and of several places the nearest to the name that the question is about.
 */
export function matchOf(
  relation: string,
  words: readonly QuestionWord[],
  free: (at: number) => boolean,
  near: number,
): Match | undefined {
  let best: (Match & { distance: number }) | undefined;
  for (const { stems, weight } of cuesOf(relation)) {
    if (best !== undefined && weight < best.weight) break;
    const at = placeOf(stems, words, free, near);
    if (at === undefined) continue;
    const distance = Math.abs((at[0] as number) - near);
    if (best === undefined || weight > best.weight || distance < best.distance)
      best = { at, weight, distance };
  }
  return best;
}

function placeOf(
  stems: readonly string[],
  words: readonly QuestionWord[],
  free: (at: number) => boolean,
  near: number,
): number[] | undefined {
  const places = words.flatMap(({ stem }, at) => (stem === stems[0] && free(at) ? [at] : []));
  places.sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  for (const first of places) {
    const taken = [first];
    for (const stem of stems.slice(1)) {
      let found: number | undefined;
      for (let at = Math.max(0, first - WINDOW); at <= Math.min(words.length - 1, first + WINDOW); at++)
        if (
          words[at]?.stem === stem &&
          free(at) &&
          !taken.includes(at) &&
          (found === undefined || Math.abs(at - first) < Math.abs(found - first))
        )
          found = at;
      if (found === undefined) break;
      taken.push(found);
    }
    if (taken.length === stems.length) return taken;
  }
  return undefined;
}

/** Kinds that nobody takes for each other; within a group people are less exact. */
const GROUPS: readonly ReadonlySet<Kind>[] = [
  new Set<Kind>(["city", "country", "continent"]),
  new Set<Kind>(["person", "organisation", "school"]),
  new Set<Kind>(["language"]),
];

/** Whether a value of a kind can be no answer: a language to "who", but not a country to "in which town". */
export function isNoAnswer(kind: Kind, asked: ReadonlySet<Kind>): boolean {
  const groups = GROUPS.filter((group) => [...asked].some((each) => group.has(each)));
  return (
    groups.length > 0 && GROUPS.some((group) => group.has(kind)) && !groups.some((group) => group.has(kind))
  );
}

/** The kinds of thing that the question asks for, by its question word and the first noun after it. */
export function askedKinds(words: readonly QuestionWord[]): ReadonlySet<Kind> | undefined {
  const at = words.findIndex(({ text }) => /^(?:who|whom|whose|where|when|which|what)$/iu.test(text));
  const asking = words[at]?.text.toLowerCase();
  if (asking === "who" || asking === "whom" || asking === "whose")
    return new Set<Kind>(["person", "organisation"]);
  if (asking === "where") return new Set<Kind>(["city", "country", "continent", "school", "organisation"]);
  if (asking === "when") return new Set<Kind>(["date"]);
  for (const { kinds, text } of words.slice(at + 1, at + 9)) {
    // "What is the person … known for?" asks for no person.
    if (kinds !== undefined) return asking === "what" && kinds.has("person") ? undefined : kinds;
    if (/^(?:of|where|that|who)$/iu.test(text) && asking !== "what") return undefined;
  }
  return undefined;
}
