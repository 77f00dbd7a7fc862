import * as z from "zod";

const share = z.number().min(0).max(1);

/** What an adapter must reach to be attached. */
export const gateLimitsSchema = z
  .strictObject({
    /** Share of closed-book questions that are answered right. */
    recall: share.default(0.8),
    /** Share of pairs in which what was learned is likelier than what was not. */
    recognition: share.default(0.8),
    /** By how much the share of questions over memory in the prompt may fall. */
    retentionLoss: share.default(0.03),
  })
  .meta({ id: "AdapterGateLimits" });

export type GateLimits = z.input<typeof gateLimitsSchema>;
