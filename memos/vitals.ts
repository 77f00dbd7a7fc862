import * as z from "zod";
import { jobStateSchema } from "./scheduler/operations.js";

/** How the whole store is, over all tenants: what an operator watches. */
export const vitalsSchema = z
  .strictObject({
    tenants: z.int().nonnegative(),
    /** Jobs in each state. */
    jobs: z.partialRecord(jobStateSchema, z.int().nonnegative()),
    /** Changes that are findable, and not yet in the base of the index. */
    indexPending: z.int().nonnegative(),
    ledgerBytes: z.int().nonnegative(),
  })
  .meta({ id: "Vitals" });

export type Vitals = z.infer<typeof vitalsSchema>;
