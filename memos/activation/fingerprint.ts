import { createHash } from "node:crypto";
import * as z from "zod";
import { canonicalJson, contentHash, LIMITS, sha256, sha256Schema } from "../../memcube/index.js";
import type { EngineFingerprint } from "../inference/engine.js";
import { STATE_LIMITS } from "./limits.js";

const rowsSchema = z
  .array(z.int().positive().max(STATE_LIMITS.rowBytes))
  .max(2 * STATE_LIMITS.layers)
  .readonly();

/** Everything that shapes the bytes of a KV cache (`EngineFingerprint`), as it stands in files. */
export const engineFingerprintSchema = z
  .strictObject({
    model: sha256Schema,
    engine: z.string().min(1).max(LIMITS.engineCharacters),
    stateVersion: z.int().nonnegative(),
    keyType: z.int().nonnegative(),
    valueType: z.int().nonnegative(),
    keyRows: rowsSchema,
    valueRows: rowsSchema,
    transposed: z.boolean(),
    rotated: z.boolean(),
    rope: sha256Schema,
    template: sha256Schema,
    adapters: z
      .array(z.strictObject({ sha256: sha256Schema, scale: z.number() }))
      .max(STATE_LIMITS.adapters)
      .readonly(),
  })
  .meta({ id: "EngineFingerprint" }) satisfies z.ZodType<EngineFingerprint>;

/** SHA-256 of the canonical JSON: equal for equal fingerprints, whatever the order of their keys. */
export function fingerprintHash(fingerprint: EngineFingerprint): string {
  return contentHash(fingerprint);
}

/** In the order in which a difference is told: the most telling one first. */
const SENTENCES: Readonly<Record<keyof EngineFingerprint, string>> = {
  model: "The state was computed by another model",
  engine: "The state was computed by another release of the engine",
  stateVersion: "The state has another version of the format",
  adapters: "The state was computed under other adapters",
  template: "The state was computed with another chat template",
  rope: "The state was computed with other RoPE settings",
  keyType: "The keys are of another type",
  valueType: "The values are of another type",
  rotated: "The state differs in whether its rows are rotated",
  transposed: "The state differs in whether its values are transposed",
  keyRows: "The rows of the keys have other lengths",
  valueRows: "The rows of the values have other lengths",
};

/** Names and hashes that are short enough to be told. */
const TOLD_CHARACTERS = 64;

/**
 * Why a state cannot be used: a sentence that names the first thing in which two fingerprints differ, or null when
 * they are the same.
 *
 * @param wanted of the engine that would use the state.
 * @param found of the state.
 */
export function fingerprintDifference(wanted: EngineFingerprint, found: EngineFingerprint): string | null {
  for (const [field, sentence] of Object.entries(SENTENCES)) {
    const [one, other] = [wanted, found].map((side) => canonicalJson(side[field as keyof EngineFingerprint]));
    if (one === undefined || other === undefined || one === other) continue;
    const told = one.length <= TOLD_CHARACTERS && other.length <= TOLD_CHARACTERS;
    return told ? `${sentence}: ${other} instead of ${one}.` : `${sentence}.`;
  }
  return null;
}

/** Tokens of a block of the chain; vLLM and LMCache hash blocks as long. */
export const PREFIX_BLOCK = 256;

/**
 * The chain of hashes over the tokens, block by block (vLLM's automatic prefix caching): each hash covers its parent's
 * and the tokens of its block, so that it stands for everything up to there. The last block may be a partial one.
 *
 *     h0 = SHA-256(SHA-256(salt) ‖ tokens 0 … 255)
 *     h1 = SHA-256(h0 ‖ tokens 256 … 511)             tokens as i32, little-endian
 *
 * @param salt what else must be the same; other salts share no hash.
 */
export function prefixChain(tokens: Int32Array, salt: string): string[] {
  const chain: string[] = [];
  let parent = Buffer.from(sha256(salt), "hex");
  for (let start = 0; start < tokens.length; start += PREFIX_BLOCK) {
    const block = tokens.subarray(start, start + PREFIX_BLOCK);
    const bytes = Buffer.alloc(block.length * 4);
    block.forEach((token, at) => {
      bytes.writeInt32LE(token, at * 4);
    });
    parent = createHash("sha256").update(parent).update(bytes).digest();
    chain.push(parent.toString("hex"));
  }
  return chain;
}
