import type { CubeId, MemCube } from "../../memcube/index.js";
import { type CompiledContext, Filling, type Recalled } from "./filling.js";
import { type GivenLine, type Remarks, seenHash } from "./line.js";
import type { TokenCounter } from "./tokens.js";

/** Core memory comes first and takes at most this share of the budget. */
const CORE_SHARE = 0.5;

export interface CompiledRecall extends CompiledContext {
  /** What the text holds, one for each item. */
  readonly lines: readonly GivenLine[];
}

/** What a prompt holds before what is recalled now. */
export interface Before {
  /** By cube: nothing of it is said twice. */
  readonly held: ReadonlyMap<CubeId, GivenLine>;
  /** The last citation that was given. */
  readonly citations: number;
}

const NOTHING: Before = { held: new Map(), citations: 0 };

/**
 * Compiles cubes into one fenced block of at most `budget` tokens: core cubes first in the order they were
 * made (byte-stable while nothing in them changes), then what was recalled, best first. Every item begins
 * with its citation and says when, who and from where.
 */
export function compileContext(
  core: readonly MemCube[],
  recalled: readonly Recalled[],
  budget: number,
  counter: TokenCounter,
): CompiledContext {
  const filling = new Filling(budget, counter);
  let coreLeft = Math.floor(budget * CORE_SHARE);
  for (const cube of core) {
    const before = filling.left;
    filling.append({ cube, score: 0 }, Math.min(coreLeft, before));
    coreLeft -= before - filling.left;
  }
  const inCore = new Set(core.map((cube) => cube.id));
  for (const item of recalled) if (!inCore.has(item.cube.id) && !filling.append(item)) break;
  return filling.finish();
}

/** Makes a text of what was recalled, for a prompt that holds other memory already. */
export type RecallCompiler = (
  recalled: readonly Recalled[],
  budget: number,
  counter: TokenCounter,
  before: Before,
) => CompiledRecall;

/** Something that a prompt is to be given, and how. */
export interface News extends Recalled, Remarks {
  /** Not cut short: its beginning is known already. */
  readonly whole: boolean;
}

/**
 * What of it the prompt does not hold: what it has is left out, unless it has changed since, or was only given in
 * part.
 */
export function newsIn(recalled: readonly Recalled[], { held }: Pick<Before, "held">): News[] {
  return recalled.flatMap((item): News[] => {
    const earlier = held.get(item.cube.id);
    const same = earlier !== undefined && earlier.sha256 === seenHash(item.cube, item.superseded);
    if (same && !earlier.truncated) return [];
    return [{ ...item, whole: same, newerThan: same ? undefined : earlier?.citation }];
  });
}

/** What a filled context holds, line by line. */
export function recallOf(filling: Filling, recalled: readonly Recalled[]): CompiledRecall {
  const context = filling.finish();
  const byId = new Map(recalled.map((item) => [item.cube.id, item]));
  const lines = context.items.flatMap(({ citation, id, truncated }) => {
    const item = byId.get(id);
    if (item === undefined) return [];
    const { cube, superseded } = item;
    return [{ citation, cube: id, version: cube.version, sha256: seenHash(cube, superseded), truncated }];
  });
  return { ...context, lines };
}

/**
 * Compiles what was recalled into a fenced text of at most `budget` tokens that follows other memory in the same
 * prompt, best first. What the prompt holds already is left out, unless it has changed since: then it is given
 * again and says which citation it is newer than. What was only given in part is given again when now the whole
 * of it fits.
 */
export function compileRecall(
  recalled: readonly Recalled[],
  budget: number,
  counter: TokenCounter,
  before: Before = NOTHING,
): CompiledRecall {
  const filling = new Filling(budget, counter, before.citations);
  for (const item of newsIn(recalled, before)) if (!filling.append(item, filling.left, item.whole)) break;
  return recallOf(filling, recalled);
}
