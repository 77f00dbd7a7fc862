import type { CubeId, MemCube } from "../../memcube/index.js";
import { type CompiledContext, Filling, type Recalled } from "./filling.js";
import { type GivenLine, seenHash } from "./line.js";
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
  { held, citations }: Before = NOTHING,
): CompiledRecall {
  const filling = new Filling(budget, counter, citations);
  for (const item of recalled) {
    const earlier = held.get(item.cube.id);
    const same = earlier !== undefined && earlier.sha256 === seenHash(item.cube, item.superseded);
    if (same && !earlier.truncated) continue;
    const whole = same;
    const newerThan = same ? undefined : earlier?.citation;
    if (!filling.append({ ...item, newerThan }, filling.left, whole)) break;
  }
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
