import * as z from "zod";
import {
  barrierOptionsSchema,
  barrierResultSchema,
  createdWebhookSchema,
  enqueueOptionsSchema,
  eventOptionsSchema,
  eventSchema,
  jobIdSchema,
  jobListOptionsSchema,
  jobListSchema,
  jobSchema,
  newWebhookSchema,
  webhookSchema,
} from "../memos/index.js";
import { EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };
const MADE_AT = "2026-03-02T09:30:00.000Z";
const id = { id: jobIdSchema };
const idExample = { id: EXAMPLE_ID };

const EXAMPLE_JOB: z.infer<typeof jobSchema> = {
  id: EXAMPLE_ID,
  scope: { tenant: "local", user: "ana" },
  kind: "report.send",
  input: { month: "2026-03" },
  state: "waiting",
  priority: 0,
  runAt: MADE_AT,
  attempts: 0,
  maxAttempts: 5,
  progress: 0,
  result: null,
  failure: null,
  createdAt: MADE_AT,
  finishedAt: null,
};

const EXAMPLE_WEBHOOK = {
  id: EXAMPLE_ID,
  url: "https://example.com/memory",
  kinds: ["memory.*"],
  createdAt: MADE_AT,
};

const oneJob = (description: string) => ({
  status: 200 as const,
  description,
  schema: jobSchema,
  example: EXAMPLE_JOB,
});

/** Work that is left to be done, and what has happened. */
export const JOB_ROUTES: readonly Route[] = [
  route({
    operationId: "listJobs",
    method: "GET",
    path: "/v1/jobs",
    tag: "Operate",
    summary: "Jobs",
    description: "Jobs of a scope, the newest first, a page at a time. `dead` ones have failed for good.",
    accepts: "query",
    params: {},
    input: {
      states: jobListOptionsSchema.shape.states.describe("Only jobs in these states."),
      kind: jobListOptionsSchema.shape.kind,
      limit: jobListOptionsSchema.shape.limit,
      cursor: jobListOptionsSchema.shape.cursor.describe("The `cursor` of the page before."),
    },
    errors: [],
    example: { input: { ...SCOPE, states: ["dead"] } },
    success: { status: 200, description: "A page.", schema: jobListSchema, example: { jobs: [EXAMPLE_JOB] } },
    handle: { json: ({ memos, scope, input }) => memos.jobs.list(scope, input) },
  }),
  route({
    operationId: "enqueueJob",
    method: "POST",
    path: "/v1/jobs",
    tag: "Operate",
    summary: "Leave work to be done",
    description:
      "A job of a kind that some process of this store has a handler for. Its input names things by id.",
    accepts: "json",
    params: {},
    input: {
      kind: jobSchema.shape.kind,
      input: jobSchema.shape.input,
      cubes: enqueueOptionsSchema.shape.cubes.optional(),
      priority: enqueueOptionsSchema.shape.priority.optional(),
      attempts: enqueueOptionsSchema.shape.attempts.optional(),
      once: enqueueOptionsSchema.shape.once.describe("A second job with the same key is not made."),
    },
    errors: ["TOO_MANY_JOBS", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { scope: SCOPE, kind: "report.send", input: { month: "2026-03" } } },
    success: { ...oneJob("The job."), status: 201 },
    handle: {
      json: ({ memos, scope, input: { kind, input, ...options } }) =>
        memos.jobs.enqueue(kind, input, scope, options),
    },
  }),
  route({
    operationId: "getJob",
    method: "GET",
    path: "/v1/jobs/{id}",
    tag: "Operate",
    summary: "One job",
    description: "Its state, its progress, and why it failed.",
    accepts: "query",
    params: id,
    input: {},
    errors: ["NOT_FOUND"],
    example: { params: idExample, input: SCOPE },
    success: oneJob("The job."),
    handle: { json: ({ memos, scope, params }) => memos.jobs.get(params.id, scope) },
  }),
  route({
    operationId: "cancelJob",
    method: "POST",
    path: "/v1/jobs/{id}/cancel",
    tag: "Operate",
    summary: "Call a job off",
    description: "One that is running is told so; what it has done stays done.",
    accepts: "json",
    params: id,
    input: {},
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY"],
    example: { params: idExample, input: { scope: SCOPE } },
    success: oneJob("The job."),
    handle: { json: ({ memos, scope, params }) => memos.jobs.cancel(params.id, scope) },
  }),
  route({
    operationId: "replayJob",
    method: "POST",
    path: "/v1/jobs/{id}/replay",
    tag: "Operate",
    summary: "Try a dead job again",
    description: "It waits again, with all its attempts.",
    accepts: "json",
    params: id,
    input: {},
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY"],
    example: { params: idExample, input: { scope: SCOPE } },
    success: oneJob("The job."),
    handle: { json: ({ memos, scope, params }) => memos.jobs.replay(params.id, scope) },
  }),
  route({
    operationId: "barrier",
    method: "POST",
    path: "/v1/barrier",
    tag: "Operate",
    summary: "Wait for derived work",
    description:
      "Waits until the work of a scope that is there now has ended: its jobs, and what follows from writes.",
    accepts: "json",
    params: {},
    input: { timeoutMs: barrierOptionsSchema.shape.timeoutMs.describe("Milliseconds to wait at most.") },
    errors: [],
    example: { input: { scope: SCOPE, timeoutMs: 1000 } },
    success: {
      status: 200,
      description: "Whether all of it has ended, and which jobs have failed for good.",
      schema: barrierResultSchema,
      example: { reached: true, open: 0, dead: [], milliseconds: 12.5 },
    },
    handle: {
      json: ({ memos, scope, input, signal }) => memos.jobs.barrier(scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "events",
    method: "GET",
    path: "/v1/events",
    tag: "Operate",
    summary: "What happens",
    description:
      "Server-sent events of a scope, in order: from now on, or from after an event. A client that comes back sends `Last-Event-ID` and misses nothing that is still kept.",
    accepts: "query",
    headers: { "last-event-id": "after" },
    params: {},
    input: {
      after: eventOptionsSchema.shape.after.describe("Only what came after this event."),
      kinds: eventOptionsSchema.shape.kinds.describe("Only these kinds; `memory.*` are all that begin so."),
      follow: z.stringbool().default(true).describe("`false` ends when all that has happened is told."),
    },
    errors: [],
    example: { input: { ...SCOPE, after: 0, follow: "false" } },
    success: {
      status: 200,
      description: "One event each; its id is its sequence number.",
      schema: eventSchema,
      example: {
        sequence: 7,
        kind: "memory.add",
        scope: { tenant: "local", user: "ana" },
        subject: EXAMPLE_ID,
        detail: { type: "episodic", version: 1, state: "active" },
        at: MADE_AT,
      },
    },
    handle: {
      events: async ({ memos, scope, input, signal }) => {
        const now = await memos.jobs.lastEvent(scope);
        return memos.jobs.events(scope, { ...input, after: input.after ?? now, signal });
      },
    },
  }),
  route({
    operationId: "listWebhooks",
    method: "GET",
    path: "/v1/webhooks",
    tag: "Operate",
    summary: "Webhooks",
    description: "Other systems that are told what happens.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The webhooks, without their secrets.",
      schema: z.strictObject({ webhooks: z.array(webhookSchema) }).meta({ id: "Webhooks" }),
      example: { webhooks: [EXAMPLE_WEBHOOK] },
    },
    handle: { json: async ({ memos, scope }) => ({ webhooks: await memos.webhooks.list(scope) }) },
  }),
  route({
    operationId: "addWebhook",
    method: "POST",
    path: "/v1/webhooks",
    tag: "Operate",
    summary: "Have another system told",
    description:
      "Events of the tenant are posted there from now on, signed as Standard Webhooks describes it, in order, and again until the answer is a 2xx status. The secret is shown this once.",
    accepts: "json",
    params: {},
    input: newWebhookSchema.shape,
    errors: ["TOO_LARGE", "READ_ONLY"],
    example: { input: { url: "https://example.com/memory", kinds: ["memory.*"] } },
    success: {
      status: 201,
      description: "The webhook with its secret.",
      schema: createdWebhookSchema,
      example: { ...EXAMPLE_WEBHOOK, secret: "whsec_3hBMy10zt6IngYjREIFAepORyROZEteMNbzLcLAxp+8=" },
    },
    handle: { json: ({ memos, scope, input }) => memos.webhooks.add(input, scope) },
  }),
  route({
    operationId: "removeWebhook",
    method: "DELETE",
    path: "/v1/webhooks/{id}",
    tag: "Operate",
    summary: "Remove a webhook",
    description: "It is told nothing more.",
    accepts: "query",
    params: id,
    input: {},
    errors: ["NOT_FOUND", "READ_ONLY"],
    example: { params: idExample, input: {} },
    success: {
      status: 200,
      description: "The webhook that is gone.",
      schema: z.strictObject(id).meta({ id: "RemovedWebhook" }),
      example: idExample,
    },
    handle: {
      json: async ({ memos, scope, params }) => {
        await memos.webhooks.remove(params.id, scope);
        return { id: params.id };
      },
    },
  }),
];
