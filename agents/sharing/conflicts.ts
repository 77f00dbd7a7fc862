import { entityKey } from "../../graph/extraction/index.js";
import { contentHash, type MemCube, type Scope, textOf } from "../../memcube/index.js";
import type { MemOS, RivalsResult } from "../../memos/index.js";
import { GRAPH_LIMITS } from "../../memos/knowledge/operations.js";
import { parse } from "../../memos/parse.js";
import { orNothing } from "../orNothing.js";
import { SHARING_LIMITS } from "./limits.js";
import { type Conflict, type ConflictOptions, type Conflicts, conflictOptionsSchema } from "./operations.js";

/** Where a cube says which conflicts were settled in its favour. */
export const SETTLED = "settledConflicts";

/** Characters of the evidence where a whole text is shown. */
const EVIDENCE_CHARACTERS = 500;

type Rivals = RivalsResult["facts"][number];

/**
 * Facts of which two who write in a space state different values: both values, who says so, when and in which words,
 * and which of them holds. Somebody who changes their own mind is in no conflict: what counts is the last that each
 * has said. Both memories stay word for word.
 */
export async function conflicts(
  memos: MemOS,
  space: Scope,
  options: ConflictOptions = {},
): Promise<Conflicts> {
  const { settled, cubes } = parse(conflictOptionsSchema, options);
  const { facts, complete } = await memos.graph.rivals(space, {
    limit: GRAPH_LIMITS.rivals,
    ...(cubes === undefined ? {} : { cubes }),
  });
  const known = new Map<string, MemCube | undefined>();
  const cubeOf = async (id: string) => {
    if (!known.has(id)) known.set(id, await orNothing(memos.get(id, space)));
    return known.get(id);
  };
  const found: Conflict[] = [];
  for (const fact of facts) {
    const conflict = await conflictIn(fact, cubeOf);
    if (conflict !== undefined && (settled || conflict.settled === undefined)) found.push(conflict);
  }
  return {
    conflicts: found.slice(0, SHARING_LIMITS.listed),
    complete: complete && found.length <= SHARING_LIMITS.listed,
  };
}

async function conflictIn(
  { subject, relation, values }: Rivals,
  cubeOf: (id: string) => Promise<MemCube | undefined>,
): Promise<Conflict | undefined> {
  const last = new Map<string, { value: Rivals["values"][number]; cube: MemCube }>();
  for (const value of values) {
    const cube = await cubeOf(value.cube);
    if (cube !== undefined) last.set(cube.provenance.actor, { value, cube });
  }
  const stated = [...last.values()];
  if (new Set(stated.map(({ value }) => entityKey(value.object))).size < 2) return undefined;
  const id = contentHash({
    subject: entityKey(subject),
    relation,
    values: stated.map(({ value, cube }) => `${cube.id} ${entityKey(value.object)}`).sort(),
  });
  const winner = stated.find(({ cube }) => settledIn(cube).includes(id))?.cube.id;
  return {
    id,
    subject,
    relation,
    values: stated.map(({ value, cube }) => ({
      value: value.object,
      holds: value.status === "current",
      status: value.status,
      by: cube.provenance.actor,
      origin: cube.provenance.origin,
      since: value.since,
      recordedAt: value.recordedAt,
      cube: cube.id,
      version: cube.version,
      evidence: evidenceOf(cube, value.span),
    })),
    ...(winner === undefined ? {} : { settled: winner }),
  };
}

/** Conflicts that were settled in favour of a cube. */
export function settledIn({ attributes }: MemCube): string[] {
  const named = attributes.metadata[SETTLED];
  return Array.isArray(named) ? named.filter((id): id is string => typeof id === "string") : [];
}

function evidenceOf(cube: MemCube, span: readonly [number, number] | undefined): string {
  const text = textOf(cube) ?? "";
  return span === undefined ? text.slice(0, EVIDENCE_CHARACTERS) : text.slice(span[0], span[1]);
}
