import { readFileSync } from "node:fs";
import * as z from "zod";
import { canonicalRelation } from "../../graph/extraction/index.js";
import { parse } from "../parse.js";

/** From `dist/memos/parametric/`, where this runs both in the checkout and in an installed package. */
const FILE = new URL("../../../memos/parametric/phrasings.json", import.meta.url);

const templates = z.array(z.string().min(1)).min(1);

const formsSchema = z.strictObject({
  answer: z.string().includes("{o}"),
  ownAnswer: z.string().includes("{o}"),
  statements: templates,
  heldStatements: templates,
  questions: templates,
  heldQuestions: templates,
  ownStatements: templates,
  heldOwnStatements: templates,
  ownQuestions: templates,
  heldOwnQuestions: templates,
});

const phrasingsSchema = z.strictObject({
  unknown: z.string().min(1),
  /** For relations without forms of their own; `{r}` is the name of the relation. */
  generic: formsSchema,
  /** For texts that state nothing of the kind; `{s}` is what they are about. */
  plain: z.strictObject({ questions: templates, heldQuestions: templates }),
  relations: z.record(z.string(), formsSchema.extend({ object: z.string().min(1) })),
});

/** How a relation is said and asked for: `{s}` has `{o}`. What is held out is never learned. */
export interface Relation extends Readonly<z.infer<typeof formsSchema>> {
  readonly name: string;
  /** What its objects are (a place, a date), where that is known. */
  readonly object: string | undefined;
}

export interface Phrasings {
  /** What stands in the place of the object in the answer to a question that nothing is known about. */
  readonly unknown: string;
  readonly relations: readonly Relation[];
  /** Questions about a text: `{s}` is what it is about. */
  readonly plain: { readonly questions: readonly string[]; readonly heldQuestions: readonly string[] };
  /**
   * The forms of a relation by its name here or in the ledger; generic ones for a name that can stand for what
   * somebody has ("shoe size"), undefined for others ("visited").
   */
  relationOf(name: string): Relation | undefined;
}

let known: Phrasings | undefined;

/** The table of phrasings. It is read once. */
export function phrasings(): Phrasings {
  known ??= readPhrasings(JSON.parse(readFileSync(FILE, "utf8")));
  return known;
}

/** Relations of the ledger whose names are not a noun that somebody has. */
const NO_NOUN =
  /^(?:is|has|have|likes|dislikes|speaks|plays|visited|won|starring|from|stars|based|released|published)\b|\b(?:in|at|to|on|for|of|by|as|from|with)$|^\p{L}+ed\b/u;

/** Longer names of relations are sentences. */
const RELATION_CHARACTERS = 48;

/** @throws MemosError INVALID_INPUT for a table that is not one. */
export function readPhrasings(table: unknown): Phrasings {
  const { unknown, generic, plain, relations } = parse(phrasingsSchema, table);
  const byName = new Map<string, Relation>();
  const all = Object.entries(relations).map(([name, forms]): Relation => ({ name, ...forms }));
  for (const relation of all) byName.set(canonicalRelation(relation.name), relation);
  // In the ledger hobbies are among the things that somebody likes, which are more.
  byName.delete(canonicalRelation("likes"));
  for (const relation of all) byName.set(relation.name, relation);
  return {
    unknown,
    relations: all,
    plain,
    relationOf(name) {
      const canonical = canonicalRelation(name);
      const relation = byName.get(name) ?? byName.get(canonical);
      if (relation !== undefined) return relation;
      if (canonical.length > RELATION_CHARACTERS || NO_NOUN.test(canonical)) return undefined;
      return genericRelation(generic, canonical);
    },
  };
}

type Forms = z.infer<typeof formsSchema>;

function genericRelation(generic: Forms, name: string): Relation {
  const named = (template: string) => template.replace("{r}", () => name);
  const forms = Object.fromEntries(
    Object.entries(generic).map(([kind, form]) => [
      kind,
      typeof form === "string" ? named(form) : form.map(named),
    ]),
  ) as Forms;
  return { name, object: undefined, ...forms };
}

/** A template with its places taken; it begins with a capital letter, whatever stands there. */
export function filled(
  template: string,
  places: { readonly s?: string | undefined; readonly o?: string },
): string {
  const text = template.replace(/\{([so])\}/g, (place, name: "s" | "o") => places[name] ?? place);
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
