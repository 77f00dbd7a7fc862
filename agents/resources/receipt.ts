import * as z from "zod";
import { sha256Schema } from "../../memcube/hash.js";
import { cubeIdSchema } from "../../memcube/index.js";
import { warningSchema } from "../../memos/operations.js";
import { resourceKindSchema } from "./kind.js";

const count = z.int().nonnegative();

/** What an ingest did. */
export const ingestReceiptSchema = z
  .strictObject({
    operation: z.literal("ingest"),
    /** The cube of the document; those of its chunks name it in `metadata.document`. */
    resource: cubeIdSchema,
    uri: z.string(),
    name: z.string(),
    title: z.string(),
    kind: resourceKindSchema,
    mime: z.string(),
    bytes: count,
    sha256: sha256Schema,
    /** `resumed` when an ingest of the same content was cut short before; `unchanged` when nothing was written. */
    status: z.enum(["new", "changed", "unchanged", "resumed"]),
    pages: z.int().positive().optional(),
    /** What became of the chunks; after an ingest of unchanged content only `total` and `unchanged` are told. */
    chunks: z.strictObject({
      total: count,
      unchanged: count,
      /** The same text at another place: a version of the same cube that says where. */
      moved: count,
      /** Another text in the place of an old one: a version of the same cube. */
      changed: count,
      added: count,
      forgotten: count,
      /** Of those that were written: stored and found by nobody until reviewed. */
      quarantined: count,
    }),
    skipped: z.array(z.strictObject({ index: count, reason: z.string() })),
    /** The process that read the document: how long, and the most memory it had; 0 where that cannot be seen. */
    reading: z.strictObject({ milliseconds: z.number().nonnegative(), peakBytes: count }),
    llmCalls: count,
    llmTokens: count,
    milliseconds: z.number().nonnegative(),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "IngestReceipt" });

export type IngestReceipt = z.infer<typeof ingestReceiptSchema>;
