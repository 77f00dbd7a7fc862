import { canonicalRelation, entityKey } from "../../../graph/extraction/index.js";
import { sentencesIn } from "../../../graph/extraction/sentences.js";
import { learnableText, type MemCube } from "../../../memcube/index.js";
import { type Phrasings, phrasings, type Relation } from "../phrasings.js";
import { isName } from "./names.js";
import { type Pattern, patternOf } from "./pattern.js";
import type { Source } from "./source.js";

/** Characters of one text that are read, and sentences of them: what is beyond is not learned. */
export const READ_CHARACTERS = 16_000;
export const READ_SENTENCES = 200;

/** Something that a cube states. */
export interface Stated {
  readonly relation: Relation;
  /** Undefined for the person whose memory it is. */
  readonly subject: string | undefined;
  readonly object: string;
}

/** What is to be learned of a cube. */
export interface Reading {
  readonly cube: MemCube;
  readonly stated: readonly Stated[];
  /** Sentences that state nothing of the kind; they are learned word for word. */
  readonly rest: string;
}

interface Form {
  readonly relation: Relation;
  readonly own: boolean;
  readonly pattern: Pattern;
}

const FORMS = new WeakMap<Phrasings, readonly Form[]>();

/** Statements of all relations; of two that fit, the one that says more comes first. */
function formsOf(table: Phrasings): readonly Form[] {
  const known = FORMS.get(table);
  if (known !== undefined) return known;
  const forms = table.relations.flatMap((relation) => {
    const { statements, heldStatements, ownStatements, heldOwnStatements } = relation;
    const form = (own: boolean) => (template: string) => ({ relation, own, pattern: patternOf(template) });
    return [
      ...[...statements, ...heldStatements].map(form(false)),
      ...[...ownStatements, ...heldOwnStatements].map(form(true)),
    ];
  });
  forms.sort((a, b) => b.pattern.literals - a.pattern.literals);
  FORMS.set(table, forms);
  return forms;
}

/**
 * What a cube states: first by its sentences in the phrasings of the table, then what the ledger knows of it
 * beside those. Nothing is taken from what repeats our own contexts.
 */
export function readingOf({ cube, facts }: Source): Reading {
  const table = phrasings();
  const text = learnableText(cube).slice(0, READ_CHARACTERS);
  const speaker = speakerOf(cube);
  const stated = new Map<string, Stated>();
  const keep = (fact: Stated) => {
    const key = keyOf(fact);
    if (!stated.has(key)) stated.set(key, fact);
  };
  const unread: string[] = [];
  for (const [start, end] of sentencesIn(text).slice(0, READ_SENTENCES)) {
    const sentence = text.slice(start, end);
    const read = statementIn(sentence, speaker, cube, facts);
    if (read !== undefined) keep(read);
    else if (!sentence.endsWith("?")) unread.push(sentence);
  }
  const told = facts.filter(({ object }) => entityKey(object) !== "");
  for (const { subject, relation: name, object } of told) {
    const relation = table.relationOf(name);
    if (relation !== undefined) keep({ relation, subject: subjectOf(subject, cube), object });
  }
  const objects = told.filter(({ relation }) => table.relationOf(relation) !== undefined);
  const rest = unread.filter(
    (sentence) => !objects.some(({ object }) => sentence.toLowerCase().includes(object.toLowerCase())),
  );
  return { cube, stated: [...stated.values()], rest: rest.join(" ") };
}

export function keyOf({ relation, subject, object }: Stated): string {
  return JSON.stringify([
    relation.name,
    subject === undefined ? null : entityKey(subject),
    entityKey(object),
  ]);
}

/** Who says "I" in a text: its owner, somebody with a name, or nobody of whom anything can be learned. */
type Speaker = { readonly owner: true } | { readonly owner: false; readonly name: string } | undefined;

function speakerOf({ provenance, scope }: MemCube): Speaker {
  const { origin, actor } = provenance;
  if (origin !== "user") return undefined;
  const key = entityKey(actor);
  if (scope.user === undefined || key === "user" || key === entityKey(scope.user)) return { owner: true };
  return isName(actor) ? { owner: false, name: actor } : undefined;
}

/** Whether a name in the ledger is the person whose memory it is. */
function isOwner(subject: string, { provenance, scope }: MemCube): boolean {
  const key = entityKey(subject);
  if (key === "user" || key === "i") return true;
  if (scope.user !== undefined) return key === entityKey(scope.user);
  return provenance.origin === "user" && key === entityKey(provenance.actor);
}

/** Relatives of the owner are called as the owner calls them. */
function subjectOf(name: string, cube: MemCube): string | undefined {
  if (isOwner(name, cube)) return undefined;
  const [owner, relative] = name.split(/['’]s (.*)/u);
  return relative !== undefined && owner !== undefined && isOwner(owner, cube) ? `my ${relative}` : name;
}

function statementIn(
  sentence: string,
  speaker: Speaker,
  cube: MemCube,
  facts: Source["facts"],
): Stated | undefined {
  for (const { relation, own, pattern } of formsOf(phrasings())) {
    if (!sentence.includes(pattern.literal)) continue;
    const found = pattern.match(sentence);
    if (found?.o === undefined) continue;
    if (own ? speaker === undefined : !isName(found.s ?? "")) continue;
    const subject = own ? (speaker?.owner === false ? speaker.name : undefined) : found.s;
    const about = facts.filter((fact) => sameSubject(fact.subject, subject, cube));
    const object = objectIn(found.o, relation, about);
    if (object !== undefined) return { relation, subject, object };
  }
  return undefined;
}

function sameSubject(name: string, subject: string | undefined, cube: MemCube): boolean {
  return subject === undefined ? isOwner(name, cube) : entityKey(name) === entityKey(subject);
}

/** Words of the longest object, and what shows that more was said than the object. */
const OBJECT_WORDS = 6;
const MORE =
  /,(?! ?[\p{Lu}\p{N}])|\b(?:and|but|because|since|who|which|that|where|when|while|until|before|after|so|if|now|again|today|yesterday|tomorrow|currently|last|next|this|ago|already|too|together|recently|not|never)\b/iu;

/** As the ledger has it where it has it, else as the sentence says where that is short and plain. */
function objectIn(said: string, relation: Relation, facts: Source["facts"]): string | undefined {
  const known = facts.find(
    (fact) =>
      canonicalRelation(fact.relation) === canonicalRelation(relation.name) &&
      said.toLowerCase().includes(fact.object.toLowerCase()),
  );
  if (known !== undefined) return known.object;
  if (said.split(" ").length > OBJECT_WORDS || MORE.test(said) || entityKey(said) === "") return undefined;
  return said.trim();
}
