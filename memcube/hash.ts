import { createHash } from "node:crypto";
import * as z from "zod";
import { MemosError } from "./errors.js";

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex");

/** Node refuses to hash 2 GiB or more in one call; a blob may be larger. */
const HASHED_AT_ONCE = 1024 * 1024 * 1024;

export function sha256(bytes: string | Uint8Array): string {
  const hash = createHash("sha256");
  if (typeof bytes === "string") return hash.update(bytes).digest("hex");
  for (let at = 0; at < bytes.byteLength; at += HASHED_AT_ONCE)
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
  return hash.digest("hex");
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second test is for objects of another realm, whose `Object.prototype` is not ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * JSON with sorted keys and without `undefined`: equal values give equal bytes, different values different
 * ones (the idea of RFC 8785, restricted to what zod lets into an envelope). Keys are in the order of their
 * UTF-16 units, -0 is 0, and a lone surrogate stays itself as an escape.
 *
 * @throws MemosError INVALID_INPUT for what JSON cannot say (NaN, Infinity, a bigint, a function, an instance
 * of a class): JSON.stringify would make `null` or `{}` of it, and values that differ would hash alike.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object" && isPlain(value)) {
    let members = "";
    for (const key of Object.keys(value).sort()) {
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (item !== undefined)
        members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(item)}`;
    }
    return `{${members}}`;
  }
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value))
    return JSON.stringify(value);
  throw new MemosError(
    "INVALID_INPUT",
    `${typeof value === "number" ? value : `A value of type ${typeof value}`} has no form in JSON.`,
  );
}

export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
