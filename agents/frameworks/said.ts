import { LIMITS } from "../../memcube/index.js";

/**
 * What somebody said as it can be stored: what no database keeps is replaced, unit for unit. Undefined when it says
 * nothing, or more than one memory holds.
 */
export function storable(text: string): string | undefined {
  const kept = text.toWellFormed().replaceAll("\u0000", "\ufffd");
  return kept.trim() === "" || Buffer.byteLength(kept) > LIMITS.textBytes ? undefined : kept;
}

/** A message as a query: what is over the limit is not looked for. */
export function asQuery(text: string): string | undefined {
  return storable(text.slice(0, LIMITS.queryCharacters));
}
