import { changeStatements, lifeStatements, relativeStatements } from "./asides.js";
import { COPULA, copulaStatements, roleStatements } from "./copula.js";
import { factList, type ItemFact, onlyStatement } from "./factList.js";
import { openingContext, openingSubject, resolveFocus } from "./focus.js";
import { isThing } from "./kinds.js";
import { LIFE_SHAPES } from "./lifeShapes.js";
import { PERSONAL_SHAPES } from "./personalShapes.js";
import { readNoun, skip } from "./phrases.js";
import { isLasting, isSingleValued } from "./predicates.js";
import { SENTENCE_CHARACTERS, type Span, sentencesIn } from "./sentences.js";
import type { Statement } from "./statement.js";
import { type Context, type Subject, subjectBefore, titleBefore } from "./subjects.js";
import { timesIn } from "./times.js";
import type { VerbShape } from "./verbShape.js";
import { isQuestion, isQuoted, isVetoed } from "./vetoes.js";
import { WORK_SHAPES } from "./workShapes.js";

export { canonicalRelation, isSingleValued } from "./predicates.js";

/** A relational fact that a text states in so many words. */
export interface ExtractedFact {
  /** A name as the text writes it, the speaker, the title, or "Ana's sister" for somebody without a name. */
  subject: string;
  /** Canonical: see `canonicalRelation`. */
  relation: string;
  object: string;
  /** The statement in the text, from the subject to the object. */
  span: Span;
  /** ISO instants between which the text says that it holds, the end exclusive. */
  validFrom?: string;
  validTo?: string;
  /** One object at a time: this fact replaces an earlier one with the same subject and relation. */
  single: boolean;
  /** Its number in a list whose later items replace earlier ones. */
  serial?: number;
  /** The numbers of that list begin in this text. */
  opens?: true;
}

export interface FactOptions {
  /** Who says the text: "I" and "my" are theirs. Without one, sentences in the first person give no fact. */
  speaker?: string | undefined;
  /** What the text is about: "He was born in …" is about it when the text begins with it. */
  title?: string | undefined;
  /** When the text was written, for "since last year". */
  at?: Date | undefined;
}

const SHAPES = new Map<string, VerbShape[]>();
for (const shape of [...LIFE_SHAPES, ...WORK_SHAPES, ...PERSONAL_SHAPES])
  for (const word of shape.words) SHAPES.set(word, [...(SHAPES.get(word) ?? []), shape]);

/**
 * The facts that an English text states in plain sentences. Precision comes before recall: questions, wishes,
 * conditions, denials and hearsay give nothing, nor do pronouns that could be somebody else.
 *
 * @example
 * factsIn("My sister Ana lives in Porto.", { speaker: "Tom" });
 * // [{ subject: "Tom", relation: "sister", object: "Ana", span: [0, 13], single: false },
 * //  { subject: "Ana", relation: "lives in", object: "Porto", span: [0, 28], single: true }]
 */
export function factsIn(text: string, options: FactOptions = {}): ExtractedFact[] {
  const list = factList(text);
  if (list !== undefined)
    return [...listed(list.facts), ...list.others.flatMap((span) => within(text, span, options))];
  const facts = statedIn(text, options);
  if (facts.length > 0 || text.length > SENTENCE_CHARACTERS) return facts;
  const sentences = sentencesIn(text);
  const only = sentences.length === 1 ? onlyStatement(text.trim()) : undefined;
  return only === undefined ? [] : listed([{ ...only, span: sentences[0] as Span }]);
}

function listed(items: readonly ItemFact[]): ExtractedFact[] {
  return items.map(({ known: _, ...fact }) => ({ ...fact, single: isSingleValued(fact.relation) }));
}

/** The facts of one item of a list that is no plain statement, at its place in the text. */
function within(text: string, [start, end]: Span, options: FactOptions): ExtractedFact[] {
  return statedIn(text.slice(start, end), options).map((fact) => ({
    ...fact,
    span: [fact.span[0] + start, fact.span[1] + start],
  }));
}

/** What sentences of prose state. */
function statedIn(text: string, options: FactOptions): ExtractedFact[] {
  const facts: ExtractedFact[] = [];
  const seen = new Set<string>();
  const sentences = withWholeTitle(text, sentencesIn(text), options.title);
  const context = openingContext(text, sentences[0], options);
  for (const [start, end] of sentences) {
    const sentence = text.slice(start, end);
    if (isQuestion(sentence)) {
      resolveFocus(context, undefined);
      continue;
    }
    const { statements, opening } = readSentence(sentence, context);
    for (const statement of statements) {
      const fact = factOf(statement, sentence, start, options.at);
      const key = JSON.stringify([fact.subject, fact.relation, fact.object]);
      if (seen.has(key)) continue;
      seen.add(key);
      facts.push(fact);
    }
    resolveFocus(context, openingSubject(sentence, context, opening));
  }
  return facts;
}

/** Joins what a full stop inside the title cut apart ("Mr. Right? Is …"). */
function withWholeTitle(text: string, sentences: Span[], title: string | undefined): Span[] {
  if (title === undefined || !text.startsWith(title)) return sentences;
  const rest = sentences.findIndex(([, end]) => end > title.length);
  const first = sentences[rest];
  return rest <= 0 || first === undefined ? sentences : [[0, first[1]], ...sentences.slice(rest + 1)];
}

interface Reading {
  statements: Statement[];
  /** The subject that the sentence begins with. */
  opening: Subject | undefined;
}

/** The last subject of the sentence, and how far what it governs reaches. */
interface Governor {
  subject: Subject;
  end: number;
  /** Whether it governs anything that was understood. */
  stated: boolean;
  /** The noun of "X is a film", to which participles attach. */
  kind: string | undefined;
}

function readSentence(sentence: string, context: Context): Reading {
  const statements = [
    ...relativeStatements(sentence, context),
    ...lifeStatements(sentence, context),
    ...changeStatements(sentence, context),
  ];
  let governor: Governor | undefined;
  let opening: Subject | undefined;
  for (const { shape, match } of predicates(sentence, context)) {
    if (governor !== undefined && match.index + match[0].length <= governor.end) continue;
    const read: { statements: Statement[]; subject?: Subject; kind?: string } =
      shape === undefined
        ? copulaStatements(sentence, match, context)
        : shape === "apposition"
          ? apposition(sentence, match, context)
          : verbStatements(sentence, shape, match, context, governor);
    const { subject } = read;
    if (subject === undefined) {
      statements.push(...read.statements);
      continue;
    }
    if (subject.relative !== undefined)
      statements.push({
        ...subject.relative,
        subject: subject.relative.owner,
        object: subject.name,
        start: subject.start,
        end: subject.end,
        past: false,
        event: false,
      });
    opening ??= subject;
    statements.push(...read.statements);
    if (shape === "apposition") continue;
    const complement = shape === undefined ? complementOf(sentence, match) : undefined;
    const end = Math.max(
      match.index + (shape === undefined ? 0 : match[0].length),
      complement?.end ?? 0,
      ...read.statements.map((each) => each.end),
    );
    governor = {
      subject,
      end,
      stated: read.statements.length > 0 || complement !== undefined,
      kind: complement?.kind ?? governor?.kind,
    };
    if (context.kind === undefined && read.kind !== undefined) context.kind = read.kind;
  }
  return { statements: statements.filter((each) => isStated(sentence, each)), opening };
}

function isStated(sentence: string, { start, end }: Statement): boolean {
  return !isVetoed(sentence, start, end) && !isQuoted(sentence, start);
}

interface Predicate {
  /** Nothing for "is" and its like. */
  shape: VerbShape | "apposition" | undefined;
  match: RegExpExecArray;
}

const APPOSITION = /, (?:the |an? )?(?=\p{Ll}[\p{L} -]{1,60} of )/gu;

/** More verbs than this are no sentence. */
const SENTENCE_PREDICATES = 40;

/** Every verb of the sentence that some shape knows, from left to right. */
function predicates(sentence: string, context: Context): Predicate[] {
  const found: Predicate[] = [];
  const words = new Set(sentence.toLowerCase().split(/[^\p{L}\p{N}-]+/u));
  const shapes = new Set<VerbShape>();
  for (const word of words) for (const shape of SHAPES.get(word) ?? []) shapes.add(shape);
  for (const shape of shapes) {
    if (shape.conversation && context.title !== undefined) continue;
    for (const match of sentence.matchAll(shape.verb)) found.push({ shape, match });
  }
  if (["is", "was", "am", "s", "m", "became", "become"].some((word) => words.has(word)))
    for (const match of sentence.matchAll(COPULA)) found.push({ shape: undefined, match });
  const apposition = words.has("of") ? [...sentence.matchAll(APPOSITION)][0] : undefined;
  if (apposition !== undefined) found.push({ shape: "apposition", match: apposition });
  found.sort((a, b) => a.match.index - b.match.index || b.match[0].length - a.match[0].length);
  return found.slice(0, SENTENCE_PREDICATES);
}

/** "Ana, the mayor of Porto, …" */
function apposition(sentence: string, match: RegExpExecArray, context: Context) {
  const subject = subjectBefore(sentence, match.index, context);
  if (
    subject === undefined ||
    subject.firstPerson ||
    /^(?:he|she|it)$/iu.test(sentence.slice(subject.start, subject.end))
  )
    return { statements: [] };
  const tense = { past: false, event: false };
  const statements = roleStatements(sentence, match.index + 2, subject, tense).filter(({ end }) =>
    /^(?:[,.;)]|$)/u.test(sentence.slice(end)),
  );
  return { statements, subject };
}

/** The noun after "is a", "was the second": what participles after it describe. */
function complementOf(sentence: string, match: RegExpExecArray): { kind: string; end: number } | undefined {
  const noun = readNoun(
    sentence,
    skip(/(?: also| currently)? (?:an?|the) /uy, sentence, match.index + match[0].length),
  );
  return noun === undefined ? undefined : { kind: noun.text.split(" ").at(-1) ?? "", end: noun.end };
}

function verbStatements(
  sentence: string,
  shape: VerbShape,
  match: RegExpExecArray,
  context: Context,
  governor: Governor | undefined,
): { statements: Statement[]; subject?: Subject } {
  const subject = verbSubject(sentence, shape, match, context, governor);
  if (subject === undefined) return { statements: [] };
  const statements: Statement[] = [];
  for (const { relation, objects, swap } of shape.read(sentence, match.index + match[0].length, match))
    for (const object of objects)
      statements.push({
        ...(swap
          ? { subject: object.text, object: subject.name }
          : { subject: subject.name, object: object.text }),
        relation,
        start: subject.start,
        end: object.end,
        past: shape.past ?? false,
        event: shape.event ?? false,
        ...(objects.length > 1 && !swap ? { many: true } : {}),
      });
  return { statements, subject };
}

const WHO = /,? who(?: (?:also|later|now|currently|originally))?$/u;
/** Nothing between two verbs of one subject but the end of the first one's complement. */
const CONTINUES = /^[^\p{Lu}"“(:;]{0,48}(?:,| and| but| then)(?: (?:also|later|now|then|\p{Ll}+ly))? ?$/u;
const OTHER_SUBJECT = /\b(?:who|which|that|he|she|it|they|we|you|whose|where|when|while|as|than)\b/u;

function verbSubject(
  sentence: string,
  shape: VerbShape,
  match: RegExpExecArray,
  context: Context,
  governor: Governor | undefined,
): Subject | undefined {
  const left = sentence.slice(0, match.index).trimEnd();
  const gap = governor === undefined ? "" : sentence.slice(governor.end, match.index);
  const who = WHO.exec(left);
  if (who !== null) {
    const isGoverned =
      governor?.kind !== undefined && /^[^\p{Lu}]{0,40}$/u.test(gap.replace(/ who\b.*/u, ""));
    return isGoverned ? governor?.subject : subjectBefore(sentence, who.index, context);
  }
  const own = left === "" ? undefined : subjectBefore(sentence, match.index, context);
  const hasVerb =
    !shape.participle || /^(?:is|was|are|were|has|had|['’]s|stars|starred)\b/u.test(match[0].trim());
  if (own !== undefined) return hasVerb && agrees(match[0], own) ? own : undefined;
  if (governor === undefined)
    return shape.work && /^(?:is|was) /u.test(match[0]) ? titleBefore(sentence, match.index) : undefined;
  if (!hasVerb || /^(?:,? and |, )/u.test(match[0]))
    return governor.kind !== undefined &&
      isThing(governor.kind) &&
      /^[^\p{Lu}]{0,24}$/u.test(gap) &&
      !OTHER_SUBJECT.test(gap)
      ? governor.subject
      : undefined;
  return governor.stated && CONTINUES.test(gap) && !OTHER_SUBJECT.test(gap) ? governor.subject : undefined;
}

const BASE_FORM =
  /^(?:like|love|enjoy|adore|hate|dislike|live|reside|work|have|own|play|speak|study|attend|come|hail|go|am)\b/u;

/** "I like" and "Ana likes": a bare verb after another subject is a preposition ("Themes like …"). */
function agrees(verb: string, subject: Subject): boolean {
  return !BASE_FORM.test(verb.trim()) || (subject.firstPerson && subject.owned === undefined);
}

/** Lasting relations whose time matters: what happened stays true, and has its date. */
const EPISODES = new Set(["visited", "lived in", "worked at", "worked as", "played for", "educated at"]);

function factOf(statement: Statement, sentence: string, offset: number, at: Date | undefined): ExtractedFact {
  const { subject, relation, object, start, end } = statement;
  const gone = statement.past && !isLasting(relation);
  return {
    subject,
    relation,
    object,
    span: [offset + start, offset + end],
    ...(isLasting(relation) && !EPISODES.has(relation) ? {} : validity(statement, sentence, at)),
    single: isSingleValued(relation) && !statement.many && (!gone || statement.event),
  };
}

/** What may stand between a statement and its date. */
const ADVERBIAL =
  /^,?(?: (?:(?:back|right|again|together|there|here) ?)?(?:in|on|since|from|until|till|during|around|about|at|between|up to|all the way)?(?: the)?)? ?$/u;

/** When the statement holds, as far as its own clause says. */
function validity(
  { start, end, past, event }: Statement,
  sentence: string,
  at: Date | undefined,
): { validFrom?: string; validTo?: string } {
  const clauseEnd = sentence.slice(end).search(/[,;:(]|\b(?:and(?! \d)|but|because)\b/u);
  const to = clauseEnd < 0 ? sentence.length : end + clauseEnd;
  const clause = sentence.slice(0, to);
  for (const time of timesIn(clause, at)) {
    const isAfter = time.span[0] >= end;
    const gap = isAfter ? clause.slice(end, time.span[0]) : clause.slice(time.span[1], start);
    if (isAfter ? !ADVERBIAL.test(gap) : time.span[1] > start || !/^,? ?$/u.test(gap)) continue;
    const before = clause.slice(Math.max(0, time.span[0] - 12), time.span[0]);
    if (/\b(?:until|till|up to)\s+(?:the )?$/iu.test(before)) return { validTo: time.to };
    if (/\b(?:since|from)\s+(?:the )?$/iu.test(before) && time.precision !== "range")
      return { validFrom: time.from };
    if (time.precision === "range" || (past && !event)) return { validFrom: time.from, validTo: time.to };
    if (event) return { validFrom: time.from };
  }
  return {};
}
