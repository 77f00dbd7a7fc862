import * as z from "zod";
import { memCubeSchema } from "./envelope.js";
import { canonicalJson } from "./hash.js";
import { type BlobRef, blobsOf } from "./payload.js";
import { contentOf, firstBrokenVersion, versionSchema } from "./version.js";

/** A cube with all of its versions: what travels between stores. */
export const portableCubeSchema = z
  .strictObject({ cube: memCubeSchema, versions: z.array(versionSchema).min(1) })
  .meta({ id: "PortableCube" });

export type PortableCube = z.infer<typeof portableCubeSchema>;

/** What its shape alone does not show: the sentence that says how a cube contradicts itself, or null. */
export function contradictionIn({ cube, versions }: PortableCube): string | null {
  const broken = firstBrokenVersion(cube.id, versions);
  if (broken !== null) return `Version ${broken} of the cube does not follow from the one before it.`;
  const last = versions.at(-1);
  if (last?.version !== cube.version || canonicalJson(last.content) !== canonicalJson(contentOf(cube)))
    return "The cube is not what its last version says.";
  const lengths = new Map<string, number>();
  for (const { sha256, bytes } of versions.flatMap(({ content }) => blobsOf(content.payload))) {
    if ((lengths.get(sha256) ?? bytes) !== bytes) return `The blob ${sha256} is given two lengths.`;
    lengths.set(sha256, bytes);
  }
  return null;
}

/** Every blob of every version once, in the order of their hashes. */
export function blobsOfVersions({ versions }: PortableCube): BlobRef[] {
  const byHash = new Map<string, BlobRef>();
  for (const { content } of versions)
    for (const blob of blobsOf(content.payload)) byHash.set(blob.sha256, blob);
  return [...byHash.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}
