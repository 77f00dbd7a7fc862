import { canonicalRelation } from "./predicates.js";

/** What a question asks for: the object of this subject and relation. */
export interface AskedFact {
  /** As it stands in the question; "I" where the asker asks about themselves. */
  readonly subject: string;
  readonly relation: string;
}

const QUESTION_CHARACTERS = 300;

interface Shape {
  readonly pattern: RegExp;
  /** Undefined when the relation is the second group of the pattern. */
  readonly relation?: string;
}

const X = "(.{1,100}?)";
const END = "(?:\\s+(?:now|currently|today|these days|at the moment|right now))?\\s*[?.!]*$";

function shape(pattern: string, relation?: string): Shape {
  return { pattern: new RegExp(`^${pattern}${END}`, "iu"), ...(relation === undefined ? {} : { relation }) };
}

const SHAPES: readonly Shape[] = [
  shape(
    `(?:where|in (?:which|what) (?:city|town|country|place)) (?:does|do|is|am|are|did) ${X} (?:currently |now )?(?:live|living|reside|based|move(?: to)?)(?: in)?`,
    "lives in",
  ),
  shape(
    `(?:what|which) (?:city|town|country|place) (?:does|do) ${X} (?:currently |now )?(?:live|reside) in`,
    "lives in",
  ),
  shape(
    `(?:where|(?:for|at) (?:which|what) company) (?:does|do|is|am) ${X} (?:currently |now )?(?:work|working|employed)(?: for| at)?`,
    "works at",
  ),
  shape(`(?:who|what company) (?:does|do) ${X} (?:currently |now )?work for`, "works at"),
  shape(`(?:what) (?:does|do) ${X} do for (?:a living|work)`, "occupation"),
  shape(`where (?:was|were) ${X} born`, "born in"),
  shape(`when (?:was|were) ${X} born`, "born on"),
  shape(`where did ${X} die`, "died in"),
  shape(`when did ${X} die`, "died on"),
  shape(`who (?:is|was) ${X} married to`, "spouse"),
  shape(`who wrote ${X}`, "author"),
  shape(`who directed ${X}`, "director"),
  shape(`who founded ${X}`, "founder"),
  shape(`who (?:invented|developed) ${X}`, "developer"),
  shape(`where is ${X} located`, "located in"),
];

const POSSESSIVE =
  /^(?:what|who|which|where|when)(?:['’]s|\s+(?:is|was|are|were))\s+(.{1,80}?)(?:['’]s|(?<=s)['’])\s+(.{1,80}?)$/iu;
const OF =
  /^(?:what|who|which|where|when)(?:['’]s|\s+(?:is|was|are|were))\s+the\s+(.{1,80}?)\s+(?:of|for|in)\s+(.{1,100}?)$/iu;
const MINE = /^(?:what|who|which|where|when)(?:['’]s|\s+(?:is|was|are|were))\s+my\s+(.{1,80}?)$/iu;
const TAIL = /(?:\s+(?:now|currently|today|these days|at the moment|right now))?\s*[?.!]*$/iu;

/** The fact that a question asks for, when it has one of the shapes that facts are stated in. */
export function factQuestion(question: string): AskedFact | undefined {
  const asked = question.slice(0, QUESTION_CHARACTERS).normalize("NFKC").replace(/\s+/gu, " ").trim();
  for (const { pattern, relation } of SHAPES) {
    const subject = pattern.exec(asked)?.[1];
    if (subject !== undefined && relation !== undefined) return fact(subject, relation);
  }
  const plain = asked.replace(TAIL, "");
  const mine = MINE.exec(plain);
  if (mine !== null) return fact("I", mine[1] as string);
  const possessed = POSSESSIVE.exec(plain);
  if (possessed !== null) return fact(possessed[1] as string, possessed[2] as string);
  const of = OF.exec(plain);
  if (of !== null) return fact(of[2] as string, of[1] as string);
  return undefined;
}

function fact(subject: string, relation: string): AskedFact | undefined {
  const canonical = canonicalRelation(relation);
  const name = subject.trim().replace(/^(?:the|an?)\s+/iu, "");
  if (canonical === "" || name === "") return undefined;
  return { subject: /^(?:I|me|we)$/iu.test(name) ? "I" : name, relation: canonical };
}
