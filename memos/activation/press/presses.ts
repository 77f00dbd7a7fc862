import { kivi } from "./kivi.js";
import { mikv } from "./mikv.js";
import type { Press } from "./press.js";
import { raw } from "./raw.js";

/** Every way of keeping a KV state, by name. */
export const PRESSES: ReadonlyMap<string, Press> = new Map(
  [raw, kivi, mikv].map((press) => [press.name, press]),
);
