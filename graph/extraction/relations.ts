import { sentencesIn } from "./sentences.js";
import { canonicalRelation, isSingleValued, type RelationRule, VERBS } from "./vocabulary.js";

/** A relational fact that one sentence states. */
export interface ExtractedFact {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
  /** The sentence, in UTF-16 units of the text. */
  readonly span: readonly [start: number, end: number];
  /** Whether the relation has one value at a time, so that a later one takes the place of an earlier. */
  readonly single: boolean;
}

export interface FactContext {
  /** Who says it: what "I" and "my" mean. */
  readonly speaker?: string | undefined;
  /** What the text is about: what "he", "she" and "it" mean. */
  readonly title?: string | undefined;
}

/** Characters of a text that are read for facts, and of the longest sentence that states one. */
const READ_CHARACTERS = 50_000;
const SENTENCE_CHARACTERS = 400;

const SUBJECT_WORDS = 10;
const OBJECT_WORDS = 12;
const RELATION_WORDS = 6;

/** What makes a sentence something else than a statement of what is so. */
const NO_STATEMENT =
  /\?|\b(?:not|never|no longer|n[’']t|cannot|nobody|if|unless|would|could|should|might|may|maybe|perhaps|wish(?:es)?|hope|hoping|imagine|suppose|wants? to|wanted to|planning to|plans? to|going to|thinking (?:of|about)|used to|almost|as though|pretend)\b|n[’']t\b/iu;

const OPENING =
  /^(?:(?:well|so|yes|yeah|yep|oh|hey|hi|wow|actually|also|and|but|by the way|btw|fyi|now|currently|update|remember|note|in fact|these days|recently|as of (?:today|now)|from now on|today)\b[,:!.\s]*)+/iu;

const CLAUSE_END =
  /[;!?…]|\.(?=\s|$)|,(?=\s)|\s[-–—]\s|\s(?:and|but|because|since|when|while|where|which|who|whom|whose|so|after|before|although|though|until|instead|rather|these days|nowadays|at the moment|right now|as of|from now on|starting|last (?:week|month|year|summer|spring|fall|autumn|winter)|this (?:week|month|year)|yesterday|today|now|currently|too|as well|anymore)(?=[\s.,;!?]|$)/iu;

const FILLER =
  /^(?:now|currently|still|also|actually|always|just|called|named|simply|really|usually|that of)\s+/iu;
const ARTICLE = /^(?:the|a|an)\s+/iu;
const NAME = /^[\p{Lu}\p{Lt}\p{Lo}\p{N}"“]/u;
const PARENTHESES = /\s*\([^()]*\)/gu;
/** Words in lower case that stand inside names. */
const JOINS_NAMES = /^(?:of|the|and|de|del|da|di|du|la|le|van|von|der|den|al|bin|ibn|for|in|on|&)$/u;
const NO_NAME =
  /^(?:this|that|these|those|there|here|what|who|which|everyone|everything|nothing|something)\b/iu;
/** "My favourite is ..." says nothing without its noun. */
const NO_RELATION = /^(?:favourite|best part|one|thing|goal|point|rest|time|day|way|idea|family|team)$/u;
const PRONOUN = /^(?:he|she|it|they)$/iu;

/**
 * Facts from clear sentence shapes: "Ana moved to Porto", "my sister Ana lives in Porto", "the capital of X is
 * Y", "X's Y is Z". Questions, negations, conditions and wishes state nothing, nor does a pronoun without a
 * title that it could mean. Precision comes before recall. Takes time linear in the text.
 */
export function factsIn(text: string, context: FactContext = {}): ExtractedFact[] {
  const read = text.slice(0, READ_CHARACTERS);
  const facts: ExtractedFact[] = [];
  for (const [start, end] of sentencesIn(read)) {
    if (end - start > SENTENCE_CHARACTERS) continue;
    const sentence = read.slice(start, end).normalize("NFKC").trim();
    if (NO_STATEMENT.test(sentence)) continue;
    for (const { subject, relation, object } of statementsOf(sentence, context))
      facts.push({ subject, relation, object, span: [start, end], single: isSingleValued(relation) });
  }
  return facts;
}

interface Triple {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
}

function* statementsOf(sentence: string, context: FactContext): Generator<Triple> {
  const plain = sentence
    .replace(PARENTHESES, " ")
    .replace(/\s+/gu, " ")
    .replace(OPENING, "")
    .replace(/[.!\s]+$/u, "");
  const change =
    /^(I|[\p{L}\p{M}'’. -]{1,60}?)\s+(?:have |has |had )?(?:just )?(?:changed|switched|updated)\s+(my|his|her|their)\s+([\p{L}\p{M}\s-]{1,60}?)\s+(?:from\s+.{1,80}?\s+)?to\s+(.{1,120})$/iu.exec(
      plain,
    );
  if (change !== null) {
    const [, who = "", , relation = "", value = ""] = change;
    const subject = subjectOf(who, context);
    const object = objectOf(value);
    if (subject !== undefined && object !== undefined)
      yield { subject: subject.name, relation: canonicalRelation(relation), object };
    return;
  }
  for (const rule of VERBS) {
    const match = rule.verb.exec(plain);
    if (match === null) continue;
    const subject = subjectOf(plain.slice(0, match.index), context);
    const object = objectOf(plain.slice(match.index + match[0].length), rule);
    if (subject === undefined || object === undefined) continue;
    if (subject.kin !== undefined)
      yield { subject: subject.kin.of, relation: subject.kin.relation, object: subject.name };
    yield rule.inverse === true
      ? { subject: object, relation: rule.relation, object: subject.name }
      : { subject: subject.name, relation: rule.relation, object };
    return;
  }
  yield* copula(plain, context);
}

/** "The R of X is Z", "X's R is Z", "my R is Z", "Z is the R of X", "X is a Z". */
function* copula(plain: string, context: FactContext): Generator<Triple> {
  const match = /\s+(?:is|was|are|['’]s now)\s+/iu.exec(plain);
  if (match === null) return;
  const left = plain.slice(0, match.index).trim();
  const right = plain.slice(match.index + match[0].length).trim();
  if (words(left) > SUBJECT_WORDS + RELATION_WORDS) return;
  const possessed = possession(left, context);
  if (possessed !== undefined) {
    const object = objectOf(right);
    if (object !== undefined && !/^(?:a|an)\s/iu.test(right) && !isVerbal(right))
      yield { ...possessed, object };
    return;
  }
  const subject = subjectOf(left, context);
  if (subject === undefined) return;
  const held = /^the\s+((?:[\p{L}\p{M}-]+\s+){0,4}[\p{L}\p{M}-]+)\s+of\s+(.+)$/iu.exec(right);
  if (held !== null) {
    const owner = objectOf(held[2] as string);
    if (
      owner !== undefined &&
      isName(owner.replace(ARTICLE, "")) &&
      !/\b(?:one|part|most|son|daughter|end|use)\b/iu.test(held[1] as string)
    )
      yield {
        subject: owner.replace(ARTICLE, ""),
        relation: canonicalRelation(held[1] as string),
        object: subject.name,
      };
    return;
  }
  const kind = /^(?:an?)\s+(.+)$/iu.exec(right);
  const object = kind === null ? undefined : objectOf(kind[1] as string);
  if (object !== undefined) yield { subject: subject.name, relation: "is a", object };
}

/** What comes after "is" and is no value: "is going", "was born", "is very happy". */
function isVerbal(right: string): boolean {
  return /^(?:\p{L}+ing\b|\p{L}+ed\b|born\b|made\b|very\b|so\b|too\b|such\b|to\b|in\b|on\b|at\b|from\b|about\b|that\b|because\b|what\b|how\b|why\b|here\b|there\b|good\b|great\b|fine\b|amazing\b|awesome\b)/iu.test(
    right,
  );
}

/** "The R of X", "X's R", "my R" as subject and relation. */
function possession(left: string, context: FactContext): { subject: string; relation: string } | undefined {
  const mine = /^(my|our|his|her|its|their)\s+(.+)$/iu.exec(left);
  if (mine !== null) {
    const owner = /^(?:my|our)$/iu.test(mine[1] as string) ? context.speaker : context.title;
    return named(owner, mine[2] as string);
  }
  const theirs = /^(.+?)(?:['’]s|(?<=s)['’])\s+(.+)$/u.exec(left);
  if (theirs !== null) return named(subjectOf(theirs[1] as string, context)?.name, theirs[2] as string);
  const of = /^the\s+(.+?)\s+(?:of|for|in)\s+(.+)$/iu.exec(left);
  const owner = of?.[2]?.replace(ARTICLE, "") ?? "";
  return of === null || !isName(owner) ? undefined : named(owner, of[1] as string);
}

function named(subject: string | undefined, relation: string) {
  if (subject === undefined || words(relation) > RELATION_WORDS || words(subject) > SUBJECT_WORDS)
    return undefined;
  const canonical = canonicalRelation(relation);
  return canonical === "" || subject === "" || NO_RELATION.test(canonical)
    ? undefined
    : { subject, relation: canonical };
}

interface Subject {
  readonly name: string;
  /** "my sister Ana": Ana is the sister of the speaker. */
  readonly kin?: { readonly of: string; readonly relation: string };
}

function subjectOf(left: string, { speaker, title }: FactContext): Subject | undefined {
  const clause =
    left
      .split(/[,;:]\s|\s(?:and|but|that)\s/u)
      .at(-1)
      ?.trim() ?? "";
  const said = clause
    .replace(OPENING, "")
    .replace(
      /\s+(?:has|have|had|is|was|are|just|recently|now|currently|also|finally|still|already|'ve|'s|’ve|’s)$/giu,
      "",
    )
    .replace(/(?:['’](?:m|ve|s|re))$/u, "")
    .trim();
  if (said === "" || words(said) > SUBJECT_WORDS) return undefined;
  if (/(?:^|\s)(?:I|we)$/u.test(said) || /^we$/iu.test(said))
    return speaker === undefined ? undefined : { name: speaker };
  if (PRONOUN.test(said)) return title === undefined || title === "" ? undefined : { name: title };
  const kin = /^[Mm]y\s+((?:[\p{Ll}\p{M}-]+\s+){0,2}[\p{Ll}\p{M}-]+)(?:\s+(\p{Lu}.*))?$/u.exec(said);
  if (kin !== null) {
    if (speaker === undefined) return undefined;
    const relation = canonicalRelation(kin[1] as string);
    const name = kin[2];
    return name === undefined
      ? { name: `${speaker}'s ${relation}` }
      : { name, kin: { of: speaker, relation } };
  }
  const bare = said.replace(ARTICLE, "");
  return isName(bare) ? { name: bare } : undefined;
}

/** Whether every word of it begins with a capital, a digit or a letter without case, connectors aside. */
function isName(said: string): boolean {
  if (!NAME.test(said) || NO_NAME.test(said)) return false;
  return said.split(/\s+/u).every((word) => NAME.test(word) || JOINS_NAMES.test(word));
}

function objectOf(right: string, rule?: Pick<RelationRule, "place" | "relation">): string | undefined {
  let object = right.trim();
  while (FILLER.test(object)) object = object.replace(FILLER, "");
  const end = CLAUSE_END.exec(object);
  if (end !== null) object = object.slice(0, end.index);
  if (rule?.place === true)
    object = object
      .replace(
        /^(?:the\s+)?(?:city|town|country|state|village|continent|language|religion|position|sport|field) of\s+/iu,
        "",
      )
      .replace(/\s+(?:in|on|at|from|with|for|to|as)\s.*$/iu, "");
  object = object
    .replace(ARTICLE, "")
    .replace(/["“”.,\s]+$/gu, "")
    .replace(/^["“]/u, "")
    .trim();
  if (rule?.place === true && rule.relation !== "occupation" && !NAME.test(object)) return undefined;
  return object === "" ||
    words(object) > OBJECT_WORDS ||
    /^(?:it|that|this|him|her|them|me|you|there|here)$/iu.test(object)
    ? undefined
    : object;
}

function words(text: string): number {
  let count = 0;
  for (let at = text.indexOf(" "); at !== -1; at = text.indexOf(" ", at + 1)) count++;
  return text === "" ? 0 : count + 1;
}
