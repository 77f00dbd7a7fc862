import type * as z from "zod";
import { cubeIdSchema, type ErrorCode, sha256 } from "../memcube/index.js";
import {
  type AttachReceipt,
  adapterListSchema,
  adapterPlanOptionsSchema,
  adapterPlanSchema,
  adapterSchema,
  type adapterSummarySchema,
  adapterTrainOptionsSchema,
  attachOptionsSchema,
  attachReceiptSchema,
  trainReceiptSchema,
} from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };
const ADAPTER_ID = "0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b";
const JOB_ID = "0191c5a0-7c20-7c3a-9b1a-2f4d5e6f7a8b";
const BEGUN_AT = "2026-03-02T09:30:00.000Z";
const READY_AT = "2026-03-02T09:34:10.000Z";

const id = { id: cubeIdSchema };
const idExample = { id: ADAPTER_ID };

const chosen = {
  cubes: adapterPlanOptionsSchema.shape.cubes.describe(
    "These memories; without them and without a query, all that the scope recalls.",
  ),
  query: adapterPlanOptionsSchema.shape.query.describe("The memories that a search finds."),
  k: adapterPlanOptionsSchema.shape.k.describe("Results of the query."),
};

const { signal: _signal, cubes: _cubes, query: _query, k: _k, ...training } = adapterTrainOptionsSchema.shape;

const TRAINING_ERRORS = [
  "UNSUPPORTED",
  "TRAINER_UNAVAILABLE",
  "MODEL_INVALID",
  "ENGINE_UNAVAILABLE",
  "TOO_LARGE",
  "NOT_FOUND",
  "CONFLICT",
  "TOO_MANY_JOBS",
  "READ_ONLY",
  "STORE_BUSY",
  "DISK_FULL",
] as const satisfies readonly ErrorCode[];

const CHANGE_ERRORS = ["NOT_FOUND", "READ_ONLY", "STORE_BUSY", "DISK_FULL"] as const;

const EXAMPLE_SUMMARY: z.infer<typeof adapterSummarySchema> = {
  id: ADAPTER_ID,
  scope: { tenant: "local", user: "ana" },
  state: "ready",
  reason: "",
  base: sha256("a model"),
  memories: 1,
  rank: 16,
  alpha: 32,
  gates: [
    {
      gate: "recall",
      before: 0,
      after: 0.9,
      limit: 0.8,
      n: 10,
      passed: true,
      why: "90.0 % of 10 closed-book questions answered right (0.0 % without the adapter); at least 80.0 % were needed.",
    },
  ],
  job: JOB_ID,
  attached: [{ scope: { tenant: "local", user: "ana" }, scale: 1 }],
  createdAt: BEGUN_AT,
  changedAt: READY_AT,
  lastUsedAt: null,
  uses: 0,
};

const EXAMPLE_ADAPTER: z.input<typeof adapterSchema> = {
  ...EXAMPLE_SUMMARY,
  recipe: {},
  cubes: [{ cube: EXAMPLE_ID, version: 1, sha256: sha256("I moved to Lisbon in March.") }],
  leftOut: [],
  curve: [
    { step: 10, loss: 2.31, heldOutLoss: 2.4, seconds: 12 },
    { step: 20, loss: 0.04, heldOutLoss: 0.09, seconds: 24 },
  ],
  manifest: null,
  manifestSha256: null,
  files: null,
  cube: null,
};

const begun = (description: string) => ({
  status: 202 as const,
  description,
  schema: trainReceiptSchema,
  example: {
    operation: "train" as const,
    adapter: ADAPTER_ID,
    job: JOB_ID,
    memories: 1,
    leftOut: [],
    milliseconds: 4.1,
  },
});

const placed = (operation: AttachReceipt["operation"], description: string) => ({
  status: 200 as const,
  description,
  schema: attachReceiptSchema,
  example: {
    operation,
    adapter: ADAPTER_ID,
    changed: true,
    attached: operation === "attach" ? EXAMPLE_SUMMARY.attached : [],
    milliseconds: 2.3,
    warnings: [],
  },
});

/** Parametric memory: adapters that are trained from memories, judged, attached and taken back. */
export const ADAPTER_ROUTES: readonly Route[] = [
  route({
    operationId: "listAdapters",
    method: "GET",
    path: "/v1/adapters",
    tag: "Adapters",
    summary: "Adapters",
    description: "The adapters of the memories of exactly this scope, the oldest first.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: SCOPE },
    success: {
      status: 200,
      description: "Each with its state, its gates, and where it is attached.",
      schema: adapterListSchema,
      example: { adapters: [EXAMPLE_SUMMARY] },
    },
    handle: { json: ({ memos, scope }) => memos.adapters.list(scope) },
  }),
  route({
    operationId: "trainAdapter",
    method: "POST",
    path: "/v1/adapters",
    tag: "Adapters",
    summary: "Train an adapter",
    description:
      "Leaves an adapter to be trained from memories, by a job. It can be attached once it has passed its gates; with `attach` it is, at once.",
    accepts: "json",
    params: {},
    input: { ...chosen, ...training },
    errors: TRAINING_ERRORS,
    example: { input: { scope: SCOPE, query: "where Ana lives", recipe: { rank: 8 }, attach: true } },
    success: begun("The adapter and its job: `/v1/jobs/{id}` says how far it is."),
    handle: {
      json: ({ memos, scope, input, signal }) => memos.adapters.train(scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "planAdapters",
    method: "POST",
    path: "/v1/adapters/plan",
    tag: "Adapters",
    summary: "What would be learned",
    description:
      "Which memories would be learned, in how many adapters, which are left out and why, and what the placement policy would have trained or detached. Writes nothing.",
    accepts: "json",
    params: {},
    input: chosen,
    errors: ["NOT_FOUND", "TOO_LARGE"],
    example: { input: { scope: SCOPE } },
    success: {
      status: 200,
      description: "One group of memories for each adapter.",
      schema: adapterPlanSchema,
      example: {
        memories: 1,
        leftOut: [],
        groups: [[EXAMPLE_CUBE.id]],
        trainable: true,
        why: [],
        decisions: [],
      },
    },
    handle: {
      json: ({ memos, scope, input, signal }) => memos.adapters.plan(scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "getAdapter",
    method: "GET",
    path: "/v1/adapters/{id}",
    tag: "Adapters",
    summary: "One adapter",
    description: "With its manifest, its gates, and the curve of its training, also while that goes on.",
    accepts: "query",
    params: id,
    input: {},
    errors: ["NOT_FOUND"],
    example: { params: idExample, input: SCOPE },
    success: {
      status: 200,
      description: "The adapter.",
      schema: adapterSchema,
      example: EXAMPLE_ADAPTER,
    },
    handle: { json: ({ memos, scope, params }) => memos.adapters.get(params.id, scope) },
  }),
  route({
    operationId: "retrainAdapter",
    method: "POST",
    path: "/v1/adapters/{id}/retrain",
    tag: "Adapters",
    summary: "Train one anew",
    description:
      "From its memories as they are now, without those that are gone. When the new one is ready it takes the place of this one wherever that is attached.",
    accepts: "json",
    params: id,
    input: { attach: training.attach, scale: training.scale },
    errors: TRAINING_ERRORS,
    example: { params: idExample, input: { scope: SCOPE } },
    success: begun("The new adapter and its job."),
    handle: {
      json: ({ memos, scope, params, input, signal }) =>
        memos.adapters.retrain(params.id, scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "attachAdapter",
    method: "POST",
    path: "/v1/adapters/{id}/attach",
    tag: "Adapters",
    summary: "Attach one",
    description:
      "Chats of this scope, and of narrower ones, are answered under it from now on. Attaching it again sets its scale.",
    accepts: "json",
    params: id,
    input: { scale: attachOptionsSchema.shape.scale.describe("How much it counts.") },
    errors: [...CHANGE_ERRORS, "CONFLICT"],
    example: { params: idExample, input: { scope: SCOPE, scale: 1 } },
    success: placed("attach", "Where it is attached now."),
    handle: {
      json: ({ memos, scope, params, input }) => memos.adapters.attach(params.id, scope, input),
    },
  }),
  route({
    operationId: "detachAdapter",
    method: "POST",
    path: "/v1/adapters/{id}/detach",
    tag: "Adapters",
    summary: "Detach one",
    description: "Takes it out of use in exactly this scope. Its memories are there as text.",
    accepts: "json",
    params: id,
    input: {},
    errors: CHANGE_ERRORS,
    example: { params: idExample, input: { scope: SCOPE } },
    success: placed("detach", "Where it is still attached."),
    handle: { json: ({ memos, scope, params }) => memos.adapters.detach(params.id, scope) },
  }),
  route({
    operationId: "revokeAdapter",
    method: "POST",
    path: "/v1/adapters/{id}/revoke",
    tag: "Adapters",
    summary: "Take one back for good",
    description:
      "Detaches it everywhere at once, drops what was computed under it and deletes its files. What it was trained from stays on record.",
    accepts: "json",
    params: id,
    input: {},
    errors: CHANGE_ERRORS,
    example: { params: idExample, input: { scope: SCOPE } },
    success: placed("revoke", "It is attached nowhere."),
    handle: { json: ({ memos, scope, params }) => memos.adapters.revoke(params.id, scope) },
  }),
];
