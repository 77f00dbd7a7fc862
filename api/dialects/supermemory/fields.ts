import * as z from "zod";
import { LIMITS, scopeSchema } from "../../../memcube/index.js";
import { nameText } from "../../../memcube/text.js";
import { querySchema, whenSchema } from "../../../memos/index.js";
import { SUPERMEMORY_LIMITS } from "./limits.js";

const tag = scopeSchema.shape.tenant;
const flag = z.union([z.boolean(), z.stringbool()]).nullish();
const threshold = z.number().min(0).max(1).nullish();
const page = (most: number) => z.coerce.number().int().min(1).max(most).optional();

/** Judged by the core. */
const metadata = z.record(z.string(), z.unknown()).nullish();
const filepath = nameText(SUPERMEMORY_LIMITS.filepath).nullish();
const filters = z.unknown().optional();

/** Whose memory: one tag, in the form of now or of before. */
export const tagFields = {
  containerTag: tag.nullish(),
  containerTags: z.array(tag).nullish(),
};

const documentFields = {
  ...tagFields,
  customId: nameText(SUPERMEMORY_LIMITS.customId).nullish(),
  filepath,
  metadata,
  entityContext: z.string().nullish(),
  taskType: z.enum(["memory", "superrag"]).nullish(),
};

export const addInput = z.strictObject({ ...documentFields, content: z.string() });
export const updateInput = z.strictObject({ ...documentFields, content: z.string().nullish() });
export const batchInput = z.strictObject({
  ...documentFields,
  content: z.null().optional(),
  documents: z
    .array(z.union([z.string(), addInput]))
    .min(1)
    .max(SUPERMEMORY_LIMITS.batch),
});

export const bulkInput = z.strictObject({
  ids: z.array(z.string()).min(1).max(SUPERMEMORY_LIMITS.batch).optional(),
  containerTags: z.array(tag).min(1).max(SUPERMEMORY_LIMITS.batch).optional(),
  filepath,
});

export const listInput = z.strictObject({
  ...tagFields,
  filepath,
  filters,
  includeContent: flag,
  limit: page(SUPERMEMORY_LIMITS.pageSize),
  page: page(SUPERMEMORY_LIMITS.page),
  order: z.enum(["asc", "desc"]).nullish(),
  sort: z.enum(["createdAt", "updatedAt"]).nullish(),
});

const results = z.int().min(1).max(LIMITS.results).nullish();

export const searchInput = z.strictObject({
  q: querySchema,
  containerTag: tag.nullish(),
  containerTags: z.array(tag).nullish(),
  filepath,
  filters,
  limit: results,
  threshold,
  include: z
    .strictObject({
      chunks: flag,
      documents: flag,
      forgottenMemories: flag,
      relatedMemories: flag,
      summaries: flag,
    })
    .nullish(),
  searchMode: z.enum(["memories", "hybrid", "documents"]).nullish(),
  rerank: flag,
  rewriteQuery: flag,
  aggregate: flag,
});

export const documentSearchInput = z.strictObject({
  ...tagFields,
  q: querySchema,
  docId: z.string().nullish(),
  filepath,
  filters,
  limit: results,
  chunkThreshold: threshold,
  documentThreshold: threshold,
  categoriesFilter: z.array(z.string()).nullish(),
  includeFullDocs: flag,
  includeSummary: flag,
  onlyMatchingChunks: flag,
  rerank: flag,
  rewriteQuery: flag,
});

export const profileInput = z.strictObject({
  containerTag: tag,
  q: querySchema.nullish(),
  threshold,
  filters,
});

const which = { containerTag: tag, id: z.string().nullish(), content: z.string().nullish() };

export const forgetInput = z.strictObject({
  ...which,
  reason: z.string().max(LIMITS.causeCharacters).nullish(),
});

export const updateMemoryInput = z.strictObject({
  ...which,
  newContent: z.string(),
  forgetAfter: whenSchema.nullish(),
  forgetReason: z.string().max(LIMITS.causeCharacters).nullish(),
  metadata,
  temporalContext: z
    .strictObject({ documentDate: z.string().nullish(), eventDate: z.array(whenSchema).nullish() })
    .nullish(),
});

export const NOTHING = z.strictObject({});
