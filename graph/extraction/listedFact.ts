import { canonicalRelation, isKnownRelation } from "./predicates.js";
import { ACTIVE, relationPhrase } from "./relationPhrases.js";

/** What an item of a list of facts says. */
export interface ListedFact {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
  /** The wording is one of the vocabulary's; otherwise where the relation begins and ends was judged by form. */
  readonly known: boolean;
}

/** Characters of the longest item that is read as one fact. */
const ITEM_CHARACTERS = 600;

/** Places at which an item, or the words before its "is", may be divided; names have few such words. */
const DIVISIONS = 8;

/** "is", with what may stand between it and the value: "is located in the city of". */
const COPULA =
  / (?:is|was|are|were)(?: (?:now|currently|still|also))?(?: (?:located|situated|based|found))?(?: (?:in|at|on))?(?: (?:the )?(?:city|town|country|state|continent|language|sport|religion) of)?(?= )/gu;
/** Words that hold a noun and its owner together. */
const OWNER_AFTER = / (?:of|in|for) (?:the (?:country|city|state|town|nation) of )?/gu;
const NAME_OF = /^(?:the )?(?:full |current )?name of (?=the )/iu;
const ARTICLE = /^(?:the|an?) /u;
const OPENING_ARTICLE = /^(?:The|An?) /u;
const PRONOUN =
  /^(?:I|you|he|she|it|we|they|this|that|these|those|there|here|who|what|which|my|your|his|her|its|our|their|someone|somebody|everybody|everyone|nobody|anyone|anybody|people)\b/iu;
/** "the company that produced X", "the school where X was educated". */
const CLAUSE = /^(?:the )?(.{2,60}?) (?:that|which|who|whom|where|(?:in|at|for|with|on) which) (.+)$/iu;
const VERB_FIRST =
  /^((?:(?:is|was|are|were|has|had) )?(?:\p{Ll}+ed|wrote|made|built|sang|makes|owns|runs|employs|\p{Ll}+s)(?: (?:by|for|in|at|of))?) (?=[\p{Lu}\p{N}"“'‘])/u;
const VERB_LAST =
  / ((?:(?:is|was|are|were|has|had|has been) )?(?:\p{Ll}+ed|plays|works|speaks|lives|studied|wrote|born|sings|\p{Ll}+s)(?: (?:by|for|in|at|of|from|with|to|as))?)$/u;
const HEAD_OF_GOVERNMENT = /^(?:the )?(?:current )?head of the (.+) government$/iu;

/**
 * The fact that one item of a list states, read by the shape of the whole item: "The R of S is O", "S's R is O",
 * "S verb O", "O is the R of S", "the N that S plays is O". Names may be anything, also what looks like a
 * sentence ("Who's Afraid of Virginia Woolf?"): known wordings decide first, then lower case.
 *
 * @example
 * listedFact("The univeristy where Ana Roe was educated is Pell College.");
 * // { subject: "Ana Roe", relation: "educated at", object: "Pell College", known: true }
 */
export function listedFact(item: string): ListedFact | undefined {
  if (item.length > ITEM_CHARACTERS || /[?？]["'”’]?$/u.test(item)) return undefined;
  const text = item
    .replace(/\s+/gu, " ")
    .replace(/[.;]+$/u, "")
    .trim();
  const copulas = [...text.matchAll(COPULA)].slice(-DIVISIONS).reverse();
  return (
    first(copulas, (match) => property(text, match, true)) ??
    first(copulas, (match) => clause(text, match)) ??
    first(copulas, (match) => roleOf(text, match, true)) ??
    asIts(text) ??
    joined(text) ??
    colon(text) ??
    first(copulas, (match) => property(text, match, false)) ??
    first(copulas, (match) => roleOf(text, match, false)) ??
    byForm(text)
  );
}

function first<T, R>(values: readonly T[], read: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const result = read(value);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** "The capital of S is O", "S's capital is O", "The name of the current head of state in S is O". */
function property(text: string, copula: RegExpExecArray, known: boolean): ListedFact | undefined {
  const left = text.slice(0, copula.index).replace(NAME_OF, "");
  const object = text.slice(copula.index + copula[0].length + 1);
  if (isPredicate(object, copula[0])) return undefined;
  const government = HEAD_OF_GOVERNMENT.exec(left)?.[1];
  if (government !== undefined)
    return known ? fact(government, "head of government", object, true) : undefined;
  const splits = [...left.matchAll(OWNER_AFTER)].slice(0, DIVISIONS);
  if (known) {
    for (const split of splits.reverse()) {
      const noun = bareNoun(left.slice(0, split.index));
      if (isProperty(noun)) return fact(left.slice(split.index + split[0].length), noun, object, true);
    }
    const owned = /^(.+?)(?:['’]s|(?<=s)['’]) (?:current )?(\p{Ll}[\p{L} -]*)$/u.exec(left);
    return owned?.[1] && owned[2] && isKnownRelation(owned[2])
      ? fact(owned[1], owned[2], object, true)
      : undefined;
  }
  for (const split of splits) {
    const noun = bareNoun(left.slice(0, split.index));
    if (OPENING_ARTICLE.test(left) && /^(?:\p{L}[\p{Ll}’'-]* ?){1,6}$/u.test(noun))
      return fact(left.slice(split.index + split[0].length), noun, object, false);
  }
  const owned = /^(.+?)(?:['’]s|(?<=s)['’]) (\p{Ll}[\p{Ll} -]*)$/u.exec(left);
  return owned?.[1] && owned[2] ? fact(owned[1], owned[2], object, false) : undefined;
}

/** "type" alone says what something is, not what "type of music" is about. */
function isProperty(noun: string): boolean {
  return isKnownRelation(noun) && canonicalRelation(noun) !== "is a";
}

function bareNoun(noun: string): string {
  return noun.replace(/^(?:the|an?) /iu, "").replace(/^(?:current|present) /iu, "");
}

/** What follows "is" is no value but a predicate of its own: "written by Ana", "a citizen of Spain". */
function isPredicate(object: string, copula: string): boolean {
  if (!/^ (?:is|was|are|were)$/u.test(copula)) return false;
  return (
    relationPhrase(["is", ...object.split(" ")], 0) !== undefined ||
    (/ (?:of|by) /u.test(` ${object}`) && /^(?:an?|\p{Ll}+ed) /u.test(object))
  );
}

/** "The type of music that S plays is O". */
function clause(text: string, copula: RegExpExecArray): ListedFact | undefined {
  const left = text.slice(0, copula.index);
  const said = OPENING_ARTICLE.test(left) ? clauseIn(left) : undefined;
  const object = text.slice(copula.index + copula[0].length + 1);
  return said === undefined
    ? undefined
    : fact(said.subject, said.relation, object, isKnownRelation(said.relation));
}

/** "the company that produced S", "the university where S was educated". */
function clauseIn(phrase: string): { subject: string; relation: string } | undefined {
  const read = CLAUSE.exec(phrase);
  const noun = bareNoun(read?.[1] ?? "");
  const rest = read?.[2] ?? "";
  if (!/^\p{Ll}[\p{Ll} -]*$/u.test(noun)) return undefined;
  const before = VERB_FIRST.exec(rest);
  if (before?.[1] !== undefined)
    return { subject: rest.slice(before[0].length), relation: clauseRelation(noun, before[1]) };
  const after = VERB_LAST.exec(rest);
  return after?.[1] === undefined
    ? undefined
    : { subject: rest.slice(0, after.index), relation: clauseRelation(noun, after[1]) };
}

/** The first wording of noun and verb that the vocabulary has, else both. */
function clauseRelation(noun: string, said: string): string {
  const verb = said.replace(AUXILIARY, "");
  const wordings = [
    `${noun} that ${said}`,
    `${noun} ${said}`,
    `${verb} in the ${noun} of`,
    `${verb} the ${noun} of`,
    ...(said === verb ? [ACTIVE.get(verb) ?? ""] : []),
    `${verb} by`,
    `${verb} in`,
    `${verb} at`,
    noun,
    verb,
  ];
  return wordings.find((wording) => wording !== "" && isKnownRelation(wording)) ?? `${noun} ${verb}`;
}

const AUXILIARY = /^(?:is|was|are|were|has been|has|had) /u;

/** "Paris is the capital of France", "Ana is Bo's mother". */
function roleOf(text: string, copula: RegExpExecArray, known: boolean): ListedFact | undefined {
  if (!/^ (?:is|was|are|were)(?: (?:now|currently|still))?$/u.test(copula[0])) return undefined;
  const object = text.slice(0, copula.index);
  const rest = text.slice(copula.index + copula[0].length + 1);
  if (!/^the /u.test(rest) && !/['’]s \p{Ll}[\p{Ll} -]*$/u.test(rest)) return undefined;
  const owned = /^(.+?)['’]s (\p{Ll}[\p{Ll} -]*)$/u.exec(rest);
  if (owned?.[1] && owned[2] && isKnownRelation(owned[2]) === known)
    return fact(owned[1], owned[2], object, known);
  const government = HEAD_OF_GOVERNMENT.exec(rest)?.[1];
  if (government !== undefined)
    return known ? fact(government, "head of government", object, true) : undefined;
  const of = nounAndOwner(/^the (?:current )?(\p{Ll}[\p{L} -]*?) (?:of|in|for) (.+)$/u, rest, known);
  if (of !== undefined) return fact(of.subject, of.noun, object, known);
  const inClause = known ? clauseIn(rest) : undefined;
  if (inClause !== undefined)
    return fact(inClause.subject, inClause.relation, object, isKnownRelation(inClause.relation));
  return undefined;
}

/** The longest noun that is a relation, when a known one is wanted, else the shortest. */
function nounAndOwner(
  shape: RegExp,
  rest: string,
  known: boolean,
): { noun: string; subject: string } | undefined {
  if (!known) {
    const match = shape.exec(rest);
    return match?.[1] && match[2] ? { noun: match[1], subject: match[2] } : undefined;
  }
  for (const split of [...rest.matchAll(OWNER_AFTER)].slice(0, DIVISIONS).reverse()) {
    const noun = bareNoun(rest.slice(0, split.index));
    if (isKnownRelation(noun)) return { noun, subject: rest.slice(split.index + split[0].length) };
  }
  return undefined;
}

/** "S was born in the city of O": the longest wording of the vocabulary between two names. */
function joined(text: string): ListedFact | undefined {
  const words = text.split(" ");
  let best: { at: number; words: number; relation: string; swap: boolean } | undefined;
  for (let at = 1; at < words.length - 1; at++) {
    const phrase = relationPhrase(words, at);
    if (phrase !== undefined && phrase.words > (best?.words ?? 0)) best = { at, ...phrase };
  }
  if (best === undefined) return undefined;
  const before = words.slice(0, best.at).join(" ");
  const after = words.slice(best.at + best.words).join(" ");
  return best.swap ? fact(after, best.relation, before, true) : fact(before, best.relation, after, true);
}

/** "S has O as its capital". */
function asIts(text: string): ListedFact | undefined {
  const read = /^(.+?) (?:has|had) (.+) as (?:its|his|her|their) (?:current )?(\p{Ll}[\p{Ll} -]*)$/u.exec(
    text,
  );
  return read?.[1] && read[2] && read[3]
    ? fact(read[1], read[3], read[2], isKnownRelation(read[3]))
    : undefined;
}

/** "Capital of S: O". */
function colon(text: string): ListedFact | undefined {
  const [left, object] = text.split(/: (?=[^:]*$)/u);
  if (left === undefined || object === undefined) return undefined;
  for (const split of [...left.matchAll(OWNER_AFTER)].slice(0, DIVISIONS).reverse()) {
    const noun = bareNoun(left.slice(0, split.index));
    if (isProperty(noun)) return fact(left.slice(split.index + split[0].length), noun, object, true);
  }
  return undefined;
}

/** "S verb … O" of a wording that nobody knows: the first run of lower case that begins with a verb. */
function byForm(text: string): ListedFact | undefined {
  const words = text.split(" ");
  for (let at = 1; at < words.length - 1; at++) {
    if (!/^(?:is|was|are|were|has|had|\p{Ll}{2,}(?:s|ed))$/u.test(words[at] as string)) continue;
    let end = at + 1;
    while (end < words.length && /^\p{Ll}[\p{Ll}-]*$/u.test(words[end] as string)) end++;
    if (end === words.length) {
      // The value is in lower case too: it follows the last preposition.
      end = words.findLastIndex((word) => /^(?:in|at|of|by|to|for|on|with|from|as)$/u.test(word)) + 1;
      if (end <= at + 1) continue;
    }
    return fact(
      words.slice(0, at).join(" "),
      words.slice(at, end).join(" "),
      words.slice(end).join(" "),
      false,
    );
  }
  return undefined;
}

function fact(subject: string, relation: string, object: string, known: boolean): ListedFact | undefined {
  const [of, value] = [named(subject), named(object)];
  if (of === "" || value === "" || (PRONOUN.test(of) && !/^(?:[\p{L}’']+ ){2,}/u.test(of))) return undefined;
  return { subject: of, relation: canonicalRelation(relation), object: value, known };
}

/** A name as other items would write it: "the Philippines" is "Philippines". */
export function named(text: string): string {
  return text
    .trim()
    .replace(/^["“«]|["”»]$/gu, "")
    .replace(ARTICLE, "")
    .trim();
}
