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
  /** Items that state no fact by their form, to be read as sentences. */
  readonly others: readonly Span[];
}

/** Sentences that a text without numbers must have to be a list. */
const LIST_SENTENCES = 3;

/** Of them, this share states one fact each and nothing else. */
const LIST_SHARE = 0.8;

/** Sentences by which a text without numbers is judged before all of it is read. */
const JUDGED = 10;

const PLAIN_OBJECT = /^[^,;()]{1,80}$/u;
const CLAUSE_WORD =
  /\b(?:who|which|that|when|where|because|but|if|although|and|or|since|until|after|before|during|while|than)\b/u;
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
  const others: Span[] = [];
  for (const { span, number } of numbered.items) {
    const item = text.slice(...span);
    // One fact an item: a list of whole paragraphs is prose.
    const read = sentencesIn(item).length === 1 || isTitled(item) ? listedFact(item) : undefined;
    if (read === undefined || !(read.known || isPlain(read))) others.push(span);
    else
      facts.push({
        ...read,
        span,
        ...(number === undefined ? {} : { serial: number }),
        ...(numbered.opens ? { opens: true as const } : {}),
      });
  }
  return facts.length === 0 ? undefined : { facts, others };
}

/** A full stop or a question mark inside a name cuts an item that is still one statement. */
function isTitled(item: string): boolean {
  return item.length < 240 && sentencesIn(item).length === 2;
}

function statements(text: string): FactList | undefined {
  const spans = sentencesIn(text);
  if (spans.length < LIST_SENTENCES) return undefined;
  const stated = (all: readonly Span[]) =>
    all.map((span): ItemFact | Span => {
      const read = plainStatement(text.slice(...span));
      return read === undefined ? span : { ...read, span };
    });
  const isList = (all: readonly (ItemFact | Span)[]) =>
    all.filter((each) => "subject" in each).length >= LIST_SHARE * all.length;
  const head = spans.slice(0, JUDGED);
  // A heading is no statement.
  const titled = /:$/u.test(text.slice(...(spans[0] as Span))) ? 1 : 0;
  if (!isList(stated(head.slice(titled)))) return undefined;
  const all = stated(spans);
  if (!isList(all.slice(titled))) return undefined;
  // What is said twice counts where it is said last.
  const facts = new Map<string, ItemFact>();
  const others: Span[] = [];
  for (const each of all) {
    if (!("subject" in each)) {
      others.push(each);
      continue;
    }
    const key = JSON.stringify([each.subject, each.relation, each.object]);
    facts.delete(key);
    facts.set(key, each);
  }
  return { facts: [...facts.values()], others };
}

/** The fact of a sentence that is one in a wording of the vocabulary from its first word to its last. */
export function plainStatement(sentence: string): ListedFact | undefined {
  if (isVetoed(sentence, 0, sentence.length)) return undefined;
  const read = listedFact(sentence);
  return read?.known === true && isPlain(read) ? read : undefined;
}

function isPlain({ subject, object }: ListedFact): boolean {
  return (
    PLAIN_OBJECT.test(object) && !CLAUSE_WORD.test(object) && !CLAUSE_WORD.test(subject) && !NO_SUBJECT.test(subject)
  );
}
