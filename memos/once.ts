import * as z from "zod";
import { contentHash, LIMITS } from "../memcube/index.js";
import { nameText } from "../memcube/text.js";

/** A key with which a write that is repeated happens once. */
export const idempotencyKeySchema = nameText(LIMITS.idempotencyKeyCharacters);

/** An idempotency key that is already one of its principal alone, and what it stands for where that is known. */
export class OwnKey {
  readonly value: string;
  readonly request: string | undefined;

  constructor(value: string, request?: unknown) {
    this.value = value;
    this.request = request === undefined ? undefined : contentHash(request);
  }

  /** The key of one part of a batch. No key has a line break. */
  part(index: number): OwnKey {
    return new OwnKey(`${this.value}\n\n${index}`);
  }
}

/** What the options of a write say of it; a part that calls another hands on the key as its own. */
export const onceOption = z.union([idempotencyKeySchema, z.instanceof(OwnKey)]).optional();

/** A write that is to happen once: the key and a hash of what was asked for. */
export interface Once {
  readonly tenant: string;
  readonly key: string;
  readonly request: string;
}

/** Undefined without a key. `request` is everything that makes it another write. */
export function onceOf(tenant: string, key: string | OwnKey | undefined, request: unknown): Once | undefined {
  if (key === undefined) return undefined;
  const { value, request: known } = typeof key === "string" ? new OwnKey(key) : key;
  return { tenant, key: value, request: known ?? contentHash(request) };
}
