import type { Origin } from "../../../../memcube/index.js";
import type { Firewall } from "../../../../memos/index.js";

/** As much of a cube as the firewall looks at. */
export function draft(text: string, origin: Origin): Parameters<Firewall["inspect"]>[0] {
  return {
    payload: { kind: "plaintext", text, format: "text" },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: { origin, actor: origin, sources: [] },
  };
}
