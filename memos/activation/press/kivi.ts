import * as z from "zod";
import { parse } from "../../parse.js";
import { STATE_LIMITS } from "../limits.js";
import { marked } from "./keep.js";
import { decodeMixed, encodeMixed, groupSchema } from "./mixed.js";
import type { Press } from "./press.js";

const kiviOptionsSchema = z.strictObject({
  bits: z.literal([2, 4, 8]).default(4),
  keyGroup: groupSchema.default(64),
  valueGroup: groupSchema.default(64),
  /** Cells at the end that stay in half precision. */
  recent: z.int().nonnegative().max(STATE_LIMITS.tokens).default(64),
});

export type KiviOptions = z.input<typeof kiviOptionsSchema>;

/**
 * KIVI (arXiv 2402.02750, section 3): keys have channels that are large in every token, values have not; so keys
 * are quantised channel by channel over groups of tokens, values token by token over groups of channels, and the
 * newest tokens stay in half precision. The paper's groups are of 32; those of 64 here need half the scales, for an
 * error that is larger by a seventh at 4 bits.
 */
export const kivi: Press = {
  name: "kivi",
  what: "8, 4 or 2 bits for every number, keys by channel and values by token; recent tokens stay as they are.",
  source: "KIVI, arXiv 2402.02750, section 3",
  lossless: false,
  async encode(state, options = {}) {
    const { bits, keyGroup, valueGroup, recent } = parse(kiviOptionsSchema, options);
    return encodeMixed(
      "kivi",
      state,
      { precise: 16, coarse: bits, keyGroup, valueGroup },
      async ({ positions }) => marked(positions, undefined, { sinks: 0, recent, share: 0 }),
    );
  },
  decode: decodeMixed,
};
