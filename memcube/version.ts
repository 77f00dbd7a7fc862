import * as z from "zod";
import {
  attributesSchema,
  cubeStateSchema,
  cubeTypeSchema,
  governanceSchema,
  type MemCube,
  timeSchema,
} from "./envelope.js";
import { contentHash, sha256Schema } from "./hash.js";
import { instantSchema } from "./instant.js";
import { LIMITS } from "./limits.js";
import { payloadSchema } from "./payload.js";
import { nameText, remarkText } from "./text.js";

/** What a version freezes: everything about a cube that a change can touch. */
export const contentSchema = z.strictObject({
  type: cubeTypeSchema,
  payload: payloadSchema,
  attributes: attributesSchema,
  time: timeSchema,
  governance: governanceSchema,
  state: cubeStateSchema,
});

/** What was done to a cube; all but the first two are transitions of its life (lifecycle.ts). */
export const operationSchema = z
  .enum([
    "add",
    "import",
    "update",
    "restore",
    "approve",
    "archive",
    "activate",
    "freeze",
    "thaw",
    "merge",
    "unmerge",
    "expire",
    "renew",
    "forget",
    "recover",
    "govern",
    "rollback",
  ])
  .meta({ id: "Operation" });

/**
 * One link of a cube's version chain. `hash` covers everything beside it and the previous hash, so that no
 * version can be changed, removed or reordered unnoticed.
 */
export const versionSchema = z
  .strictObject({
    version: z.int().positive(),
    content: contentSchema,
    actor: nameText(LIMITS.nameCharacters),
    operation: operationSchema,
    cause: remarkText(LIMITS.causeCharacters),
    recordedAt: instantSchema,
    hash: sha256Schema,
    previousHash: sha256Schema.nullable(),
  })
  .meta({ id: "Version" });

export type CubeContent = z.infer<typeof contentSchema>;
export type Operation = z.infer<typeof operationSchema>;
export type Version = z.infer<typeof versionSchema>;

export function contentOf(cube: MemCube): CubeContent {
  const { type, payload, attributes, time, governance, state } = cube;
  return { type, payload, attributes, time, governance, state };
}

function hashOf(cubeId: string, link: Omit<Version, "hash">): string {
  return contentHash({ cubeId, ...link });
}

/** Appends a version. `previous` is the last link, or null for the first. */
export function nextVersion(
  cubeId: string,
  previous: Version | null,
  change: Pick<Version, "content" | "actor" | "operation" | "cause" | "recordedAt">,
): Version {
  // Field by field: a whole version passed as the change would carry its own hash into the new one.
  const { content, actor, operation, cause, recordedAt } = change;
  const link = {
    content,
    actor,
    operation,
    cause,
    recordedAt,
    version: (previous?.version ?? 0) + 1,
    previousHash: previous?.hash ?? null,
  };
  return { ...link, hash: hashOf(cubeId, link) };
}

/**
 * The first version that does not follow from the one before it, or null when the chain is whole. A chain
 * says nothing about versions missing at its end: the cube itself does, with its own version number.
 */
export function firstBrokenVersion(cubeId: string, chain: readonly Version[]): number | null {
  let previous: Version | null = null;
  for (const link of chain) {
    const { hash, ...rest } = link;
    const follows =
      link.version === (previous?.version ?? 0) + 1 && link.previousHash === (previous?.hash ?? null);
    if (!follows || hash !== hashOf(cubeId, rest)) return link.version;
    previous = link;
  }
  return null;
}
