import * as z from "zod";
import { sha256Schema } from "../memcube/hash.js";
import {
  behaviourSchema,
  cubeIdSchema,
  cubeStateSchema,
  cubeTypeSchema,
  governanceSchema,
  LIMITS,
  linkSchema,
  memCubeSchema,
  metadataSchema,
  operationSchema,
  originSchema,
  plaintextPayloadSchema,
  scopeSchema,
  sourceSchema,
  statementSchema,
  versionSchema,
} from "../memcube/index.js";
import { nameText, remarkText, storableText } from "../memcube/text.js";
import { filterSchema } from "./filter.js";
import { quotaResultSchema } from "./governance/quota.js";
import { onceOption } from "./once.js";

/** A date or an instant; a plain date means its first moment in UTC. */
export const whenSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true }), z.date()])
  .transform((value) => new Date(value).toISOString())
  .pipe(z.string());

/** What a caller may say about access and lifetime; `expiresAt` takes a date as well as an instant. */
export const newGovernanceSchema = governanceSchema
  .partial()
  .extend({ expiresAt: whenSchema.optional() })
  .meta({ id: "NewGovernance" });

const label = nameText(LIMITS.labelCharacters);
const labels = z.array(label).max(LIMITS.labels);

/** What a caller may say about a new memory; everything but the text has a default. */
export const newMemorySchema = z
  .strictObject({
    text: storableText(LIMITS.textBytes),
    /** `user` unless said otherwise. */
    origin: originSchema.optional(),
    /** Who said it; the user or agent of the scope unless said otherwise. */
    actor: nameText(LIMITS.nameCharacters).optional(),
    /** `episodic`, or `resource` for documents, unless said otherwise. */
    type: cubeTypeSchema.optional(),
    format: plaintextPayloadSchema.shape.format.optional(),
    title: nameText(LIMITS.titleCharacters).optional(),
    keywords: labels.optional(),
    tags: labels.optional(),
    context: z.string().max(LIMITS.metadataBytes).optional(),
    /** What the memory states, beside what rules find in its text. */
    facts: z.array(statementSchema).max(LIMITS.facts).optional(),
    /** Links to other memories of the same user. */
    links: z.array(linkSchema).max(LIMITS.links).optional(),
    metadata: metadataSchema.optional(),
    occurredAt: whenSchema.optional(),
    validFrom: whenSchema.optional(),
    validTo: whenSchema.optional(),
    governance: newGovernanceSchema.optional(),
    priority: behaviourSchema.shape.priority.optional(),
    sources: z.array(sourceSchema).max(LIMITS.sources).optional(),
    /** The value of a memory of type `vault`, of which `text` is the caption: encrypted, and shown by `vault.reveal` alone. */
    secret: storableText(LIMITS.secretBytes).optional(),
    /** The model that wrote it, and the hash of the prompt that it was asked with. */
    model: nameText(LIMITS.nameCharacters).optional(),
    promptHash: sha256Schema.optional(),
    /** The session of this one memory, when it differs from the scope's. */
    session: nameText(LIMITS.nameCharacters).optional(),
  })
  .refine(({ type, secret }) => (secret !== undefined) === (type === "vault"), {
    message: "goes with memories of type `vault`, and they with it",
    path: ["secret"],
  })
  .meta({ id: "NewMemory" });

/** A chat message as every chat API spells it. */
export const messageSchema = z
  .strictObject({
    role: z.enum(["user", "assistant", "tool", "system"]),
    content: storableText(LIMITS.textBytes),
    name: nameText(LIMITS.nameCharacters).optional(),
    occurredAt: whenSchema.optional(),
    metadata: metadataSchema.optional(),
  })
  .meta({ id: "Message" });

export const memoryInputSchema = z.union([storableText(LIMITS.textBytes), messageSchema, newMemorySchema]);

export const addInputSchema = z.union([memoryInputSchema, z.array(memoryInputSchema).min(1)]).meta({
  id: "AddInput",
  description: "A text, a chat message, a memory with attributes, or a list of them.",
});

const signal = z.instanceof(AbortSignal).optional();
/** Repeating a write with the same key answers with the first receipt and writes nothing. */
const idempotencyKey = onceOption;

export const addOptionsSchema = z.strictObject({
  idempotencyKey,
  /** `derived` waits until the configured model has read the memories; it changes nothing without a model. */
  wait: z.enum(["indexed", "derived"]).default("indexed"),
  signal,
});

export const warningSchema = z.strictObject({ code: z.string(), message: z.string() }).meta({
  id: "Warning",
  description: "Something that did not work as configured, and what was done instead.",
});

/** What an operation cost; every receipt carries it. */
export const costShape = {
  /** Calls to a language model, and the tokens they took. */
  llmCalls: z.int().nonnegative(),
  llmTokens: z.int().nonnegative(),
  milliseconds: z.number().nonnegative(),
  warnings: z.array(warningSchema),
};

export const writtenSchema = z
  .strictObject({
    id: cubeIdSchema,
    kind: z.enum(["plaintext", "activation", "parametric"]),
    type: cubeTypeSchema,
    version: z.int().positive(),
    duplicateOf: cubeIdSchema.optional(),
    /** Stored word for word and found by nobody until it is reviewed. */
    quarantined: z.strictObject({ reasons: z.array(z.string()) }).optional(),
    /** What the write firewall found, how many of each kind. */
    findings: z.record(z.string(), z.int().positive()).optional(),
  })
  .meta({ id: "Written" });

export const writeReceiptSchema = z
  .strictObject({
    operation: operationSchema,
    written: z.array(writtenSchema),
    skipped: z.array(z.strictObject({ index: z.int().nonnegative(), reason: z.string() })),
    /** True when this idempotency key had been used: the receipt is the first one's. */
    replayed: z.boolean(),
    ...costShape,
  })
  .meta({ id: "WriteReceipt" });

/** Progress of `addMany`: one after every committed batch; the last one is the total. */
export const addProgressSchema = z
  .strictObject({
    added: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    skipped: z.array(z.strictObject({ index: z.int().nonnegative(), reason: z.string() })),
    written: z.array(writtenSchema),
    warnings: z.array(warningSchema),
    milliseconds: z.number().nonnegative(),
    done: z.boolean(),
  })
  .meta({ id: "AddProgress" });

export const channelSchema = z.enum(["text", "vector", "exact", "recency", "graph"]).meta({ id: "Channel" });

const readOptions = {
  types: z.array(cubeTypeSchema).min(1).optional(),
  where: filterSchema.optional(),
  /** What was known at that time, and valid then where validity is stated. */
  asOf: whenSchema.optional(),
  /** Archived memories too. */
  archived: z.boolean().optional(),
  /** As if these cubes, and everything derived from them, did not exist. */
  without: z.array(cubeIdSchema).min(1).max(LIMITS.results).optional(),
};

export const searchOptionsSchema = z.strictObject({
  k: z.int().min(1).max(LIMITS.results).default(10),
  channels: z.array(channelSchema).min(1).optional(),
  explain: z.boolean().default(false),
  ...readOptions,
  signal,
});

export const recallOptionsSchema = z.strictObject({
  /** Tokens of the compiled context, at most; o200k_base unless the engine brings its own tokenizer. */
  budget: z.int().min(1).max(LIMITS.contextTokens).default(800),
  /** Candidates considered for the context. */
  k: z.int().min(1).max(LIMITS.results).default(50),
  channels: z.array(channelSchema).min(1).optional(),
  explain: z.boolean().default(false),
  ...readOptions,
  signal,
});

export const querySchema = z
  .string()
  .max(LIMITS.queryCharacters)
  .refine((value) => value.trim() !== "", "query is empty")
  .refine((value) => value.isWellFormed() && !value.includes("\u0000"), "query is not well-formed text");

/** Where a score comes from: rank and score in each channel, and the fused sum. */
export const explanationSchema = z
  .strictObject({
    channels: z.partialRecord(
      channelSchema,
      z.strictObject({ rank: z.int().positive(), score: z.number(), contribution: z.number() }),
    ),
    /** The evidence that the order was decided on, when the graph took part (retrieval/graph/parameters.ts). */
    evidence: z.record(z.string(), z.number()).optional(),
    /** The factor by which use, priority and feedback moved the score; absent when nothing did. */
    use: z.number().positive().optional(),
    /** Query terms found in the cube or beside it. */
    terms: z.array(z.string()),
    /** Whether the row was still in the delta or already in the base of the index. */
    tier: z.enum(["base", "delta"]),
  })
  .meta({ id: "Explanation" });

/** A fact that a cube states and that has changed since. */
export const supersededSchema = z
  .strictObject({
    /** The cube that states the value which holds. */
    by: cubeIdSchema,
    subject: z.string(),
    relation: z.string(),
    value: z.string(),
  })
  .meta({ id: "Superseded" });

export const hitSchema = z
  .strictObject({
    cube: memCubeSchema,
    /** Fused score: comparable inside one answer only. */
    score: z.number(),
    /** Other cubes that say the same, ranked together with this one. */
    duplicates: z.array(cubeIdSchema),
    superseded: supersededSchema.optional(),
    explanation: explanationSchema.optional(),
  })
  .meta({ id: "Hit" });

export const readReceiptSchema = z
  .strictObject({
    operation: z.enum(["search", "recall"]),
    channels: z.array(channelSchema),
    candidates: z.int().nonnegative(),
    /** How likely memory holds an answer to the query, by the best results: 0 to 1 (retrieval/answerable.ts). */
    answerable: z.number().min(0).max(1),
    /** Size of the graph that was walked; absent when nothing found was linked to anything. */
    walk: z.strictObject({ nodes: z.int(), edges: z.int() }).optional(),
    ...costShape,
  })
  .meta({ id: "ReadReceipt" });

export const searchResultSchema = z
  .strictObject({ hits: z.array(hitSchema), receipt: readReceiptSchema })
  .meta({ id: "SearchResult" });

export const recallItemSchema = z
  .strictObject({
    /** The number this item is cited by in the text. */
    citation: z.int().positive(),
    id: cubeIdSchema,
    score: z.number(),
    tokens: z.int().positive(),
    /** True when only the beginning fitted the budget. */
    truncated: z.boolean(),
    superseded: supersededSchema.optional(),
    explanation: explanationSchema.optional(),
  })
  .meta({ id: "RecallItem" });

export const recallResultSchema = z
  .strictObject({
    /** The compiled context: fenced, labelled with origins, each line cited. */
    text: z.string(),
    tokens: z.int().nonnegative(),
    items: z.array(recallItemSchema),
    receipt: readReceiptSchema,
  })
  .meta({ id: "RecallResult" });

export const updatePatchSchema = z
  .strictObject({
    text: storableText(LIMITS.textBytes).optional(),
    format: plaintextPayloadSchema.shape.format.optional(),
    type: cubeTypeSchema.optional(),
    title: nameText(LIMITS.titleCharacters).nullable().optional(),
    keywords: labels.optional(),
    tags: labels.optional(),
    context: z.string().max(LIMITS.metadataBytes).nullable().optional(),
    facts: z.array(statementSchema).max(LIMITS.facts).optional(),
    links: z.array(linkSchema).max(LIMITS.links).optional(),
    metadata: metadataSchema.optional(),
    occurredAt: whenSchema.nullable().optional(),
    validFrom: whenSchema.nullable().optional(),
    validTo: whenSchema.nullable().optional(),
    priority: behaviourSchema.shape.priority.optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), "names nothing to change")
  .meta({ id: "UpdatePatch", description: "Fields to change; null removes an optional one." });

export const updateOptionsSchema = z.strictObject({
  /** The version that the change was made on top of; another current version is a CONFLICT. */
  ifVersion: z.int().positive().optional(),
  actor: nameText(LIMITS.nameCharacters).optional(),
  cause: remarkText(LIMITS.causeCharacters).optional(),
  idempotencyKey,
  signal,
});

export const forgetOptionsSchema = z.strictObject({
  /** The version that is to be forgotten; another current version is a CONFLICT. */
  ifVersion: z.int().positive().optional(),
  actor: nameText(LIMITS.nameCharacters).optional(),
  cause: remarkText(LIMITS.causeCharacters).optional(),
  idempotencyKey,
  signal,
});

export const getOptionsSchema = z.strictObject({ asOf: whenSchema.optional(), signal });

export const listOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(LIMITS.results).default(50),
  /** From the page before; opaque. */
  cursor: z.string().max(64).optional(),
  /** Memories that are passed over first, for callers that count pages; beside it, `cursor` is cheaper. */
  skip: z.int().nonnegative().max(LIMITS.skipped).optional(),
  order: z.enum(["newest", "oldest"]).default("newest"),
  /** Memories in these states, as `generated` for those that await a review. */
  states: z
    .array(cubeStateSchema.exclude(["forgotten"]))
    .min(1)
    .optional(),
  ...readOptions,
  signal,
});

export const listResultSchema = z
  .strictObject({ cubes: z.array(memCubeSchema), cursor: z.string().optional() })
  .meta({ id: "ListResult" });

export const censusOptionsSchema = listOptionsSchema.omit({
  limit: true,
  cursor: true,
  skip: true,
  order: true,
});

/** Whose the memories of a scope are. */
export const censusSchema = z
  .strictObject({
    cubes: z.int().nonnegative(),
    /** One for each owner: the parts of its scope beside the tenant, how many, and when the first and last came. */
    owners: z.array(
      z.strictObject({
        scope: scopeSchema,
        cubes: z.int().positive(),
        first: z.iso.datetime(),
        last: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: "Census" });

export const historyResultSchema = z
  .strictObject({
    id: cubeIdSchema,
    versions: z.array(versionSchema),
    /** False when a hash of the chain does not follow: the ledger was changed by something else. */
    intact: z.boolean(),
  })
  .meta({ id: "HistoryResult" });

export const statsSchema = z
  .strictObject({
    scope: scopeSchema,
    cubes: z.int().nonnegative(),
    byType: z.partialRecord(cubeTypeSchema, z.int().nonnegative()),
    forgotten: z.int().nonnegative(),
    versions: z.int().nonnegative(),
    index: z.strictObject({
      /** Rows in the LanceDB base, and rows that are still in the delta. */
      base: z.int().nonnegative(),
      pending: z.int().nonnegative(),
      /** Cubes that an unavailable embedder left without a vector. */
      withoutVector: z.int().nonnegative(),
      embedder: z.string(),
      state: z.enum(["live", "rebuilding", "empty"]),
    }),
    /** What the whole tenant holds and may hold; for those who administer it. */
    tenant: quotaResultSchema.optional(),
  })
  .meta({ id: "Stats" });

export type NewMemory = z.input<typeof newMemorySchema>;
export type Message = z.input<typeof messageSchema>;
export type MemoryInput = z.input<typeof memoryInputSchema>;
export type AddInput = z.input<typeof addInputSchema>;
export type AddOptions = z.input<typeof addOptionsSchema>;
export type Warning = z.infer<typeof warningSchema>;
export type Written = z.infer<typeof writtenSchema>;
export type WriteReceipt = z.infer<typeof writeReceiptSchema>;
export type AddProgress = z.infer<typeof addProgressSchema>;
export type Channel = z.infer<typeof channelSchema>;
export type SearchOptions = z.input<typeof searchOptionsSchema>;
export type RecallOptions = z.input<typeof recallOptionsSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
export type Hit = z.infer<typeof hitSchema>;
export type ReadReceipt = z.infer<typeof readReceiptSchema>;
export type SearchResult = z.infer<typeof searchResultSchema>;
export type RecallItem = z.infer<typeof recallItemSchema>;
export type RecallResult = z.infer<typeof recallResultSchema>;
export type UpdatePatch = z.input<typeof updatePatchSchema>;
export type UpdateOptions = z.input<typeof updateOptionsSchema>;
export type ForgetOptions = z.input<typeof forgetOptionsSchema>;
export type GetOptions = z.input<typeof getOptionsSchema>;
export type ListOptions = z.input<typeof listOptionsSchema>;
export type ListResult = z.infer<typeof listResultSchema>;
export type CensusOptions = z.input<typeof censusOptionsSchema>;
export type Census = z.infer<typeof censusSchema>;
export type HistoryResult = z.infer<typeof historyResultSchema>;
export type Stats = z.infer<typeof statsSchema>;
