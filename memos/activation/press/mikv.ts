import * as z from "zod";
import { parse } from "../../parse.js";
import { STATE_LIMITS } from "../limits.js";
import { streamImportance } from "./importance.js";
import { marked } from "./keep.js";
import { decodeMixed, encodeMixed, groupSchema } from "./mixed.js";
import type { Press } from "./press.js";

const cells = z.int().nonnegative().max(STATE_LIMITS.tokens);

const mikvOptionsSchema = z.strictObject({
  /** Channels of one head. */
  headSize: z.int().positive(),
  /** Bits of a number in an important cell, and in all others. */
  precise: z.literal([8, 16]).default(8),
  coarse: z.literal([2, 4]).default(4),
  /** Share of the cells that are important, sinks and recent ones included. */
  share: z.number().min(0).max(1).default(0.1),
  sinks: cells.default(4),
  recent: cells.default(32),
  method: z.enum(["keydiff", "knorm"]).default("keydiff"),
  keyGroup: groupSchema.default(64),
  valueGroup: groupSchema.default(64),
});

export type MikvOptions = z.input<typeof mikvOptionsSchema>;

/**
 * MiKV (arXiv 2402.18096, section 3): what an eviction policy would drop is kept in few bits instead, so that nothing
 * is lost outright. The paper finds what is important by attention and balances outliers by the queries; neither is
 * in a state, so that importance is of the keys alone and the numbers are laid out as in KIVI.
 */
export const mikv: Press = {
  name: "mikv",
  what: "Important, first and recent tokens in 8 bits (or as they are), all others in 4 or 2; none is dropped.",
  source: "MiKV, arXiv 2402.18096, section 3; importance by KeyDiff, arXiv 2504.15364",
  lossless: false,
  async encode(state, options = {}) {
    const { headSize, precise, coarse, keyGroup, valueGroup, method, ...keep } = parse(
      mikvOptionsSchema,
      options,
    );
    return encodeMixed("mikv", state, { precise, coarse, keyGroup, valueGroup }, async (stream) =>
      marked(stream.positions, await streamImportance(stream, { method, headSize }), keep),
    );
  },
  decode: decodeMixed,
};
