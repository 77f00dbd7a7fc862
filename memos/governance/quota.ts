import * as z from "zod";

const limit = z.int().nonnegative().optional();

/** What a tenant may hold at most; what is not named is not limited. */
export const quotaSchema = z
  .strictObject({
    /** Cubes that are not forgotten. */
    cubes: limit,
    /** UTF-8 bytes of text, of every version that is kept. */
    textBytes: limit,
    /** API keys that are not revoked. */
    apiKeys: limit,
  })
  .meta({ id: "Quota", description: "What a tenant may hold at most; what is not named is not limited." });

export const usageSchema = z
  .strictObject({
    cubes: z.int().nonnegative(),
    textBytes: z.int().nonnegative(),
    apiKeys: z.int().nonnegative(),
  })
  .meta({ id: "Usage", description: "What a tenant holds, counted in the transactions that change it." });

export const quotaResultSchema = z
  .strictObject({ quota: quotaSchema, usage: usageSchema })
  .meta({ id: "QuotaResult" });

export type Quota = z.infer<typeof quotaSchema>;
export type Usage = z.infer<typeof usageSchema>;
export type QuotaResult = z.infer<typeof quotaResultSchema>;
