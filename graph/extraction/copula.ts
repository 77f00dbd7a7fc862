import { attributeBefore, readValue } from "./attributes.js";
import { FORWARD_ROLES, isPersonNoun, RELATIVES, ROLES } from "./kinds.js";
import { nameKey, type Phrase, readList, readNoun, readPerson, readPlace, skip } from "./phrases.js";
import { canonicalRelation, isLasting } from "./predicates.js";
import type { Statement } from "./statement.js";
import { type Context, readOwned, readOwner, type Subject, subjectBefore } from "./subjects.js";

/** "is" and "was" between a subject and what it is. */
export const COPULA =
  / (?:is|was|am|became|has become|was (?:appointed|elected|named)(?: as)?)(?= )|['’]m(?= )|['’]s(?= (?:an?|the|my|now|called|named|currently|also|actually)\b)|(?<=\bname)['’]s(?= )/gu;
const ADVERBS =
  /(?: (?:now|currently|also|still|actually|officially|originally|today|both|really|presently|once again))* /uy;
const FORMER = /\b(?:former|ex|late|then|previous|first|second|third|last|\d+(?:st|nd|rd|th))\b/iu;

/** What a sentence says with one copula, and its subject for the rest of the sentence. */
export function copulaStatements(
  sentence: string,
  match: RegExpExecArray,
  context: Context,
): { statements: Statement[]; subject?: Subject; kind?: string } {
  const start = match.index;
  const past = /was|became/u.test(match[0]);
  const event = /bec[ao]me|appointed|elected|named/u.test(match[0]);
  const at = skip(ADVERBS, sentence, start + match[0].length);
  const attribute = event ? undefined : attributeBefore(sentence, start, context);
  if (attribute !== undefined) {
    const object = readValue(sentence, at, attribute);
    if (object !== undefined) {
      const { owner: subject, relation, start: from } = attribute;
      return {
        statements: [{ subject, relation, object: object.text, start: from, end: object.end, past, event }],
      };
    }
  }
  const subject = subjectBefore(sentence, start, context);
  if (subject === undefined) return { statements: [] };
  const roles = roleStatements(sentence, at, subject, { past, event });
  if (roles.length > 0) {
    const type = typeStatement(sentence, at, subject, context, past);
    return { ...type, statements: [...type.statements, ...roles], subject };
  }
  const owned = ownedStatement(sentence, at, subject, context, past);
  if (owned !== undefined) return { statements: [owned], subject };
  return { subject, ...typeStatement(sentence, at, subject, context, past) };
}

const ROLE_START = /(?:one of )?(?:the |an? )?/uy;
const OF = / (?:of|for|in|at|to|with) /uy;

/** "the capital of France", "a daughter of Boso and sister of Hucbert", "the capital and largest city of X". */
export function roleStatements(
  sentence: string,
  at: number,
  subject: Subject,
  tense: { past: boolean; event: boolean },
): Statement[] {
  if (subject.owned !== undefined) return [];
  const statements: Statement[] = [];
  let from = at;
  for (let times = 0; times < 3; times++) {
    const nouns: Phrase[] = [];
    let end = from;
    for (let count = 0; count < 3; count++) {
      const noun = readRole(sentence, skip(ROLE_START, sentence, end));
      if (noun === undefined) break;
      nouns.push(noun);
      end = noun.end;
      const and = skip(/,? and |, /uy, sentence, end);
      if (and === end) break;
      end = and;
    }
    const last = nouns.at(-1);
    const start = last === undefined ? end : skip(OF, sentence, last.end);
    if (last === undefined || start === last.end) break;
    const preposition = sentence.slice(last.end, start).trim();
    const targets = roleTargets(sentence, start, last.text);
    const end2 = targets.at(-1)?.end;
    if (end2 === undefined || !TARGET_END.test(sentence.slice(end2))) break;
    const indefinite = /^an? /u.test(sentence.slice(from, from + 3));
    const all = nouns.map((noun) => roleOf(noun.text, preposition));
    // "a lawyer and the mayor of Porto": only the last noun has to be a role.
    for (const [index, role] of all.entries()) {
      if (role === undefined || (index < all.length - 1 && all.some((each) => each === undefined))) continue;
      const past = tense.past || FORMER.test((nouns[index] ?? last).text);
      for (const target of targets)
        statements.push({
          ...(role.forward
            ? { subject: subject.name, object: target.text }
            : { subject: target.text, object: subject.name }),
          relation: role.relation,
          start: subject.start,
          end: target.end,
          past,
          event: tense.event,
          ...(indefinite && !role.forward ? { many: true } : {}),
        });
    }
    const and = skip(/,? and (?:the |an? )?(?=\p{Ll})/uy, sentence, end2);
    if (and === end2) break;
    from = and;
  }
  return statements;
}

/** After a name that is complete: "the singer of the South Korean band" has no target yet. */
const TARGET_END =
  /^(?:[.,;:!)(—–"”]|$| (?:and|but|from|in|on|at|by|with|since|until|for|who|whom|which|that|during|as|after|before|when|where|while|between|is|was|has|to|under|now|today|because|based|\d)\b| [–-] )/u;

/** A noun, and with it the "of" that belongs to an office. */
function readRole(sentence: string, at: number): Phrase | undefined {
  const noun = readNoun(sentence, at);
  const office =
    noun === undefined
      ? null
      : /^ of (?:state|government|staff)\b/u.exec(sentence.slice(noun.end, noun.end + 16));
  if (noun === undefined || office === null) return noun;
  const end = noun.end + office[0].length;
  return { text: sentence.slice(noun.start, end), start: noun.start, end };
}

function roleTargets(sentence: string, at: number, noun: string): Phrase[] {
  const isKin = [...RELATIVES].some((relative) => noun.replace("- ", "-").endsWith(relative));
  if (isKin) return readList(sentence, at, readPerson);
  const place = readPlace(sentence, at);
  return place === undefined ? [] : [place];
}

const ORDINALS =
  /^(?:(?:only|eldest|oldest|elder|older|younger|youngest|current|present|former|late|first|second|third|fourth|fifth|sixth|seventh|surviving|legitimate|illegitimate|original|longtime|long-time|then|new|acting|incumbent|\d+(?:st|nd|rd|th)) )*/iu;

/** The relation that a noun before "of" names: its longest ending that is a role. */
function roleOf(noun: string, preposition: string): { relation: string; forward: boolean } | undefined {
  const words = noun.replaceAll("- ", "-").replace(ORDINALS, "").split(" ");
  if (/^(?:some|many|several|most|all|both|any|no)$/iu.test(words[0] ?? "")) return undefined;
  const forward = FORWARD_ROLES.get(words.at(-1) ?? "");
  if (forward !== undefined) return preposition === "of" ? { relation: forward, forward: true } : undefined;
  for (let from = 0; from < words.length; from++) {
    const role = words.slice(from).join(" ").toLowerCase();
    if (!ROLES.has(role)) continue;
    const mayStandIn = /city|mountain|river|lake|point|minister|president/u.test(role);
    if (
      preposition !== "of" &&
      !(preposition === "in" && mayStandIn) &&
      !(preposition === "to" && role.startsWith("heir"))
    )
      return undefined;
    // "film director" is a trade, "assistant director" another office.
    if (
      from > 0 &&
      !isLasting(role) &&
      /^(?:vice|deputy|assistant|associate|interim|co)\b/u.test(words[from - 1] ?? "")
    )
      return undefined;
    return { relation: canonicalRelation(role), forward: false };
  }
  return undefined;
}

/** "Tim is Ana's brother." */
function ownedStatement(
  sentence: string,
  at: number,
  subject: Subject,
  context: Context,
  past: boolean,
): Statement | undefined {
  if (subject.owned !== undefined || subject.firstPerson) return undefined;
  const owner = readOwner(sentence, at, context);
  const noun = owner === undefined ? undefined : readOwned(sentence, owner.end);
  if (owner === undefined || noun === undefined || !RELATIVES.has(noun.text)) return undefined;
  if (!/^(?:[.,;!]|$| (?:and|who|from|named))/u.test(sentence.slice(noun.end))) return undefined;
  return {
    subject: owner.owner,
    relation: canonicalRelation(noun.text),
    object: subject.name,
    start: subject.start,
    end: noun.end,
    past,
    event: false,
  };
}

const VAGUE =
  /^(?:lot|bit|fan|way|time|thing|things|part|reason|day|blast|pleasure|idea|result|shame|fact|step|experience|moment|reminder|one|must|joy|treat|mess|wreck|example|case|matter|means|list|name|term|word|title|number|series of|set|place|look|start|story|kind|type|form|sort|piece|combination|collection|variety|group|few|total|mixture|believer|lover|beginner|supporter|member|person|winner|human|subject|topic|success|failure|hit|success|response|focus|symbol|sign|source|product|work|contributor|recipient|follower|participant|candidate|leader|master|pro|guy|girl|help|friend|descendant|native|graduate|student|relative|version|process|reference|feature|element|figure|aspect|role|year|decade)s?$/iu;
const TYPE_OF = /^(?:kind|type|species|genus|form|breed|variety|style|subgenre|genre)$/u;

/** "Porto is a city in Portugal": the type, and the noun by which an article calls its subject. */
function typeStatement(
  sentence: string,
  at: number,
  subject: Subject,
  context: Context,
  past: boolean,
): { statements: Statement[]; kind?: string } {
  const start = skip(/an? /uy, sentence, at);
  let noun = start === at ? undefined : readNoun(sentence, start);
  if (noun === undefined) return { statements: [] };
  noun = withoutParticiple(wholeTrade(sentence, noun));
  let head = headOf(noun.text);
  if (TYPE_OF.test(head) && sentence.startsWith(" of ", noun.end)) {
    const of = readNoun(sentence, skip(/an? /uy, sentence, noun.end + 4));
    if (of === undefined) return { statements: [] };
    noun = { text: sentence.slice(noun.start, of.end), start: noun.start, end: of.end };
    head = headOf(of.text);
  } else if (VAGUE.test(head) || FORMER.test(noun.text) || FORWARD_ROLES.has(head)) return { statements: [] };
  if (ROLES.has(head.toLowerCase()) && sentence.startsWith(" of ", noun.end)) return { statements: [] };
  const isAbout = context.title !== undefined && nameKey(subject.name) === nameKey(context.title);
  if (/^\p{Lu}/u.test(head) || /['’]s?$/u.test(head)) return { statements: [] };
  // In conversation, "Yoga is a great escape" is no fact about a Yoga.
  if (!isAbout && !isPersonNoun(head) && !(context.title !== undefined && subject.name.includes(" ")))
    return { statements: [] };
  const statement: Statement = {
    subject: subject.name,
    relation: "is a",
    object: noun.text,
    start: subject.start,
    end: noun.end,
    past,
    event: false,
  };
  return { statements: [statement], ...(isAbout ? { kind: head.toLowerCase() } : {}) };
}

/** "television and film director": when only the second noun is a trade, the first describes it. */
function wholeTrade(sentence: string, noun: Phrase): Phrase {
  const and = /^(?: and |, | & )/u.exec(sentence.slice(noun.end, noun.end + 6))?.[0];
  const next =
    and === undefined || isPersonNoun(headOf(noun.text))
      ? undefined
      : readNoun(sentence, noun.end + and.length);
  if (next === undefined || !isPersonNoun(headOf(next.text)) || next.text.split(" ").length > 3) return noun;
  return next.text.includes(" ")
    ? { text: sentence.slice(noun.start, next.end), start: noun.start, end: next.end }
    : noun;
}

/** "film co-directed", "politician recently elected": the participle belongs to what follows. */
function withoutParticiple(noun: Phrase): Phrase {
  const text = noun.text.replace(/(?: \p{Ll}+ly| (?:\p{Ll}|-)+(?:ed|held|written|made|known|sung))+$/u, "");
  return { text, start: noun.start, end: noun.start + text.length };
}

function headOf(noun: string): string {
  return noun.split(" ").at(-1) ?? noun;
}
