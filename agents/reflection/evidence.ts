import { learnableText, type MemCube } from "../../memcube/index.js";
import type { Episode, Evidence } from "../../memos/index.js";
import { REFLECTION_LIMITS } from "./limits.js";

/** What an episode says, without what only repeats what was recalled before: that bears nothing out. */
export function episodeText({ cube }: Episode): string {
  return learnableText(cube).slice(0, REFLECTION_LIMITS.readCharacters);
}

export function evidenceOf(cube: MemCube, span: readonly [number, number] | undefined): Evidence {
  return span === undefined ? { cube } : { cube, span };
}
