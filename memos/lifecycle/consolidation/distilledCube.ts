import {
  contentHash,
  LIMITS,
  type Link,
  type MemCube,
  NEW_BEHAVIOUR,
  newCubeId,
  ownerScope,
  type Source,
  sha256,
  textOf,
} from "../../../memcube/index.js";
import { withNoteAttributes } from "../../extraction/noteAttributes.js";
import { strictest } from "../merging.js";
import { REFLECTOR } from "./actor.js";
import type { Distillate } from "./distiller.js";
import { latestOf, momentOf } from "./madeCubes.js";

/** The fields of `metadata` that say what a statement is about, and what it was when it was made. */
const ABOUT = "about";
const MADE = "made";

/** Whose words a statement is, where a model found it. */
export interface DistilledBy {
  readonly model: string;
  readonly promptHash: string;
}

/**
 * The cube that episodes come to. Each is a source, with the place where it says so, and the latest of them are
 * linked as what supports it. It happened when the last of them did, and is as restricted as the most restricted.
 */
export function distilledCube(distillate: Distillate, recordedAt: string, by?: DistilledBy): MemCube {
  const cubes = evidenceCubes(distillate);
  const { type, title, text, format, metadata } = distillate;
  return withNoteAttributes({
    id: newCubeId(),
    scope: ownerScope((cubes[0] as MemCube).scope),
    type,
    payload: { kind: "plaintext", text, format },
    attributes: {
      ...(title === undefined ? {} : { title: title.slice(0, LIMITS.titleCharacters).toWellFormed() }),
      keywords: [],
      tags: ["reflection"],
      links: cubes.slice(-LIMITS.links).map(({ id }): Link => ({ to: id, kind: "supports" })),
      metadata: { ...metadata, [ABOUT]: distillate.about, [MADE]: distillateHash(distillate) },
      authors: { tags: "rule", links: "rule" },
    },
    provenance: { origin: "inferred", actor: REFLECTOR, sources: sourcesOf(distillate), ...by },
    time: { recordedAt, occurredAt: momentOf(latestOf(cubes)) },
    governance: strictest(cubes.map(({ governance }) => governance)),
    behaviour: NEW_BEHAVIOUR,
    state: "active",
    version: 1,
  });
}

/** The episodes that bear a statement out, each once, in their order. */
export function evidenceCubes({ evidence }: Distillate): MemCube[] {
  return [...new Map(evidence.map(({ cube }) => [cube.id, cube])).values()];
}

function sourcesOf({ evidence }: Distillate): Source[] {
  return evidence.map(({ cube, span }) => ({
    cube: cube.id,
    ...(span === undefined ? {} : { span: [span[0], span[1]] as [number, number] }),
    sha256: sha256(textOf(cube) ?? ""),
  }));
}

/** Of the same words on the same evidence always the same. */
export function distillateHash(distillate: Distillate): string {
  return hashOf(distillate.text, sourcesOf(distillate));
}

/** What a distilled cube is about, where it still is what was made: somebody who changes it makes it theirs. */
export function madeOf(cube: MemCube): { readonly about: string; readonly hash: string } | undefined {
  const { [ABOUT]: about, [MADE]: hash } = cube.attributes.metadata;
  if (typeof about !== "string" || typeof hash !== "string") return undefined;
  return { about, hash };
}

/** Whether a distilled cube says what it said when it was made. */
export function isUntouched(cube: MemCube): boolean {
  return madeOf(cube)?.hash === hashOf(textOf(cube) ?? "", cube.provenance.sources);
}

function hashOf(text: string, sources: readonly Source[]): string {
  const from = sources
    .map((source) => JSON.stringify([source.cube, source.sha256, source.span ?? []]))
    .sort();
  return contentHash({ text, from });
}
