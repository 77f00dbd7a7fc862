import { type MemCube, RECALLED_STATES } from "../../memcube/index.js";

/** The text of a memory; undefined for what recall would not give either: awaiting a review, expired, without text. */
export function readableText({ payload, state, governance: { expiresAt } }: MemCube): string | undefined {
  const ended = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
  if (payload.kind !== "plaintext" || ended || !(RECALLED_STATES.includes(state) || state === "archived"))
    return undefined;
  return payload.text;
}
