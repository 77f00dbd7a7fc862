import * as z from "zod";
import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";
import type { ExtractionQuestion } from "./question.js";
import { ANSWER_FIELDS, LINK_KINDS } from "./schema.js";
import { type Fields, label, name, type Rejection, Sieve, sentence } from "./sieve.js";

export interface ExtractedEntity {
  readonly name: string;
  readonly kind: string;
}

export interface ExtractedFact {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
  readonly validFrom?: string;
  readonly validTo?: string;
}

export interface ExtractedNote {
  readonly handle: string;
  readonly keywords: readonly string[];
  readonly tags: readonly string[];
  readonly context?: string;
  readonly entities: readonly ExtractedEntity[];
  readonly facts: readonly ExtractedFact[];
}

export interface ProposedLink {
  readonly from: string;
  readonly to: string;
  readonly kind: (typeof LINK_KINDS)[number];
  readonly why: string;
}

/** New attributes for an existing memory; those that are absent stay as they are. */
export interface ProposedEvolution {
  readonly handle: string;
  readonly tags?: readonly string[];
  readonly context?: string;
  readonly keywords?: readonly string[];
  readonly why: string;
}

export interface SiftedAnswer<More = undefined> {
  readonly notes: readonly ExtractedNote[];
  readonly links: readonly ProposedLink[];
  readonly evolutions: readonly ProposedEvolution[];
  /** What else was asked for. */
  readonly more: More;
  readonly rejected: readonly Rejection[];
}

export interface OfferedHandles {
  readonly notes: ReadonlySet<string>;
  readonly candidates: ReadonlySet<string>;
}

const kind = z.enum(LINK_KINDS);

/**
 * Takes from an answer what is well formed, in bounds and about a handle that was offered; whatever else is in
 * it is listed with its place and a reason. One bad item does not cost the others. Never throws.
 */
export function siftAnswer<More>(
  answer: Fields,
  offered: OfferedHandles,
  { fields, take }: Pick<ExtractionQuestion<More>, "fields" | "take">,
): SiftedAnswer<More> {
  const sieve = new AnswerSieve(offered);
  sieve.refuseUnknown(answer, [...ANSWER_FIELDS, ...fields], "");
  const notes = sieve.list(answer["notes"], "notes", offered.notes.size, sieve.note, (note) => note.handle);
  const links = sieve.list(answer["links"], "links", LIMITS.links, sieve.link, linkKey);
  const evolutions = sieve.list(
    answer["evolutions"],
    "evolutions",
    LIMITS.evolutions,
    sieve.evolution,
    (evolution) => evolution.handle,
  );
  return { notes, links, evolutions, more: take(answer, sieve), rejected: sieve.rejected };
}

/** What {@link siftAnswer} takes things with; whoever asks for more takes it with the same. */
export class AnswerSieve extends Sieve {
  readonly offered: OfferedHandles;

  constructor(offered: OfferedHandles) {
    super();
    this.offered = offered;
  }

  readonly note = (item: unknown, path: string): ExtractedNote | undefined => {
    const fields = this.fields(item, path, ["handle", "keywords", "tags", "context", "entities", "facts"]);
    if (fields === undefined) return undefined;
    const handle = this.handle(fields["handle"], `${path}.handle`, this.offered.notes);
    if (handle === undefined) return undefined;
    const context = this.optional(fields["context"], `${path}.context`, sentence);
    return {
      handle,
      keywords: this.labels(fields["keywords"], `${path}.keywords`, LIMITS.keywords),
      tags: this.labels(fields["tags"], `${path}.tags`, LIMITS.tags),
      ...(context === undefined ? {} : { context }),
      entities: this.list(fields["entities"], `${path}.entities`, LIMITS.entities, this.#entity, entityKey),
      facts: this.list(fields["facts"], `${path}.facts`, LIMITS.facts, this.#fact, factKey),
    };
  };

  readonly link = (item: unknown, path: string): ProposedLink | undefined => {
    const fields = this.fields(item, path, ["from", "to", "kind", "why"]);
    if (fields === undefined) return undefined;
    const from = this.handle(fields["from"], `${path}.from`, this.offered.notes, this.offered.candidates);
    const to = this.handle(fields["to"], `${path}.to`, this.offered.notes, this.offered.candidates);
    const how = this.text(fields["kind"], `${path}.kind`, kind);
    const why = this.text(fields["why"], `${path}.why`, sentence);
    if (from === undefined || to === undefined || how === undefined || why === undefined) return undefined;
    if (from === to) return this.reject(path, "links something to itself");
    if (!this.offered.notes.has(from) && !this.offered.notes.has(to))
      return this.reject(path, "links two existing memories; one end must be a new note");
    return { from, to, kind: how, why };
  };

  readonly evolution = (item: unknown, path: string): ProposedEvolution | undefined => {
    const fields = this.fields(item, path, ["handle", "tags", "context", "keywords", "why"]);
    if (fields === undefined) return undefined;
    const handle = this.handle(fields["handle"], `${path}.handle`, this.offered.candidates);
    const why = this.text(fields["why"], `${path}.why`, sentence);
    const tags = this.labels(fields["tags"], `${path}.tags`, LIMITS.tags);
    const keywords = this.labels(fields["keywords"], `${path}.keywords`, LIMITS.keywords);
    const context = this.optional(fields["context"], `${path}.context`, sentence);
    if (handle === undefined || why === undefined) return undefined;
    // An empty list stands for no change: a model that has nothing to say must not clear what is there.
    if (tags.length === 0 && keywords.length === 0 && context === undefined)
      return this.reject(path, "changes nothing");
    return {
      handle,
      ...(tags.length === 0 ? {} : { tags }),
      ...(context === undefined ? {} : { context }),
      ...(keywords.length === 0 ? {} : { keywords }),
      why,
    };
  };

  readonly #entity = (item: unknown, path: string): ExtractedEntity | undefined => {
    const fields = this.fields(item, path, ["name", "kind"]);
    if (fields === undefined) return undefined;
    const named = this.text(fields["name"], `${path}.name`, name);
    const kindOf = this.text(fields["kind"], `${path}.kind`, label);
    return named === undefined || kindOf === undefined
      ? undefined
      : { name: named, kind: kindOf.toLowerCase() };
  };

  readonly #fact = (item: unknown, path: string): ExtractedFact | undefined => {
    const fields = this.fields(item, path, ["subject", "relation", "object", "validFrom", "validTo"]);
    if (fields === undefined) return undefined;
    const subject = this.text(fields["subject"], `${path}.subject`, name);
    const relation = this.text(fields["relation"], `${path}.relation`, name);
    const object = this.text(fields["object"], `${path}.object`, name);
    const validFrom = this.date(fields["validFrom"], `${path}.validFrom`, "from");
    const validTo = this.date(fields["validTo"], `${path}.validTo`, "to");
    if (subject === undefined || relation === undefined || object === undefined) return undefined;
    // Without its beginning a fact is merely less exact; without its end it would pass for still true.
    if (validTo === null) return this.reject(path, "has an end that cannot be read");
    if (typeof validFrom === "string" && validTo !== undefined && validFrom >= validTo)
      return this.reject(path, "ends before it begins");
    return {
      subject,
      relation,
      object,
      ...(typeof validFrom === "string" ? { validFrom } : {}),
      ...(validTo === undefined ? {} : { validTo }),
    };
  };
}

function linkKey({ from, to, kind: how }: ProposedLink): string {
  return `${from} ${how} ${to}`;
}

function entityKey({ name: named, kind: kindOf }: ExtractedEntity): string {
  return JSON.stringify([named.toLowerCase(), kindOf]);
}

function factKey({ subject, relation, object, validFrom, validTo }: ExtractedFact): string {
  return JSON.stringify([
    ...[subject, relation, object].map((part) => part.toLowerCase()),
    validFrom,
    validTo,
  ]);
}
