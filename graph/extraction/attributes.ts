import { ATTRIBUTES, RELATIVES, ROLES } from "./kinds.js";
import { type Phrase, readDate, readName, readNoun, readPlace, readQuoted, skip } from "./phrases.js";
import { canonicalRelation } from "./predicates.js";
import { type Context, readOwned, readOwner, resolveTitle, skipLeadIn } from "./subjects.js";

/** "the capital of France", "my favourite colour", "Ana's dog's name": a property whose value follows "is". */
export interface Attribute {
  owner: string;
  relation: string;
  start: number;
  /** A noun that the rules do not know: only a name is taken for its value. */
  generic: boolean;
  /** It fills the sentence up to "is", so that the rest of the sentence may be the value. */
  initial: boolean;
}

/** Wordings of "the R of X" that are whole clauses. */
const TEMPLATES: readonly (readonly [RegExp, string])[] = [
  [/^the (?:type|kind) of music that (.{1,80}) plays$/iu, "genre"],
  [/^the (?:univ\p{L}+|school|college) where (.{1,80}) (?:was educated|studied)$/iu, "educated at"],
  [/^the company that (?:produced|produces|made|makes|manufactured) (.{1,80})$/iu, "manufacturer"],
  [/^the (?:name of the )?(?:current )?head of state (?:in|of) (.{1,80})$/iu, "head of state"],
  [
    /^the (?:name of the )?(?:current )?head of (?:the )?government (?:in|of) (.{1,80})$/iu,
    "head of government",
  ],
  [/^the (?:name of the )?(?:current )?head of the (.{1,80}) government$/iu, "head of government"],
];
const THE_OF = /^(?:the )?((?:[\p{L}-]+ ){0,4}[\p{L}-]+) of (.{1,80})$/iu;
/** Heads of "the R of X" that name no property of X. */
const VAGUE =
  /\b(?:rest|part|one|two|result|majority|members|use|history|purpose|goal|aim|focus|idea|most|some|all|many|story|course|kind|type|end|start|beginning|top|bottom|middle|side|name|title|subject|site|example|case|time|day|period|point|reason|number|sense|theme|nature|effect|term|role|lot|word|meaning|death|life|birth|cause|influence|work|works|presence|version|episode|other|each|first|second|third|last|next|day|year|best|worst|only|final|place|setting|home)\b/iu;

/** Whether a noun names a property that facts have, and not "the rest", "one" or "the focus". */
export function isProperty(noun: string): boolean {
  const lower = noun.toLowerCase();
  return ROLES.has(lower) || ATTRIBUTES.has(lower) || RELATIVES.has(lower) || !VAGUE.test(noun);
}

/** The property whose clause ends where the copula begins. */
export function attributeBefore(sentence: string, copula: number, context: Context): Attribute | undefined {
  const to = sentence.slice(0, copula).replace(/ (?:now|currently|also|still|right now)$/u, "").length;
  const starts = new Set([skipLeadIn(sentence, 0), clauseStart(sentence, to)]);
  for (const start of starts) {
    if (start >= to) continue;
    const attribute = attributeBetween(sentence, start, to, context);
    if (attribute !== undefined) return attribute;
  }
  return undefined;
}

/** The last place before `to` where a clause about a property can begin. */
function clauseStart(sentence: string, to: number): number {
  let start = 0;
  for (const match of sentence
    .slice(0, to)
    .matchAll(/(?:[,;:—]|\s[–-])\s+(?:(?:and|but|so)\s+)?|\s(?:and|but|because|that)\s/gu))
    start = match.index + match[0].length;
  return start;
}

function attributeBetween(
  sentence: string,
  start: number,
  to: number,
  context: Context,
): Attribute | undefined {
  const text = sentence.slice(start, to);
  const initial = start === skipLeadIn(sentence, 0);
  for (const [template, relation] of TEMPLATES) {
    const owner = template.exec(text)?.[1];
    if (owner !== undefined && /^(?:the )?(?:[\p{Lu}\p{Lo}\p{N}"]|\p{Ll}-?\p{Lu})/u.test(owner))
      return { owner: ownerName(owner, context), relation, start, generic: false, initial };
  }
  return (
    ofAttribute(sentence, start, text, context, initial) ??
    ownedAttribute(sentence, start, to, context, initial)
  );
}

function ofAttribute(
  sentence: string,
  start: number,
  text: string,
  context: Context,
  initial: boolean,
): Attribute | undefined {
  const match = THE_OF.exec(text);
  if (match === null || !/^(?:[Tt]he )?\p{Ll}/u.test(text)) return undefined;
  const [noun, of] = splitRole(match[1] ?? "", match[2] ?? "");
  if (/^(?:name|current name)$/iu.test(noun)) {
    const at = start + text.length - of.length;
    const owner = readOwner(sentence, at, context);
    const owned = owner === undefined ? undefined : readOwned(sentence, owner.end);
    if (owner !== undefined && owned?.end === start + text.length && RELATIVES.has(owned.text))
      return { owner: owner.owner, relation: canonicalRelation(owned.text), start, generic: false, initial };
  }
  if (!/^(?:the )?(?:[\p{Lu}\p{Lo}\p{N}"“`]|[a-z]-?[A-Z])/u.test(of)) return undefined;
  const role = noun.toLowerCase().replace(/^(?:current|present|new|name of the current|name of the) /u, "");
  const known = ROLES.has(role) || ATTRIBUTES.has(role);
  if (!known && (VAGUE.test(role) || !/^\p{Ll}[\p{Ll} -]*$/u.test(role) || role.split(" ").length > 4))
    return undefined;
  // An unknown noun needs a name of which nothing is left over.
  const name = readName(of, skip(/the /uy, of, 0)) ?? readQuoted(of, 0);
  if (!(known && initial) && name?.end !== of.length) return undefined;
  if (/\b(?:who|which|that|is|was|are|were|has|had)\b/u.test(of) && name?.end !== of.length) return undefined;
  return {
    owner: ownerName(of, context),
    relation: canonicalRelation(role),
    start,
    generic: !known,
    initial,
  };
}

/** Splits at the first "of" after a known role, else at the last one of the noun ("head of state of France"). */
function splitRole(noun: string, of: string): [string, string] {
  const parts = `${noun} of ${of}`.split(" of ");
  for (let count = 1; count < parts.length; count++) {
    const role = parts.slice(0, count).join(" of ");
    const rest = parts.slice(count).join(" of ");
    if (
      ROLES.has(role.toLowerCase().replace(/^(?:the )?(?:current )?/u, "")) &&
      /^(?:the )?[^\p{Ll}]/u.test(rest)
    )
      return [role, rest];
  }
  return [parts[0] ?? noun, parts.slice(1).join(" of ")];
}

function ownerName(text: string, context: Context): string {
  const bare = text.replace(/^the (?=\S)/u, "").replace(/^["“`]+\s?|\s?["”']+$/gu, "");
  return resolveTitle(bare, context);
}

function ownedAttribute(
  sentence: string,
  start: number,
  to: number,
  context: Context,
  initial: boolean,
): Attribute | undefined {
  const owner = readOwner(sentence, start, context);
  if (owner === undefined) return undefined;
  const owned = readOwned(sentence, owner.end);
  if (owned !== undefined) {
    const relation = canonicalRelation(owned.text);
    const rest = sentence.slice(owned.end, to);
    if (rest === "" || (RELATIVES.has(owned.text) && /^['’]s name$/u.test(rest)))
      return { owner: owner.owner, relation, start, generic: false, initial };
    const deeper = /^['’]s ((?:favou?rite )?\p{Ll}+(?: \p{Ll}+)?)$/u.exec(rest)?.[1];
    if (deeper !== undefined && (ATTRIBUTES.has(deeper) || /^favou?rite /u.test(deeper)))
      return {
        owner: `${owner.owner}'s ${owned.text}`,
        relation: canonicalRelation(deeper),
        start,
        generic: false,
        initial,
      };
  }
  const noun = sentence.slice(owner.end, to);
  if (ROLES.has(noun.toLowerCase()))
    return { owner: owner.owner, relation: canonicalRelation(noun), start, generic: false, initial };
  if (owner.firstPerson || VAGUE.test(noun) || !/^\p{Ll}[\p{Ll}-]*(?: \p{Ll}[\p{Ll}-]*){0,2}$/u.test(noun))
    return undefined;
  return { owner: owner.owner, relation: canonicalRelation(noun), start, generic: true, initial };
}

const NUMBER = /(?:\+|#)?\d[\d ().,–-]{0,24}\d|\d+/uy;
const ADDRESS = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,128}\p{L}/uy;
const TAKES_NOUN =
  /^favourite |language|religion|sport|genre|position|^job$|colour|status|^likes$|breed|pronouns|gender|major|field|currency|password|username|size|sign|type|address|nickname|motto|team/u;
const TAKES_NUMBER =
  /number|age|phone|population|height|weight|size|salary|address|password|^born on$|birthday|founded/u;
const VALUE_END =
  /^(?:[.,;!)(]|$|["”]| (?:and|but|now|since|because|so|which|who|in|with|from|at|as|these|instead|btw|lol|haha|located|though)\b)/u;

/** The value of a property: a name, a date, a number or, where that makes sense, a plain noun. */
export function readValue(sentence: string, at: number, attribute: Attribute): Phrase | undefined {
  const { relation, generic, initial } = attribute;
  const from = skip(
    /(?:called |named |actually |(?:located |situated )?in (?:the city of )?(?=\p{Lu})|the city of |the |an? (?=\p{Lu}))/uy,
    sentence,
    at,
  );
  if (TAKES_NUMBER.test(relation)) {
    const value =
      readDate(sentence, skip(/(?:on )/uy, sentence, at)) ??
      sticky(ADDRESS, sentence, at) ??
      sticky(NUMBER, sentence, at);
    if (value !== undefined) return value;
  }
  const quoted = readQuoted(sentence, from);
  if (quoted !== undefined) return generic && !/^\p{Lu}/u.test(quoted.text) ? undefined : quoted;
  const place = readPlace(sentence, from);
  if (place !== undefined && VALUE_END.test(sentence.slice(place.end))) return place;
  if (generic) return undefined;
  // A title of odd spelling, as the whole rest of a short sentence.
  const rest = /^[\p{Lu}\p{Lo}\p{N}][^,;:()!?]{0,80}?(?=[.!]?$)/u.exec(sentence.slice(from))?.[0];
  const isPlain =
    rest !== undefined &&
    rest.split(" ").length <= 8 &&
    !/\b(?:is|was|who|which|because|but|I)\b/u.test(rest);
  if (initial && isPlain && rest !== undefined) return { text: rest, start: from, end: from + rest.length };
  return TAKES_NOUN.test(relation)
    ? readPlainValue(sentence, skip(/(?:definitely |probably |the |an? |still |now )/uy, sentence, at))
    : undefined;
}

function readPlainValue(sentence: string, at: number): Phrase | undefined {
  if (
    /^(?:to|that|this|it|when|how|what|where|not|going|so|very|really|pretty|always|one|just|getting|here|there|in|on|at|good|great|amazing|nice|awesome|based|used|also|full)\b/iu.test(
      sentence.slice(at),
    )
  )
    return undefined;
  const noun = readNoun(sentence, at);
  if (noun === undefined || noun.text.split(" ").length > 4) return undefined;
  return VALUE_END.test(sentence.slice(noun.end)) ? noun : undefined;
}

function sticky(pattern: RegExp, sentence: string, at: number): Phrase | undefined {
  const end = skip(pattern, sentence, at);
  return end === at ? undefined : { text: sentence.slice(at, end), start: at, end };
}
