import { z } from "zod";
import { nameText } from "../../memcube/text.js";
import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";
import { LINK_KINDS } from "./schema.js";
import { instantOf } from "./when.js";

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

/** Something in an answer that was not taken. */
export interface Rejection {
  /** Where in the answer: `notes.0.facts.2.validTo`. */
  readonly path: string;
  readonly reason: string;
}

export interface SiftedAnswer {
  readonly notes: readonly ExtractedNote[];
  readonly links: readonly ProposedLink[];
  readonly evolutions: readonly ProposedEvolution[];
  readonly rejected: readonly Rejection[];
}

export interface OfferedHandles {
  readonly notes: ReadonlySet<string>;
  readonly candidates: ReadonlySet<string>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters of a field's name, which the model chose, that a path repeats. */
const SHOWN_CHARACTERS = 64;

/** On one line: a model's line breaks and double spaces carry no meaning in names and sentences. */
function line(characters: number) {
  return z
    .string()
    .transform((text) => text.replace(/\s+/g, " ").trim())
    .pipe(nameText(characters));
}

const label = line(LIMITS.labelCharacters);
const name = line(LIMITS.nameCharacters);
const sentence = line(LIMITS.sentenceCharacters);
const kind = z.enum(LINK_KINDS);

/**
 * Takes from an answer what is well formed, in bounds and about a handle that was offered; whatever else is in
 * it is listed with its place and a reason. One bad item does not cost the others. Never throws.
 */
export function siftAnswer(answer: Fields, offered: OfferedHandles): SiftedAnswer {
  const sieve = new Sieve(offered);
  sieve.refuseUnknown(answer, ["notes", "links", "evolutions"], "");
  const notes = sieve.list(answer["notes"], "notes", offered.notes.size, sieve.note, (note) => note.handle);
  const links = sieve.list(answer["links"], "links", LIMITS.links, sieve.link, linkKey);
  const evolutions = sieve.list(
    answer["evolutions"],
    "evolutions",
    LIMITS.evolutions,
    sieve.evolution,
    (evolution) => evolution.handle,
  );
  return { notes, links, evolutions, rejected: sieve.rejected };
}

class Sieve {
  readonly rejected: Rejection[] = [];
  readonly #offered: OfferedHandles;

  constructor(offered: OfferedHandles) {
    this.#offered = offered;
  }

  /** What `take` accepts, each `key` once and no more than `limit`. */
  list<T>(
    value: unknown,
    path: string,
    limit: number,
    take: (item: unknown, path: string) => T | undefined,
    key: (item: T) => string,
  ): T[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#reject(path, "must be a list");
      return [];
    }
    const taken = new Map<string, T>();
    for (const [at, item] of value.entries()) {
      const place = `${path}.${at}`;
      if (taken.size === limit) {
        this.#reject(
          place,
          `at most ${limit} are taken; this and what follows (${value.length - at} in all) is not`,
        );
        break;
      }
      const accepted = take(item, place);
      if (accepted === undefined) continue;
      if (taken.has(key(accepted))) this.#reject(place, "is there twice");
      else taken.set(key(accepted), accepted);
    }
    return [...taken.values()];
  }

  readonly note = (item: unknown, path: string): ExtractedNote | undefined => {
    const fields = this.#fields(item, path, ["handle", "keywords", "tags", "context", "entities", "facts"]);
    if (fields === undefined) return undefined;
    const handle = this.#handle(fields["handle"], `${path}.handle`, this.#offered.notes);
    if (handle === undefined) return undefined;
    const context = this.#optional(fields["context"], `${path}.context`, sentence);
    return {
      handle,
      keywords: this.#labels(fields["keywords"], `${path}.keywords`, LIMITS.keywords),
      tags: this.#labels(fields["tags"], `${path}.tags`, LIMITS.tags),
      ...(context === undefined ? {} : { context }),
      entities: this.list(fields["entities"], `${path}.entities`, LIMITS.entities, this.#entity, entityKey),
      facts: this.list(fields["facts"], `${path}.facts`, LIMITS.facts, this.#fact, factKey),
    };
  };

  readonly link = (item: unknown, path: string): ProposedLink | undefined => {
    const fields = this.#fields(item, path, ["from", "to", "kind", "why"]);
    if (fields === undefined) return undefined;
    const from = this.#handle(fields["from"], `${path}.from`, this.#offered.notes, this.#offered.candidates);
    const to = this.#handle(fields["to"], `${path}.to`, this.#offered.notes, this.#offered.candidates);
    const how = this.#text(fields["kind"], `${path}.kind`, kind);
    const why = this.#text(fields["why"], `${path}.why`, sentence);
    if (from === undefined || to === undefined || how === undefined || why === undefined) return undefined;
    if (from === to) return this.#reject(path, "links something to itself");
    if (!this.#offered.notes.has(from) && !this.#offered.notes.has(to))
      return this.#reject(path, "links two existing memories; one end must be a new note");
    return { from, to, kind: how, why };
  };

  readonly evolution = (item: unknown, path: string): ProposedEvolution | undefined => {
    const fields = this.#fields(item, path, ["handle", "tags", "context", "keywords", "why"]);
    if (fields === undefined) return undefined;
    const handle = this.#handle(fields["handle"], `${path}.handle`, this.#offered.candidates);
    const why = this.#text(fields["why"], `${path}.why`, sentence);
    const tags = this.#labels(fields["tags"], `${path}.tags`, LIMITS.tags);
    const keywords = this.#labels(fields["keywords"], `${path}.keywords`, LIMITS.keywords);
    const context = this.#optional(fields["context"], `${path}.context`, sentence);
    if (handle === undefined || why === undefined) return undefined;
    // An empty list stands for no change: a model that has nothing to say must not clear what is there.
    if (tags.length === 0 && keywords.length === 0 && context === undefined)
      return this.#reject(path, "changes nothing");
    return {
      handle,
      ...(tags.length === 0 ? {} : { tags }),
      ...(context === undefined ? {} : { context }),
      ...(keywords.length === 0 ? {} : { keywords }),
      why,
    };
  };

  readonly #entity = (item: unknown, path: string): ExtractedEntity | undefined => {
    const fields = this.#fields(item, path, ["name", "kind"]);
    if (fields === undefined) return undefined;
    const named = this.#text(fields["name"], `${path}.name`, name);
    const kindOf = this.#text(fields["kind"], `${path}.kind`, label);
    return named === undefined || kindOf === undefined
      ? undefined
      : { name: named, kind: kindOf.toLowerCase() };
  };

  readonly #fact = (item: unknown, path: string): ExtractedFact | undefined => {
    const fields = this.#fields(item, path, ["subject", "relation", "object", "validFrom", "validTo"]);
    if (fields === undefined) return undefined;
    const subject = this.#text(fields["subject"], `${path}.subject`, name);
    const relation = this.#text(fields["relation"], `${path}.relation`, name);
    const object = this.#text(fields["object"], `${path}.object`, name);
    const validFrom = this.#date(fields["validFrom"], `${path}.validFrom`, "from");
    const validTo = this.#date(fields["validTo"], `${path}.validTo`, "to");
    if (subject === undefined || relation === undefined || object === undefined) return undefined;
    // Without its beginning a fact is merely less exact; without its end it would pass for still true.
    if (validTo === null) return this.#reject(path, "has an end that cannot be read");
    if (typeof validFrom === "string" && validTo !== undefined && validFrom >= validTo)
      return this.#reject(path, "ends before it begins");
    return {
      subject,
      relation,
      object,
      ...(typeof validFrom === "string" ? { validFrom } : {}),
      ...(validTo === undefined ? {} : { validTo }),
    };
  };

  refuseUnknown(fields: Fields, known: readonly string[], prefix: string): void {
    for (const key of Object.keys(fields))
      if (!known.includes(key))
        this.#reject(`${prefix}${key.slice(0, SHOWN_CHARACTERS).toWellFormed()}`, "is not a known field");
  }

  #fields(item: unknown, path: string, known: readonly string[]): Fields | undefined {
    if (typeof item !== "object" || item === null || Array.isArray(item))
      return this.#reject(path, "must be an object");
    const fields = item as Fields;
    this.refuseUnknown(fields, known, `${path}.`);
    return fields;
  }

  #text<T>(value: unknown, path: string, schema: z.ZodType<T>): T | undefined {
    if (value === undefined || value === null) return this.#reject(path, "is missing");
    const result = schema.safeParse(value);
    return result.success ? result.data : this.#reject(path, faultOf(result.error.issues[0]));
  }

  #optional<T>(value: unknown, path: string, schema: z.ZodType<T>): T | undefined {
    return value === undefined || value === null ? undefined : this.#text(value, path, schema);
  }

  #labels(value: unknown, path: string, limit: number): string[] {
    return this.list(
      value,
      path,
      limit,
      (item, place) => this.#text(item, place, label),
      (text) => text.toLowerCase(),
    );
  }

  #handle(value: unknown, path: string, ...offered: readonly ReadonlySet<string>[]): string | undefined {
    if (typeof value === "string" && offered.some((handles) => handles.has(value))) return value;
    return this.#reject(path, "is not a handle that was offered here");
  }

  /** `null` for what is there and is no date; an empty string is what some models write for none. */
  #date(value: unknown, path: string, edge: "from" | "to"): string | null | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    const instant = typeof value === "string" ? instantOf(value.trim(), edge) : undefined;
    if (instant !== undefined) return instant;
    this.#reject(path, "is not a date");
    return null;
  }

  #reject(path: string, reason: string): undefined {
    this.rejected.push({ path, reason });
    return undefined;
  }
}

function faultOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_type") return `must be of type ${issue.expected}`;
  if (issue?.code === "too_small") return "is empty";
  if (issue?.code === "too_big") return `is over ${issue.maximum} characters`;
  if (issue?.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  return issue?.message ?? "is not valid";
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
