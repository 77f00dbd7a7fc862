import { kivi } from "./kivi.js";
import { mikv } from "./mikv.js";
import type { Press } from "./press.js";

/** Every way of keeping a KV state, by name. */
export const PRESSES: ReadonlyMap<string, Press> = new Map([kivi, mikv].map((press) => [press.name, press]));
