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
  for (let length = Math.min(PHRASE_WORDS, words.length - from - 1); length > 0; length--) {
    const said = words.slice(from, from + length).join(" ");
    if (said !== said.toLowerCase()) continue;
    const bare = said.replace(AUXILIARY, "").replace(/^(?:an?|the) /u, "");
    const active = bare === said ? ACTIVE.get(said) : undefined;
    if (active !== undefined) return { relation: active, words: length, swap: true };
    const isVerbal =
      bare !== said
        ? ENDS_AS_VERB.test(` ${bare}`) || bare === "married"
        : TRANSITIVE.test(said) || (BEGINS_AS_VERB.test(`${said} `) && ENDS_AS_VERB.test(` ${said}`));
    if (isVerbal && isKnownRelation(bare))
      return { relation: canonicalRelation(bare), words: length, swap: false };
  }
  return undefined;
}
