import * as z from "zod";
import { cubeIdSchema, memCubeSchema, portableCubeSchema, versionSchema } from "../memcube/index.js";
import { idempotencyKeySchema } from "../memos/once.js";
import {
  addInputSchema,
  addProgressSchema,
  censusOptionsSchema,
  censusSchema,
  forgetOptionsSchema,
  getOptionsSchema,
  historyResultSchema,
  listOptionsSchema,
  listResultSchema,
  memoryInputSchema,
  querySchema,
  recallOptionsSchema,
  recallResultSchema,
  searchOptionsSchema,
  searchResultSchema,
  statsSchema,
  updateOptionsSchema,
  updatePatchSchema,
  writeReceiptSchema,
} from "../memos/operations.js";
import { ADAPTER_ROUTES } from "./adapterRoutes.js";
import { BATCH_ROUTES } from "./batchRoutes.js";
import { CHAT_ROUTES } from "./chatRoutes.js";
import { CONSOLIDATION_ROUTES } from "./consolidationRoutes.js";
import { entityTag, tagAfter } from "./entityTag.js";
import {
  EXAMPLE_CUBE,
  EXAMPLE_ID,
  EXAMPLE_RECALL_TEXT,
  EXAMPLE_VERSION,
  exampleRead,
  exampleWrite,
} from "./examples.js";
import { FORGET_ROUTES } from "./forgetRoutes.js";
import { GOVERNANCE_ROUTES } from "./governanceRoutes.js";
import { GRAPH_ROUTES } from "./graphRoutes.js";
import { ingest } from "./ingest.js";
import { JOB_ROUTES } from "./jobRoutes.js";
import { JUDGEMENT_ROUTES } from "./judgementRoutes.js";
import { LIFECYCLE_ROUTES } from "./lifecycleRoutes.js";
import { HTTP_LIMITS } from "./limits.js";
import { type Route, route, SEARCH_ERRORS } from "./route.js";
import { SHARING_ROUTES } from "./sharingRoutes.js";
import { SKILL_ROUTES } from "./skillRoutes.js";
import { TRACE_ROUTES } from "./traceRoutes.js";

const id = { id: cubeIdSchema };
const idExample = { id: EXAMPLE_ID };
const scopeExample = { user: "ana" };
const MEBIBYTE = 1024 * 1024;

const filters = {
  types: searchOptionsSchema.shape.types.describe("Only memories of these types."),
  where: searchOptionsSchema.shape.where.describe("Only memories that this expression is true for."),
  asOf: searchOptionsSchema.shape.asOf.describe("What was known at that time."),
  archived: searchOptionsSchema.shape.archived.describe("Archived memories too."),
  without: searchOptionsSchema.shape.without.describe(
    "As if these memories, and everything derived from them, did not exist.",
  ),
};

const idempotencyKey = idempotencyKeySchema
  .optional()
  .describe("Repeating a request with the same key answers with the first receipt and writes nothing.");
const IDEMPOTENT = { "idempotency-key": "idempotencyKey" };

const authorship = {
  actor: updateOptionsSchema.shape.actor.describe("Who makes the change; kept in the version."),
  cause: updateOptionsSchema.shape.cause.describe("Why; kept in the version."),
};

/** Every route that touches memory. */
export const ROUTES: readonly Route[] = [
  route({
    operationId: "addMemories",
    method: "POST",
    path: "/v1/memories",
    tag: "Write",
    summary: "Remember",
    description: `Stores a text, a chat message, a memory with attributes, or a list of them, word for word. When the answer arrives they are durable and can be found. The body may have ${HTTP_LIMITS.bodyBytes / MEBIBYTE} MiB; more goes through the stream.`,
    accepts: "json",
    headers: IDEMPOTENT,
    params: {},
    input: {
      input: addInputSchema,
      idempotencyKey,
    },
    errors: ["TOO_LARGE", "IDEMPOTENCY_MISMATCH", "QUOTA_EXCEEDED", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { scope: scopeExample, input: "I moved to Lisbon in March." } },
    success: {
      status: 201,
      description: "What was written, and what was skipped and why.",
      schema: writeReceiptSchema,
      example: exampleWrite("add", 1),
    },
    handle: {
      json: ({ memos, scope, input: { input, idempotencyKey }, signal }) =>
        memos.add(input, scope, { idempotencyKey, signal }),
    },
  }),
  route({
    operationId: "streamMemories",
    method: "POST",
    path: "/v1/memories/stream",
    tag: "Write",
    summary: "Remember a stream",
    description: `Takes one memory a line for as long as the caller likes and answers one progress line after each committed batch; the last one has \`done: true\` and the totals. Everything in a progress line is durable. A line that cannot be stored is skipped with its number (from 0) and the reason. A line may have ${HTTP_LIMITS.lineBytes / MEBIBYTE} MiB. Read the answer while sending: a reader that stops also stops the writer. After a failure the last line is a Problem.`,
    accepts: "ndjson",
    params: {},
    input: {},
    line: memoryInputSchema,
    errors: ["QUOTA_EXCEEDED", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: {
      input: { ...scopeExample, session: "import-1" },
      lines: [{ role: "user", content: "I moved to Lisbon in March." }, "My cat is called Pixel."],
    },
    success: {
      status: 200,
      description: "One progress object a line.",
      schema: addProgressSchema,
      example: {
        added: 2,
        duplicates: 0,
        skipped: [{ index: 2, reason: "This is not valid JSON." }],
        written: exampleWrite("add", 1).written,
        warnings: [],
        milliseconds: 8.4,
        done: false,
      },
    },
    handle: {
      ndjson: ({ memos, scope, lines, signal }) =>
        ingest(lines, (inputs) => memos.addMany(inputs, scope, { signal })),
    },
  }),
  route({
    operationId: "listMemories",
    method: "GET",
    path: "/v1/memories",
    tag: "Read",
    summary: "List",
    description: "Memories of a scope by age, a page at a time.",
    accepts: "query",
    params: {},
    input: {
      limit: listOptionsSchema.shape.limit,
      cursor: listOptionsSchema.shape.cursor.describe("The `cursor` of the page before."),
      order: listOptionsSchema.shape.order,
      states: listOptionsSchema.shape.states.describe(
        "Only memories in these states: `generated` are those that await a review.",
      ),
      ...filters,
      archived: z.stringbool().optional().describe("Archived memories too."),
    },
    errors: [],
    example: { input: { ...scopeExample, limit: 20 } },
    success: {
      status: 200,
      description: "A page; `cursor` is there when another one follows.",
      schema: listResultSchema,
      example: { cubes: [EXAMPLE_CUBE] },
    },
    handle: {
      json: ({ memos, scope, input, signal }) => memos.list(scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "getMemory",
    method: "GET",
    path: "/v1/memories/{id}",
    tag: "Read",
    summary: "Get one",
    description: "One memory as it is now, or as it was known at a time.",
    accepts: "query",
    params: id,
    input: { asOf: getOptionsSchema.shape.asOf.describe("The version that was current at that time.") },
    errors: ["NOT_FOUND"],
    example: { params: idExample, input: scopeExample },
    success: { status: 200, description: "The memory.", schema: memCubeSchema, example: EXAMPLE_CUBE },
    entityTag,
    handle: {
      json: ({ memos, scope, params, input, signal }) => memos.get(params.id, scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "updateMemory",
    method: "PATCH",
    path: "/v1/memories/{id}",
    tag: "Write",
    summary: "Change one",
    description: "Writes a new version; the earlier ones stay in the history.",
    accepts: "json",
    params: id,
    input: {
      patch: updatePatchSchema,
      ifVersion: updateOptionsSchema.shape.ifVersion.describe(
        "The version that the change was made on top of; if another is current, nothing changes.",
      ),
      ...authorship,
      idempotencyKey,
    },
    headers: IDEMPOTENT,
    ifMatch: true,
    entityTag: (receipt, id) => tagAfter(id, receipt),
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "IDEMPOTENCY_MISMATCH",
      "TOO_LARGE",
      "QUOTA_EXCEEDED",
      "READ_ONLY",
      "STORE_BUSY",
      "DISK_FULL",
    ],
    example: {
      params: idExample,
      input: { scope: scopeExample, patch: { text: "I moved to Porto in April." }, ifVersion: 1 },
    },
    success: {
      status: 200,
      description: "The new version.",
      schema: writeReceiptSchema,
      example: exampleWrite("update", 2),
    },
    handle: {
      json: ({ memos, scope, params, input: { patch, ...options }, signal }) =>
        memos.update(params.id, patch, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "restoreMemory",
    method: "POST",
    path: "/v1/memories/{id}/restore",
    tag: "Write",
    summary: "Undo changes of one",
    description: "The content of an earlier version becomes the newest one; the versions in between stay.",
    accepts: "json",
    params: id,
    input: {
      version: versionSchema.shape.version.describe("The version to go back to."),
      ifVersion: updateOptionsSchema.shape.ifVersion.describe(
        "The version that is to be undone; if another is current, nothing changes.",
      ),
      ...authorship,
      idempotencyKey,
    },
    headers: IDEMPOTENT,
    ifMatch: true,
    entityTag: (receipt, id) => tagAfter(id, receipt),
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "IDEMPOTENCY_MISMATCH",
      "QUOTA_EXCEEDED",
      "READ_ONLY",
      "STORE_BUSY",
      "DISK_FULL",
    ],
    example: { params: idExample, input: { scope: scopeExample, version: 1 } },
    success: {
      status: 200,
      description: "The new version.",
      schema: writeReceiptSchema,
      example: exampleWrite("restore", 3),
    },
    handle: {
      json: ({ memos, scope, params, input: { version, ...options }, signal }) =>
        memos.restore(params.id, version, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "forgetMemory",
    method: "DELETE",
    path: "/v1/memories/{id}",
    tag: "Write",
    summary: "Forget one",
    description: "The memory is never recalled again.",
    accepts: "query",
    params: id,
    input: {
      actor: forgetOptionsSchema.shape.actor.describe("Who asks for it; kept in the version."),
      cause: forgetOptionsSchema.shape.cause.describe("Why; kept in the version."),
      ifVersion: forgetOptionsSchema.shape.ifVersion.describe(
        "The version that is to be forgotten; if another is current, nothing changes.",
      ),
      idempotencyKey,
    },
    headers: IDEMPOTENT,
    ifMatch: true,
    errors: ["NOT_FOUND", "CONFLICT", "IDEMPOTENCY_MISMATCH", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: idExample, input: scopeExample },
    success: {
      status: 200,
      description: "What was forgotten.",
      schema: writeReceiptSchema,
      example: exampleWrite("forget", 2),
    },
    handle: {
      json: ({ memos, scope, params, input, signal }) => memos.forget(params.id, scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "memoryHistory",
    method: "GET",
    path: "/v1/memories/{id}/history",
    tag: "Read",
    summary: "History of one",
    description: "Every version of a memory, and whether the chain of their hashes is intact.",
    accepts: "query",
    params: id,
    input: {},
    errors: ["NOT_FOUND"],
    example: { params: idExample, input: scopeExample },
    success: {
      status: 200,
      description: "The versions, first to last.",
      schema: historyResultSchema,
      example: { id: EXAMPLE_ID, versions: [EXAMPLE_VERSION], intact: true },
    },
    handle: {
      json: ({ memos, scope, params, signal }) => memos.history(params.id, scope, { signal }),
    },
  }),
  route({
    operationId: "searchMemories",
    method: "POST",
    path: "/v1/search",
    tag: "Read",
    summary: "Search",
    description: "Memories that fit a query, best first. No language model is called.",
    accepts: "json",
    params: {},
    input: {
      query: querySchema,
      k: searchOptionsSchema.shape.k.describe("How many at most."),
      channels: searchOptionsSchema.shape.channels.describe("Search in these ways only."),
      explain: searchOptionsSchema.shape.explain.describe("Say where each score comes from."),
      ...filters,
    },
    errors: SEARCH_ERRORS,
    example: { input: { scope: scopeExample, query: "where does Ana live?", k: 5 } },
    success: {
      status: 200,
      description: "Ranked memories and the receipt.",
      schema: searchResultSchema,
      example: {
        hits: [{ cube: EXAMPLE_CUBE, score: 0.02, duplicates: [] }],
        receipt: exampleRead("search"),
      },
    },
    handle: {
      json: ({ memos, scope, input: { query, ...options }, signal }) =>
        memos.search(query, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "recallMemories",
    method: "POST",
    path: "/v1/recall",
    tag: "Read",
    summary: "Recall a context",
    description:
      "Text for a prompt: the memories that fit a query inside a token budget, fenced, labelled with who said them, and cited. No language model is called.",
    accepts: "json",
    params: {},
    input: {
      query: querySchema,
      budget: recallOptionsSchema.shape.budget.describe("Tokens of the text, at most."),
      k: recallOptionsSchema.shape.k.describe("How many memories are considered."),
      channels: recallOptionsSchema.shape.channels.describe("Search in these ways only."),
      explain: recallOptionsSchema.shape.explain.describe("Say where each score comes from."),
      ...filters,
    },
    errors: SEARCH_ERRORS,
    example: { input: { scope: scopeExample, query: "where does Ana live?", budget: 400 } },
    success: {
      status: 200,
      description: "The compiled text, its citations and the receipt.",
      schema: recallResultSchema,
      example: {
        text: EXAMPLE_RECALL_TEXT,
        tokens: 44,
        items: [{ citation: 1, id: EXAMPLE_ID, score: 0.02, tokens: 23, truncated: false }],
        receipt: exampleRead("recall"),
      },
    },
    handle: {
      json: ({ memos, scope, input: { query, ...options }, signal }) =>
        memos.recall(query, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "census",
    method: "GET",
    path: "/v1/census",
    tag: "Read",
    summary: "Whose memories",
    description: "How many memories there are of each user, agent, application and session of a scope.",
    accepts: "query",
    params: {},
    input: {
      states: censusOptionsSchema.shape.states.describe("Only memories in these states."),
      ...filters,
      archived: z.stringbool().optional().describe("Archived memories too."),
    },
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "One count for each owner.",
      schema: censusSchema,
      example: {
        cubes: 1,
        owners: [
          {
            scope: EXAMPLE_CUBE.scope,
            cubes: 1,
            first: EXAMPLE_CUBE.time.recordedAt,
            last: EXAMPLE_CUBE.time.recordedAt,
          },
        ],
      },
    },
    handle: { json: ({ memos, scope, input, signal }) => memos.census(scope, { ...input, signal }) },
  }),
  route({
    operationId: "stats",
    method: "GET",
    path: "/v1/stats",
    tag: "Operate",
    summary: "Statistics",
    description: "How much a scope holds, and the state of its index.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: scopeExample },
    success: {
      status: 200,
      description: "Counts and sizes.",
      schema: statsSchema,
      example: {
        scope: { tenant: "local", user: "ana" },
        cubes: 1,
        byType: { episodic: 1 },
        forgotten: 0,
        versions: 1,
        index: { base: 0, pending: 1, withoutVector: 0, embedder: "hashing", state: "live" },
      },
    },
    handle: { json: ({ memos, scope }) => memos.stats(scope) },
  }),
  route({
    operationId: "exportMemories",
    method: "GET",
    path: "/v1/export",
    tag: "Operate",
    summary: "Export",
    description:
      "Every memory of a scope with all of its versions, one a line; lossless and importable. After a failure the last line is a Problem.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: scopeExample },
    success: {
      status: 200,
      description: "One memory with its versions a line.",
      schema: portableCubeSchema,
      example: { cube: EXAMPLE_CUBE, versions: [EXAMPLE_VERSION] },
    },
    handle: { ndjson: ({ memos, scope, signal }) => memos.export(scope, { signal }) },
  }),
  ...BATCH_ROUTES,
  ...CHAT_ROUTES,
  ...ADAPTER_ROUTES,
  ...JUDGEMENT_ROUTES,
  ...GRAPH_ROUTES,
  ...LIFECYCLE_ROUTES,
  ...FORGET_ROUTES,
  ...JOB_ROUTES,
  ...CONSOLIDATION_ROUTES,
  ...TRACE_ROUTES,
  ...SHARING_ROUTES,
  ...SKILL_ROUTES,
  ...GOVERNANCE_ROUTES,
];
