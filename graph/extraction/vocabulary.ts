/** A verb phrase that states a relation. */
export interface RelationRule {
  readonly verb: RegExp;
  readonly relation: string;
  /** "Y wrote X": the subject of the fact is what comes after. */
  readonly inverse?: boolean;
  /** What comes after is a place or a name, which ends before a preposition. */
  readonly place?: boolean;
}

function rule(
  verb: string,
  relation: string,
  more: Omit<RelationRule, "verb" | "relation"> = {},
): RelationRule {
  return { verb: new RegExp(`(?<=\\s|^|['’]m|['’]ve)(?:${verb})\\s+`, "iu"), relation, ...more };
}

const place = { place: true };

/** The first that is found in a sentence decides. */
export const VERBS: readonly RelationRule[] = [
  rule(
    "lives? in|live in|living in|resid(?:es?|ing) in|(?:has |have )?(?:just |recently )?(?:moved|relocated) (?:back )?(?:from .{1,60}? )?to|based in|settled in",
    "lives in",
    place,
  ),
  rule(
    "works? (?:at|for)|working (?:at|for)|employed (?:at|by)|(?:has |have )?(?:just |recently )?(?:started (?:working )?(?:at|for))",
    "works at",
    place,
  ),
  rule("works? as(?: an?)?|working as(?: an?)?", "occupation", place),
  rule("born in", "born in", place),
  rule("born on", "born on", place),
  rule("died in|passed away in", "died in", place),
  rule("died on", "died on", place),
  rule("(?:is |was |got |are )?(?:now )?married to", "spouse", place),
  rule("(?:is |was )?engaged to", "engaged to", place),
  rule("a citizen of|citizen of", "citizenship", place),
  rule("(?:is |was )?located in(?: the (?:city|country|continent) of)?", "located in", place),
  rule("headquartered in", "headquarters", place),
  rule("(?:is |was )?founded by", "founder", place),
  rule("(?:is |was )?(?:written|authored) by", "author", place),
  rule("(?:is |was )?directed by", "director", place),
  rule("(?:is |was )?created by", "creator", place),
  rule("(?:is |was )?(?:developed|invented|designed) by", "developer", place),
  rule("(?:is |was )?performed by", "performer", place),
  rule("(?:is |was )?owned by", "owner", place),
  rule("(?:is |was )?produced by", "producer", place),
  rule("(?:is |was )?(?:educated at|graduated from)|studied at|graduated from", "educated at", place),
  rule("(?:is |was )?affiliated with(?: the religion of)?", "affiliation", place),
  rule("(?:is |was )?associated with(?: the sport of)?", "associated with", place),
  rule("plays? the position of", "position", place),
  rule("plays? for", "plays for", place),
  rule("speaks?(?: the language of)?", "speaks", place),
  rule("wrote", "author", { ...place, inverse: true }),
  rule("directed", "director", { ...place, inverse: true }),
  rule("founded", "founder", { ...place, inverse: true }),
  rule("invented", "developer", { ...place, inverse: true }),
];

const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "lives in": [
      "live in",
      "lives",
      "residence",
      "home",
      "home city",
      "home town",
      "city",
      "address city",
      "city of residence",
      "moved to",
      "resides in",
      "location",
    ],
    "works at": ["work at", "works for", "employer", "company", "workplace", "job at", "employed by"],
    occupation: ["job", "profession", "job title", "works as", "career", "role"],
    "born in": ["birthplace", "place of birth", "birth place"],
    "born on": ["birthday", "date of birth", "birth date", "birthdate"],
    "died in": ["place of death"],
    "died on": ["date of death"],
    spouse: ["husband", "wife", "married to", "partner in marriage"],
    citizenship: ["country of citizenship", "nationality", "citizen of"],
    "chief executive officer": ["ceo", "chief executive"],
    author: ["writer", "written by", "wrote"],
    director: ["directed by"],
    founder: ["founded by"],
    creator: ["created by"],
    developer: ["developed by", "inventor", "designer"],
    performer: ["performed by", "singer"],
    owner: ["owned by"],
    headquarters: ["headquarter", "headquarters location"],
    "phone number": ["telephone number", "phone", "mobile number", "cell number"],
    email: ["email address", "e-mail", "e-mail address", "mail address"],
  }).flatMap(([canonical, others]) => others.map((other) => [other, canonical])),
);

const SEVERAL = new Set(
  `is a|speaks|likes|friend|friends|child|children|son|daughter|brother|sister|sibling|parent|hobby|hobbies|author|
  creator|developer|founder|performer|producer|starring|genre|award|associated with|citizenship|member|pet|language`
    .split("|")
    .map((relation) => relation.trim()),
);

/**
 * The one name of a relation that may be said in several ways: "current employer", "works for" and "works at"
 * are one. Empty when nothing is left of it.
 */
export function canonicalRelation(relation: string): string {
  const plain = relation
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[_-]+/gu, " ")
    .replace(/\bfavorite\b/gu, "favourite")
    .replace(/\bcolor\b/gu, "colour")
    .replace(/[^\p{L}\p{M}\p{N}\s'’]/gu, " ")
    .replace(
      /\b(?:the|an?|is|was|are|were|has|have|been|new|current|currently|now|name of|name|present|latest)\b/gu,
      " ",
    )
    .replace(/\s+/gu, " ")
    .trim();
  const kept = plain === "" ? relation.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim() : plain;
  return SYNONYMS.get(kept) ?? kept;
}

/** Whether a relation has one value at a time, so that a later value takes the place of an earlier one. */
export function isSingleValued(relation: string): boolean {
  return !SEVERAL.has(canonicalRelation(relation));
}
