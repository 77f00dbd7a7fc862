import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";
import { whenSchema } from "../../../memos/index.js";
import { entityFields } from "./entities.js";
import { MEM0_LIMITS } from "./limits.js";
import { endOf } from "./memory.js";

export const flag = z.union([z.boolean(), z.stringbool()]).nullish();

const account = z.union([z.string(), z.number()]).nullish();

/** What clients send beside every input, about their own account; there is one project here. */
export const protocolFields = {
  org_id: account,
  project_id: account,
  org_name: account,
  project_name: account,
  api_version: account,
  version: account,
  async_mode: flag,
  output_format: z.enum(["v1.0", "v1.1"]).nullish(),
};

/** A day, as 2027-01-31. */
export const daySchema = z.iso.date();

/** Seconds since 1970, or a date. */
export const timestampSchema = z.union([
  z
    .number()
    .min(-8.64e12)
    .max(8.64e12)
    .transform((seconds) => new Date(seconds * 1_000).toISOString()),
  whenSchema,
]);

function lastMoment(day: string): string {
  return new Date(Date.parse(endOf(day)) - 1).toISOString();
}

/** Taken as it is here, and judged by the core. */
export const metadataField = z.record(z.string(), z.unknown()).nullish();

export const pageFields = {
  page: z.int().min(1).max(MEM0_LIMITS.page).optional(),
  page_size: z.int().min(1).max(MEM0_LIMITS.pageSize).optional(),
};

/** What a read can ask for beside whose memory and which of it. */
const readFields = {
  ...protocolFields,
  ...entityFields,
  filters: z.unknown().optional(),
  metadata: metadataField,
  categories: z.array(z.string()).nullish(),
  fields: z.array(z.string()).nullish(),
  latest_only: flag,
  show_expired: flag,
  enable_graph: flag,
};

export const listInput = z.strictObject({
  ...readFields,
  ...pageFields,
  start_date: whenSchema.nullish(),
  /** A day is meant to its end. */
  end_date: z.union([z.iso.date().transform(lastMoment), whenSchema]).nullish(),
  limit: z.int().min(1).max(LIMITS.results).nullish(),
  top_k: z.int().min(1).max(LIMITS.results).nullish(),
});

export const searchInput = z.strictObject({
  ...readFields,
  query: z.string(),
  top_k: z.int().min(1).max(LIMITS.results).nullish(),
  limit: z.int().min(1).max(LIMITS.results).nullish(),
  threshold: z.number().min(0).max(1).nullish(),
  rerank: flag,
  reference_date: z.union([z.string(), z.number()]).nullish(),
  keyword_search: flag,
  only_metadata_based_search: flag,
  filter_memories: flag,
  source: z.string().nullish(),
  explain: flag,
});

export type ListInput = z.output<typeof listInput>;
export type SearchInput = z.output<typeof searchInput>;

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const imagePart = z.looseObject({ type: z.enum(["image_url", "mdx_url", "pdf_url"]) });
const partSchema = z.union([textPart, imagePart]);

const messageSchema = z.strictObject({
  role: z.enum(["user", "assistant", "system", "tool"]),
  content: z.union([z.string(), partSchema, z.array(partSchema).min(1)]),
  name: z.string().nullish(),
});

export type Mem0Message = z.output<typeof messageSchema>;

export const addInput = z.strictObject({
  ...protocolFields,
  ...entityFields,
  messages: z.union([z.string(), messageSchema, z.array(messageSchema).min(1).max(LIMITS.messagesPerAdd)]),
  metadata: metadataField,
  timestamp: timestampSchema.nullish(),
  expiration_date: daySchema.nullish(),
  immutable: flag,
  infer: flag,
  includes: z.string().nullish(),
  excludes: z.string().nullish(),
  custom_instructions: z.string().nullish(),
  agent_custom_instructions: z.string().nullish(),
  custom_categories: z.array(z.unknown()).nullish(),
  structured_data_schema: z.unknown().optional(),
  filters: z.unknown().optional(),
  enable_graph: flag,
  filter_memories: flag,
  timezone: z.string().nullish(),
  observation_date: z.unknown().optional(),
  memory_type: z.string().nullish(),
  prompt: z.string().nullish(),
  source: z.string().nullish(),
});

export type AddInput = z.output<typeof addInput>;

/** Beside an id: whose memory it is in, where a key may not look everywhere. */
export const byIdInput = z.strictObject({ ...protocolFields, ...entityFields });

export const deleteInput = byIdInput.extend({ delete_linked: flag });

export const updateInput = byIdInput.extend({
  text: z.string().nullish(),
  metadata: metadataField,
  timestamp: timestampSchema.nullish(),
  expiration_date: daySchema.nullable().optional(),
});

export const batchUpdateInput = z.strictObject({
  ...protocolFields,
  memories: z
    .array(z.strictObject({ memory_id: z.string(), text: z.string().nullish(), metadata: metadataField }))
    .min(1)
    .max(MEM0_LIMITS.batch),
});

export const batchDeleteInput = z.strictObject({
  ...protocolFields,
  memories: z
    .array(z.strictObject({ memory_id: z.string() }))
    .min(1)
    .max(MEM0_LIMITS.batch),
});

export const feedbackInput = z.strictObject({
  ...protocolFields,
  memory_id: z.string(),
  feedback: z.enum(["POSITIVE", "NEGATIVE", "VERY_NEGATIVE"]).nullish(),
  feedback_reason: z.string().nullish(),
});

export const entitiesInput = z.strictObject({ ...protocolFields, ...pageFields });
