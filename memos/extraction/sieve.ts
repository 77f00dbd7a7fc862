import * as z from "zod";
import { nameText } from "../../memcube/text.js";
import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";
import { instantOf } from "./when.js";

/** Something in an answer that was not taken. */
export interface Rejection {
  /** Where in the answer: `notes.0.facts.2.validTo`. */
  readonly path: string;
  readonly reason: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Characters of a field's name, which the model chose, that a path repeats. */
const SHOWN_CHARACTERS = 64;

/** On one line: a model's line breaks and double spaces carry no meaning in names and sentences. */
export function line(characters: number) {
  return z
    .string()
    .transform((text) => text.replace(/\s+/g, " ").trim())
    .pipe(nameText(characters));
}

export const label = line(LIMITS.labelCharacters);
export const name = line(LIMITS.nameCharacters);
export const sentence = line(LIMITS.sentenceCharacters);

/**
 * Takes from a model's answer what is well formed and in bounds; whatever else is in it is listed with its place and
 * a reason. One bad item does not cost the others. Never throws.
 */
export class Sieve {
  readonly rejected: Rejection[] = [];

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
      this.reject(path, "must be a list");
      return [];
    }
    const taken = new Map<string, T>();
    for (const [at, item] of value.entries()) {
      const place = `${path}.${at}`;
      if (taken.size === limit) {
        this.reject(
          place,
          `at most ${limit} are taken; this and what follows (${value.length - at} in all) is not`,
        );
        break;
      }
      const accepted = take(item, place);
      if (accepted === undefined) continue;
      if (taken.has(key(accepted))) this.reject(place, "is there twice");
      else taken.set(key(accepted), accepted);
    }
    return [...taken.values()];
  }

  refuseUnknown(fields: Fields, known: readonly string[], prefix: string): void {
    for (const key of Object.keys(fields))
      if (!known.includes(key))
        this.reject(`${prefix}${key.slice(0, SHOWN_CHARACTERS).toWellFormed()}`, "is not a known field");
  }

  fields(item: unknown, path: string, known: readonly string[]): Fields | undefined {
    if (typeof item !== "object" || item === null || Array.isArray(item))
      return this.reject(path, "must be an object");
    const fields = item as Fields;
    this.refuseUnknown(fields, known, `${path}.`);
    return fields;
  }

  text<T>(value: unknown, path: string, schema: z.ZodType<T>): T | undefined {
    if (value === undefined || value === null) return this.reject(path, "is missing");
    const result = schema.safeParse(value);
    return result.success ? result.data : this.reject(path, faultOf(result.error.issues[0]));
  }

  optional<T>(value: unknown, path: string, schema: z.ZodType<T>): T | undefined {
    return value === undefined || value === null ? undefined : this.text(value, path, schema);
  }

  labels(value: unknown, path: string, limit: number): string[] {
    return this.list(
      value,
      path,
      limit,
      (item, place) => this.text(item, place, label),
      (text) => text.toLowerCase(),
    );
  }

  handle(value: unknown, path: string, ...offered: readonly ReadonlySet<string>[]): string | undefined {
    if (typeof value === "string" && offered.some((handles) => handles.has(value))) return value;
    return this.reject(path, "is not a handle that was offered here");
  }

  /** `null` for what is there and is no date; an empty string is what some models write for none. */
  date(value: unknown, path: string, edge: "from" | "to"): string | null | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    const instant = typeof value === "string" ? instantOf(value.trim(), edge) : undefined;
    if (instant !== undefined) return instant;
    this.reject(path, "is not a date");
    return null;
  }

  reject(path: string, reason: string): undefined {
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
