import { framedFact, isActive } from "./framedFact.js";
import { type ListedFact, listedFact } from "./listedFact.js";
import { numberedList } from "./numbered.js";
import { type Span, sentencesIn } from "./sentences.js";
import { isVetoed } from "./vetoes.js";

/** A fact of a list, where it stands, and its place in the order that the list's numbers state. */
export interface ItemFact extends ListedFact {
  readonly span: Span;
  readonly serial?: number;
  /** The numbers begin in this text: they order nothing against another list that begins elsewhere. */
  readonly opens?: true;
}

export interface FactList {
  readonly facts: readonly ItemFact[];
  /** What states no fact by its form, to be read as prose. */
  readonly others: readonly Span[];
}

/** Numbered items by which a text is judged, and the share of them that must state facts for more to be read by form. */
const JUDGED_ITEMS = 200;
const ITEM_SHARE = 0.1;

/** Of numbered items, this share must be understood before verbs that nobody knows are kept in both voices. */
const KNOWN_SHARE = 0.5;

/** Sentences that a text without numbers must have to be a list. */
const LIST_SENTENCES = 3;

/** Of them, this share states one fact each and nothing else. */
const LIST_SHARE = 0.6;

/** Sentences by which a text without numbers is judged before all of it is read. */
const JUDGED = 10;

/** From so many statements on, a text is so surely a list that wordings nobody knows are read by their form too. */
const LONG_LIST = 10;

const PLAIN_OBJECT = /^[^,;()]{1,80}(?: \([^()]{1,40}\))?$/u;
const CLAUSE_WORD =
  /\b(?:who|which|that|when|where|because|but|if|although|and|or|since|until|after|before|during|while|than)\b/u;
const PRONOUN = /\b(?:I|he|she|it|they|we|you|my|his|her|its|our|their|your|me|him|them|us)\b/u;
const NAME =
  /^(?:[\p{Lu}\p{Lt}\p{N}]\S*|of|the|and|de|la|van|von|der|del|di|da|in|on|for|to|a|an|&|\([\p{L}\p{N} ]+\))(?: (?:[\p{Lu}\p{Lt}\p{N}]\S*|of|the|and|de|la|van|von|der|del|di|da|in|on|for|to|a|an|&|\([\p{L}\p{N} ]+\)))*$/u;
const HEADING =
  /^(?:here (?:is|are)|the following|these are|list|facts?|known facts|knowledge)\b[^:.!?]{0,80}:\s*/iu;
const NO_SUBJECT =
  /^(?:yesterday|today|tonight|tomorrow|now|then|later|last|next|recently|soon|maybe|perhaps|in|on|at|by|for|to|from|with|as|after|before|when|while|if|since|until|during|both|some|many|most|all|each|every|another|also|and|but|so|or|not|no|because|although|however|former|early|one)\b/iu;

/**
 * The facts of a text that is a list of them: numbered, or one plain statement after the other. Nothing for
 * prose, whose sentences need more than their form to be understood.
 */
export function factList(text: string): FactList | undefined {
  const numbered = numberedList(text);
  if (numbered === undefined) return statements(text);
  const facts: ItemFact[] = [];
  const others: Span[] = [...numbered.rest];
  for (const [index, { span, number }] of numbered.items.entries()) {
    if (index === JUDGED_ITEMS && facts.length < ITEM_SHARE * index) {
      // Numbered prose: the clauses of a contract, a log, a table.
      for (const item of numbered.items.slice(index)) others.push(item.span);
      break;
    }
    const item = text.slice(...span);
    // One fact an item: a list of whole paragraphs is prose.
    const read = sentencesIn(item).length === 1 || isTitled(item) ? itemFact(item) : undefined;
    if (read === undefined || !(read.known || isPlain(read))) others.push(span);
    else
      facts.push({
        ...read,
        span,
        ...(number === undefined ? {} : { serial: number }),
        ...(numbered.opens ? { opens: true as const } : {}),
      });
  }
  if (facts.length === 0) return undefined;
  const isSure = facts.filter(({ known }) => known).length >= KNOWN_SHARE * numbered.items.length;
  return { facts: isSure ? facts.flatMap(inBothVoices) : facts, others };
}

/** A full stop or a question mark inside a name cuts an item that is still one statement. */
function isTitled(item: string): boolean {
  return item.length < 240 && sentencesIn(item).length === 2;
}

function statements(text: string): FactList | undefined {
  const spans = withoutHeading(text, sentencesIn(text));
  if (spans.length < LIST_SENTENCES) return undefined;
  if (!isList(read(text, spans.slice(0, JUDGED), plainStatement))) return undefined;
  const strict = read(text, spans, plainStatement);
  if (!isList(strict)) return undefined;
  const isLong = strict.filter((each) => "subject" in each).length >= LONG_LIST;
  const all = read(text, spans, (sentence) => statementInList(sentence, isLong));
  // What is said twice counts where it is said last.
  const facts = new Map<string, ItemFact>();
  const others: Span[] = [];
  for (const each of all) {
    if (!("subject" in each)) {
      others.push(each);
      continue;
    }
    for (const fact of inBothVoices(each)) {
      const key = JSON.stringify([fact.subject, fact.relation, fact.object]);
      facts.delete(key);
      facts.set(key, fact);
    }
  }
  return { facts: [...facts.values()], others };
}

/** "Here is a list of facts:" is no statement, nor the beginning of the one that follows it in the same line. */
function withoutHeading(text: string, spans: readonly Span[]): readonly Span[] {
  const [first, ...rest] = spans;
  if (first === undefined) return spans;
  const heading = HEADING.exec(text.slice(...first))?.[0];
  if (heading === undefined) return spans;
  return first[0] + heading.length < first[1] ? [[first[0] + heading.length, first[1]], ...rest] : rest;
}

/** "has" and "went" alone say too little to decide, and what begins like this is no value. */
const LIGHT_RELATION = /^(?:has|visited|is a|likes|located in)$/u;
const NO_VALUE = /^(?:held|called|named|known|led|run|found) (?:by|as|at|in) |^(?:called|named) /u;

const HEARSAY = /^(?:it (?:is|was) (?:said|claimed|rumou?red|believed|thought|denied)|nobody|no one) /iu;
/** In lower case no part of a title, and outside of one a wish, a doubt or a denial. */
const UNSURE =
  /(?<= )(?:not|never|will|would|might|may|could|should|shall|must|if|unless|wants?|wanted|hopes?|hoped|refused|refuses|failed|fails|tried|tries|almost|nearly|claims?|claimed|says|said|denies|denied|\p{Ll}+n['’]t)(?= )/u;

/** What an item says: in a wording of the vocabulary, else by the words around its names, else by its form. */
function itemFact(item: string): ListedFact | undefined {
  if (HEARSAY.test(item)) return undefined;
  const read = listedFact(item);
  if (read !== undefined && / (?:never|not)$/u.test(read.subject)) return undefined;
  if (read?.known && !LIGHT_RELATION.test(read.relation)) {
    const object = read.object.replace(NO_VALUE, "");
    return object === read.object ? read : { ...read, object };
  }
  if (UNSURE.test(item)) return undefined;
  const framed = framedFact(item);
  // Two readings by form that divide the names alike: the shorter wording says it better.
  const isSame =
    framed?.known === false &&
    read !== undefined &&
    ((read.subject === framed.subject && read.object === framed.object) ||
      (read.subject === framed.object && read.object === framed.subject));
  return isSame ? read : (framed ?? read);
}

/**
 * "Ana penned Dusk" also as "Dusk penned by Ana": what a verb that nobody knows means, and so whose fact it is,
 * is known only when it is compared with relations (relationLikeness.ts).
 */
function inBothVoices<T extends ListedFact>(fact: T): readonly T[] {
  if (fact.known || !isActive(fact.relation)) return [fact];
  const { subject, relation, object } = fact;
  return [fact, { ...fact, subject: object, relation: `${relation} by`, object: subject }];
}

/** Among other statements, also one whose names look like clauses. */
function statementInList(sentence: string, byForm: boolean): ListedFact | undefined {
  const fact = byForm ? itemFact(sentence) : listedFact(sentence);
  return fact !== undefined && (fact.known || (byForm && isPlain(fact))) ? fact : undefined;
}

/** Each sentence as a fact, else as it is; one that a name like "Who Loves Ada?" cut in two is one. */
function read(
  text: string,
  sentences: readonly Span[],
  statement: (sentence: string) => ListedFact | undefined,
): (ItemFact | Span)[] {
  const spans = sentences.flatMap((span) => {
    const pieces = inPieces(text.slice(...span), span[0]);
    return pieces.slice(1).every((piece) => statement(text.slice(...piece)) !== undefined) ? pieces : [span];
  });
  const all: (ItemFact | Span)[] = [];
  for (let at = 0; at < spans.length; at++) {
    const span = spans[at] as Span;
    const sentence = text.slice(...span);
    const next = spans[at + 1];
    const cut =
      /[?!]["'”’]?$/u.test(sentence) && next !== undefined ? ([span[0], next[1]] as const) : undefined;
    const whole = cut === undefined ? undefined : statement(text.slice(...cut));
    const fact = whole ?? statement(sentence);
    all.push(fact === undefined ? span : { ...fact, span: whole === undefined ? span : (cut as Span) });
    if (whole !== undefined) at++;
  }
  return all;
}

/** A statement about a name in lower case begins no sentence by the rules of prose: "… Ostmark. judo was …". */
function inPieces(sentence: string, offset: number): Span[] {
  const pieces: Span[] = [];
  let start = 0;
  for (const { index } of sentence.matchAll(/(?<=[\p{L}\p{N})]\.) (?=\p{Ll})/gu)) {
    pieces.push([offset + start, offset + index]);
    start = index + 1;
  }
  pieces.push([offset + start, offset + sentence.length]);
  return pieces;
}

function isList(all: readonly (ItemFact | Span)[]): boolean {
  return all.filter((each) => "subject" in each).length >= LIST_SHARE * all.length;
}

/** The fact of a text that is one plain statement about a name and nothing else. */
export function onlyStatement(sentence: string): ListedFact | undefined {
  const read = plainStatement(sentence);
  return read !== undefined && NAME.test(read.subject) ? read : undefined;
}

/** The fact of a sentence that is one in a wording of the vocabulary from its first word to its last. */
function plainStatement(sentence: string): ListedFact | undefined {
  if (isVetoed(sentence, 0, sentence.length)) return undefined;
  const read = listedFact(sentence);
  return read?.known === true && isPlain(read) ? read : undefined;
}

function isPlain({ subject, object }: ListedFact): boolean {
  return (
    PLAIN_OBJECT.test(object) &&
    !PRONOUN.test(subject) &&
    !PRONOUN.test(object) &&
    !CLAUSE_WORD.test(object) &&
    !CLAUSE_WORD.test(subject) &&
    !NO_SUBJECT.test(subject)
  );
}
