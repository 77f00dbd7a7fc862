import {
  batchReceiptSchema,
  forgetsSchema,
  getManyOptionsSchema,
  getManyResultSchema,
  manyIdsSchema,
  manyOptionsSchema,
  updatesSchema,
} from "../memos/index.js";
import { idempotencyKeySchema } from "../memos/once.js";
import { EXAMPLE_CUBE, EXAMPLE_ID, exampleWrite } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };
const GONE = "0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b";
const ERRORS = ["READ_ONLY", "STORE_BUSY", "DISK_FULL"] as const;

const EACH_FOR_ITSELF =
  "One after the other, each for itself: the receipt says of every one what became of it. A batch that is not valid changes nothing; a failure of the store ends it and leaves what was done.";

const written = {
  actor: manyOptionsSchema.shape.actor.describe("Who makes the changes; kept in the versions."),
  cause: manyOptionsSchema.shape.cause.describe("Why; kept in the versions."),
  idempotencyKey: idempotencyKeySchema
    .optional()
    .describe("Repeating the batch with the same key does again only what was not done."),
};

const outcomes = (operation: "update" | "forget") => ({
  operation,
  outcomes: [
    { id: EXAMPLE_ID, written: exampleWrite(operation, 2).written[0], replayed: false },
    {
      id: GONE,
      replayed: false,
      error: {
        code: "NOT_FOUND",
        message: `There is no cube ${GONE} in this scope.`,
        remedy: "Check the id and the scope: a cube is only visible inside its own scope.",
      },
    },
  ],
  done: 1,
  failed: 1,
  llmCalls: 0,
  llmTokens: 0,
  milliseconds: 4.1,
  warnings: [],
});

/** Many memories by their ids in one request. */
export const BATCH_ROUTES: readonly Route[] = [
  route({
    operationId: "getMemories",
    method: "POST",
    path: "/v1/memories/batch/get",
    tag: "Read",
    summary: "Get many",
    description: "Memories by their ids, as they are now or as they were known at a time.",
    accepts: "json",
    params: {},
    input: {
      ids: manyIdsSchema,
      asOf: getManyOptionsSchema.shape.asOf.describe("The versions that were current at that time."),
    },
    errors: [],
    example: { input: { scope: SCOPE, ids: [EXAMPLE_ID, GONE] } },
    success: {
      status: 200,
      description:
        "Those that are here, in the order in which they were asked for, and the ids of the others.",
      schema: getManyResultSchema,
      example: { cubes: [EXAMPLE_CUBE], missing: [GONE] },
    },
    handle: {
      json: ({ memos, scope, input: { ids, ...options }, signal }) =>
        memos.getMany(ids, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "updateMemories",
    method: "POST",
    path: "/v1/memories/batch/update",
    tag: "Write",
    summary: "Change many",
    description: EACH_FOR_ITSELF,
    accepts: "json",
    headers: { "idempotency-key": "idempotencyKey" },
    params: {},
    input: { updates: updatesSchema, ...written },
    errors: ERRORS,
    example: {
      input: {
        scope: SCOPE,
        updates: [
          { id: EXAMPLE_ID, patch: { tags: ["city"] }, ifVersion: 1 },
          { id: GONE, patch: { title: "Where Ana lives" } },
        ],
      },
    },
    success: {
      status: 200,
      description: "What became of each, in their order.",
      schema: batchReceiptSchema,
      example: outcomes("update"),
    },
    handle: {
      json: ({ memos, scope, input: { updates, ...options }, signal }) =>
        memos.updateMany(updates, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "forgetSeveral",
    method: "POST",
    path: "/v1/memories/batch/forget",
    tag: "Write",
    summary: "Forget many",
    description: `${EACH_FOR_ITSELF} What a selector names is forgotten with \`POST /v1/forget\`.`,
    accepts: "json",
    headers: { "idempotency-key": "idempotencyKey" },
    params: {},
    input: { forgets: forgetsSchema, ...written },
    errors: ERRORS,
    example: { input: { scope: SCOPE, forgets: [{ id: EXAMPLE_ID, ifVersion: 1 }, { id: GONE }] } },
    success: {
      status: 200,
      description: "What became of each, in their order.",
      schema: batchReceiptSchema,
      example: outcomes("forget"),
    },
    handle: {
      json: ({ memos, scope, input: { forgets, ...options }, signal }) =>
        memos.forgetMany(forgets, scope, { ...options, signal }),
    },
  }),
];
