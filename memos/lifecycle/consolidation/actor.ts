import type { Provenance } from "../../../memcube/index.js";

/** Who makes what consolidation makes: named in provenance and in every version of it. */
export const CONSOLIDATOR = "memos consolidation";

/** Who makes what is distilled from episodes. */
export const REFLECTOR = "memos reflection";

/** Whether a cube was made of others by consolidation, so that what it states was stated by them. */
export function isConsolidated({ origin, actor }: Pick<Provenance, "origin" | "actor">): boolean {
  return origin === "inferred" && (actor === CONSOLIDATOR || actor === REFLECTOR);
}
