import { canonicalRelation, isKnownRelation } from "./predicates.js";

/** Words of the longest wording of a relation. */
export const PHRASE_WORDS = 8;

const BE = "(?:is|was|are|were|am|be|has been|have been|had been|got|became)";
const AUXILIARY = new RegExp(
  `^(?:${BE}|has|had)(?: (?:now|currently|also|still|originally|first|later))? `,
  "u",
);
const ENDS_AS_VERB = / (?:in|at|of|by|to|for|on|with|from|as)$/u;
const TRANSITIVE =
  /^(?:speaks|plays|likes|loves|enjoys|hates|dislikes|attended|visited|won|studied|studies|stars|starred|has)$/u;
const BEGINS_AS_VERB =
  /^(?:(?:first|originally) )?(?:\p{Ll}+(?:s|ed)|grew|went|came|moved|born|died|made|sung|built|located|made|wrote|written|based|known) /u;

/** Verbs whose subject is what the fact has as its object: "Ana wrote Dusk" says that the author of Dusk is Ana. */
export const ACTIVE: ReadonlyMap<string, string> = new Map([
  ["wrote", "author"],
  ["authored", "author"],
  ["directed", "director"],
  ["created", "creator"],
  ["founded", "founder"],
  ["established", "founder"],
  ["performed", "performer"],
  ["sang", "performer"],
  ["developed", "developer"],
  ["produces", "manufacturer"],
  ["produced", "manufacturer"],
  ["manufactures", "manufacturer"],
  ["manufactured", "manufacturer"],
  ["makes", "manufacturer"],
  ["employs", "works at"],
  ["chairs", "chairperson"],
  ["coaches", "head coach"],
  ["governs", "head of government"],
  ["invented", "inventor"],
  ["discovered", "discoverer"],
  ["painted", "painter"],
  ["composed", "composer"],
  ["owns", "owner"],
  ["designed", "designer"],
  ["published", "publisher"],
  ["first aired", "original broadcaster"],
  ["originally aired", "original broadcaster"],
]);

/** What a wording between two names says. */
export interface RelationPhrase {
  readonly relation: string;
  /** Words that it takes. */
  readonly words: number;
  /** The name after it is the subject. */
  readonly swap: boolean;
}

/**
 * The relation that some words between two names state in the vocabulary's wordings: "was born in the city of",
 * "speaks", "founded". Only words in lower case, and only wordings with a verb: a noun alone joins nothing.
 */
export function relationPhrase(words: readonly string[], from: number): RelationPhrase | undefined {
  let most = 0;
  while (most < PHRASE_WORDS && from + most < words.length - 1 && isLower(words[from + most] as string))
    most++;
  if (most === 0 || !OPENS.test(words[from] as string)) return undefined;
  for (let length = most; length > 0; length--) {
    if (length > FREE_WORDS && !CLOSES.test(words[from + length - 1] as string)) continue;
    const said = words.slice(from, from + length).join(" ");
    let read = READ.get(said);
    if (read === undefined) {
      read = readPhrase(said) ?? NONE;
      if (READ.size >= REMEMBERED) READ.clear();
      READ.set(said, read);
    }
    if (read !== NONE) return { ...read, words: length };
  }
  return undefined;
}

/** What {@link readPhrase} takes begins like this, and when it has more words than `FREE_WORDS` it ends like this. */
const OPENS =
  /^(?:is|was|are|were|am|be|has|have|had|got|became|an?|the|first|originally|\p{Ll}+(?:s|ed)|grew|went|came|born|made|sung|built|wrote|written|based|known|won|sang)$/u;
const CLOSES = /^(?:in|at|of|by|to|for|on|with|from|as|married)$/u;
const FREE_WORDS = 2;

type Read = Omit<RelationPhrase, "words">;

/** Lists say the same few wordings at every item; how many phrases are remembered, most of them none. */
const REMEMBERED = 8_192;
const READ = new Map<string, Read>();
const NONE: Read = { relation: "", swap: false };

function isLower(word: string): boolean {
  return word === word.toLowerCase();
}

function readPhrase(said: string): Read | undefined {
  const bare = said.replace(AUXILIARY, "").replace(/^(?:an?|the) /u, "");
  const active = bare === said ? ACTIVE.get(said) : undefined;
  if (active !== undefined) return { relation: active, swap: true };
  const isVerbal =
    bare !== said
      ? ENDS_AS_VERB.test(` ${bare}`) || bare === "married"
      : TRANSITIVE.test(said) || (BEGINS_AS_VERB.test(`${said} `) && ENDS_AS_VERB.test(` ${said}`));
  return isVerbal && isKnownRelation(bare) ? { relation: canonicalRelation(bare), swap: false } : undefined;
}
