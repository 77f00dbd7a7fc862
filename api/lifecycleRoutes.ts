import * as z from "zod";
import { cubeIdSchema } from "../memcube/index.js";
import {
  diffOptionsSchema,
  diffResultSchema,
  feedbackReceiptSchema,
  governancePatchSchema,
  idsSchema,
  lifecyclePolicySchema,
  mergedIdsSchema,
  mergeOptionsSchema,
  pointSchema,
  revealedSchema,
  revealOptionsSchema,
  rollbackReceiptSchema,
  snapshotSchema,
  stateOptionsSchema,
  updateOptionsSchema,
  verdictSchema,
  type WriteReceipt,
  writeReceiptSchema,
} from "../memos/index.js";
import { idempotencyKeySchema } from "../memos/once.js";
import { tagAfter } from "./entityTag.js";
import { EXAMPLE_CUBE, EXAMPLE_ID, exampleWrite } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };
const OTHER_ID = "0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b";
const WRITE_ERRORS = [
  "NOT_FOUND",
  "INVALID_TRANSITION",
  "CONFLICT",
  "IDEMPOTENCY_MISMATCH",
  "READ_ONLY",
  "STORE_BUSY",
  "DISK_FULL",
] as const;

const id = { id: cubeIdSchema };
const authorship = {
  actor: updateOptionsSchema.shape.actor.describe("Who makes the change; kept in the version."),
  cause: updateOptionsSchema.shape.cause.describe("Why; kept in the version."),
};
const state = {
  ifVersion: stateOptionsSchema.shape.ifVersion.describe(
    "The version that the change was made on top of; if another is current, nothing changes.",
  ),
  ...authorship,
};
const idempotencyKey = idempotencyKeySchema
  .optional()
  .describe("Repeating a request with the same key answers with the first receipt and writes nothing.");
const once = { headers: { "idempotency-key": "idempotencyKey" } };
/** Changes of the memory that the path names. */
const ofOne = {
  ...once,
  ifMatch: true as const,
  entityTag: (receipt: WriteReceipt, id: string) => tagAfter(id, receipt),
};
const receipt = (operation: Parameters<typeof exampleWrite>[0], description: string) => ({
  status: 200 as const,
  description,
  schema: writeReceiptSchema,
  example: exampleWrite(operation, 2),
});

type Step = "freeze" | "thaw" | "archive" | "activate" | "approve" | "unmerge";

const STEPS: readonly [step: Step, summary: string, description: string][] = [
  ["freeze", "Freeze one", "What it says cannot change any more; it is recalled as before."],
  ["thaw", "End a freeze", "What it says may change again."],
  [
    "archive",
    "Put one aside",
    "It is found only when archived memories are asked for, and active again once it is used.",
  ],
  ["activate", "Take one out of the archive", "It is recalled again."],
  [
    "approve",
    "Admit one",
    "A memory that was held back for review becomes part of memory; forgetting it turns it away.",
  ],
  [
    "unmerge",
    "Undo a merge",
    "The memories that this one was made of are back as they were; this one is forgotten.",
  ],
];

const step = ([operation, summary, description]: (typeof STEPS)[number]) =>
  route({
    operationId: `${operation}Memory`,
    method: "POST",
    path: `/v1/memories/{id}/${operation}`,
    tag: "Lifecycle",
    summary,
    description,
    accepts: "json",
    params: id,
    input: { ...state, idempotencyKey },
    ...ofOne,
    errors: WRITE_ERRORS,
    example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE } },
    success: receipt(operation, "The new version."),
    handle: {
      json: ({ memos, scope, params, input, signal }) =>
        memos.lifecycle[operation](params.id, scope, { ...input, signal }),
    },
  });

const reveal = route({
  operationId: "revealMemory",
  method: "POST",
  path: "/v1/memories/{id}/reveal",
  tag: "Govern",
  summary: "Show the value of one",
  description:
    "The value of a memory in the vault. That it was shown, to whom and why is in the audit before the answer is sent.",
  accepts: "json",
  params: id,
  input: { reason: revealOptionsSchema.shape.reason.describe("Why; kept in the audit.") },
  errors: ["NOT_FOUND", "VAULT_LOCKED", "READ_ONLY"],
  example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE, reason: "to log in" } },
  success: {
    status: 200,
    description: "The caption and the value.",
    schema: revealedSchema,
    example: { id: EXAMPLE_ID, caption: "Password of the router", value: "correct horse" },
  },
  handle: { json: ({ memos, scope, params, input }) => memos.vault.reveal(params.id, scope, input) },
});

const snapshotName = { name: snapshotSchema.shape.name };

/** How memories live and what they were at other times. */
export const LIFECYCLE_ROUTES: readonly Route[] = [
  ...STEPS.map(step),
  reveal,
  route({
    operationId: "undoMemory",
    method: "POST",
    path: "/v1/memories/{id}/undo",
    tag: "Lifecycle",
    summary: "Undo the last step of one",
    description:
      "Takes back the last change of what it says, a freeze, putting it into the archive, or forgetting it.",
    accepts: "json",
    params: id,
    input: { ...state, idempotencyKey },
    ...ofOne,
    errors: WRITE_ERRORS,
    example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE } },
    success: receipt("recover", "The new version."),
    handle: {
      json: ({ memos, scope, params, input, signal }) => memos.undo(params.id, scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "governMemory",
    method: "PATCH",
    path: "/v1/memories/{id}/governance",
    tag: "Lifecycle",
    summary: "Change access and lifetime of one",
    description:
      "Who may see it, how long it is kept, whether it may change. Moving the end of an expired memory into the future brings it back.",
    accepts: "json",
    params: id,
    input: { governance: governancePatchSchema, ...state, idempotencyKey },
    ...ofOne,
    errors: WRITE_ERRORS,
    example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE, governance: { retention: "keep" } } },
    success: receipt("govern", "The new version."),
    handle: {
      json: ({ memos, scope, params, input: { governance, ...options }, signal }) =>
        memos.lifecycle.govern(params.id, governance, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "mergeMemories",
    method: "POST",
    path: "/v1/merges",
    tag: "Lifecycle",
    summary: "Merge some",
    description:
      "Makes one memory of several of one owner. They are not recalled any more and are named as its sources; undoing the merge brings them back exactly.",
    accepts: "json",
    params: {},
    input: {
      ids: mergedIdsSchema,
      text: mergeOptionsSchema.shape.text.describe(
        "What the merged memory says; without it, what they say, repetitions left out.",
      ),
      title: mergeOptionsSchema.shape.title,
      ...authorship,
      idempotencyKey,
    },
    ...once,
    errors: [...WRITE_ERRORS, "TOO_LARGE"],
    example: { input: { scope: SCOPE, ids: [EXAMPLE_ID, OTHER_ID] } },
    success: { ...receipt("merge", "The merged memory."), status: 201 },
    handle: {
      json: ({ memos, scope, input: { ids, ...options }, signal }) =>
        memos.lifecycle.merge(ids, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "judgeMemory",
    method: "POST",
    path: "/v1/memories/{id}/feedback",
    tag: "Lifecycle",
    summary: "Judge one",
    description:
      "Says that a memory was useful, is wrong, or is outdated: it moves its heat and its rank, within bounds.",
    accepts: "json",
    params: id,
    input: { verdict: verdictSchema, idempotencyKey },
    ...once,
    errors: ["NOT_FOUND", "IDEMPOTENCY_MISMATCH", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE, verdict: "useful" } },
    success: {
      status: 200,
      description: "The memory with its counts.",
      schema: feedbackReceiptSchema,
      example: { cube: EXAMPLE_CUBE, milliseconds: 1.2 },
    },
    handle: {
      json: ({ memos, scope, params, input: { verdict, ...options } }) =>
        memos.lifecycle.feedback(params.id, verdict, scope, options),
    },
  }),
  route({
    operationId: "citeMemories",
    method: "POST",
    path: "/v1/citations",
    tag: "Lifecycle",
    summary: "Say what was cited",
    description: "Memories that an answer was based on: they stay warm. Counted a moment later.",
    accepts: "json",
    params: {},
    input: { ids: idsSchema },
    errors: ["READ_ONLY"],
    example: { input: { scope: SCOPE, ids: [EXAMPLE_ID] } },
    success: {
      status: 200,
      description: "How many citations were noted.",
      schema: z.strictObject({ noted: z.int().nonnegative() }).meta({ id: "CitationReceipt" }),
      example: { noted: 1 },
    },
    handle: {
      json: async ({ memos, scope, input: { ids } }) => {
        await memos.lifecycle.cited(ids, scope);
        return { noted: ids.length };
      },
    },
  }),
  route({
    operationId: "getLifecyclePolicy",
    method: "GET",
    path: "/v1/lifecycle/policy",
    tag: "Lifecycle",
    summary: "Policy",
    description: "How long the tenant keeps what, and whether it archives what has gone cold.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The policy.",
      schema: lifecyclePolicySchema,
      example: { retention: [], archiveCold: false },
    },
    handle: { json: ({ memos, scope }) => memos.lifecycle.policy(scope) },
  }),
  route({
    operationId: "setLifecyclePolicy",
    method: "PUT",
    path: "/v1/lifecycle/policy",
    tag: "Lifecycle",
    summary: "Set the policy",
    description: "Replaces the tenant's policy. It holds for what is stored already, too.",
    accepts: "json",
    params: {},
    input: { policy: lifecyclePolicySchema },
    errors: ["READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { policy: { retention: [{ types: ["working"], days: 7 }], archiveCold: true } } },
    success: {
      status: 200,
      description: "The policy as it is now.",
      schema: lifecyclePolicySchema,
      example: { retention: [{ types: ["working"], days: 7 }], archiveCold: true },
    },
    handle: { json: ({ memos, scope, input }) => memos.lifecycle.setPolicy(input.policy, scope) },
  }),
  route({
    operationId: "rollbackMemory",
    method: "POST",
    path: "/v1/memories/{id}/rollback",
    tag: "Time",
    summary: "Take one back to a time",
    description: "What it was at that time becomes its newest version.",
    accepts: "json",
    params: id,
    input: { to: pointSchema, ...state, idempotencyKey },
    ...ofOne,
    errors: WRITE_ERRORS,
    example: { params: { id: EXAMPLE_ID }, input: { scope: SCOPE, to: "2026-03-01" } },
    success: receipt("rollback", "The new version; none when nothing was different."),
    handle: {
      json: ({ memos, scope, params, input: { to, ...options }, signal }) =>
        memos.time.rollback(params.id, to, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "rollbackScope",
    method: "POST",
    path: "/v1/rollback",
    tag: "Time",
    summary: "Take a scope back to a time",
    description:
      "What has changed since is as it was, what was added since is archived; each as a new version. What cannot go back is named with the reason.",
    accepts: "json",
    params: {},
    input: { to: pointSchema, ...authorship },
    errors: WRITE_ERRORS,
    example: { input: { scope: SCOPE, to: { snapshot: "before the import" } } },
    success: {
      status: 200,
      description: "What was written, and what was left as it is.",
      schema: rollbackReceiptSchema,
      example: {
        operation: "rollback",
        written: exampleWrite("rollback", 3).written,
        skipped: [{ id: OTHER_ID, reason: `Cube ${OTHER_ID} is frozen: rollback is for active cubes.` }],
        to: "2026-03-01T00:00:00.000Z",
        llmCalls: 0,
        llmTokens: 0,
        milliseconds: 12.5,
        warnings: [],
      },
    },
    handle: {
      json: ({ memos, scope, input: { to, ...options }, signal }) =>
        memos.time.rollbackScope(to, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "diff",
    method: "POST",
    path: "/v1/diff",
    tag: "Time",
    summary: "What is different between two times",
    description:
      "Memories of a scope that were added, changed, removed from recall or returned to it, a page at a time.",
    accepts: "json",
    params: {},
    input: {
      from: pointSchema,
      to: pointSchema,
      limit: diffOptionsSchema.shape.limit,
      cursor: diffOptionsSchema.shape.cursor.describe("From the page before."),
    },
    errors: ["NOT_FOUND"],
    example: { input: { scope: SCOPE, from: "2026-03-01", to: "2026-04-01" } },
    success: {
      status: 200,
      description: "The differences.",
      schema: diffResultSchema,
      example: { differences: [{ id: EXAMPLE_ID, change: "added", after: EXAMPLE_CUBE }] },
    },
    handle: {
      json: ({ memos, scope, input: { from, to, ...options }, signal }) =>
        memos.time.diff(from, to, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "listSnapshots",
    method: "GET",
    path: "/v1/snapshots",
    tag: "Time",
    summary: "Snapshots",
    description: "Names of points in time, the earliest first.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The names and their times.",
      schema: z.strictObject({ snapshots: z.array(snapshotSchema) }).meta({ id: "Snapshots" }),
      example: { snapshots: [{ name: "before the import", at: "2026-03-01T00:00:00.000Z" }] },
    },
    handle: { json: async ({ memos, scope }) => ({ snapshots: await memos.time.snapshots(scope) }) },
  }),
  route({
    operationId: "makeSnapshot",
    method: "POST",
    path: "/v1/snapshots",
    tag: "Time",
    summary: "Name a point in time",
    description: "Now, or a time that has been. Everything can be read as of it, and taken back to it.",
    accepts: "json",
    params: {},
    input: { ...snapshotName, at: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional() },
    errors: ["CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { name: "before the import" } },
    success: {
      status: 201,
      description: "The name and its time.",
      schema: snapshotSchema,
      example: { name: "before the import", at: "2026-03-01T00:00:00.000Z" },
    },
    handle: { json: ({ memos, scope, input: { name, at } }) => memos.time.snapshot(name, scope, at) },
  }),
  route({
    operationId: "dropSnapshot",
    method: "DELETE",
    path: "/v1/snapshots/{name}",
    tag: "Time",
    summary: "Take a name away",
    description: "The time stays what it was; only its name is gone.",
    accepts: "query",
    params: snapshotName,
    input: {},
    errors: ["NOT_FOUND", "READ_ONLY"],
    example: { params: { name: "before the import" }, input: {} },
    success: {
      status: 200,
      description: "The name that is gone.",
      schema: z.strictObject(snapshotName).meta({ id: "DroppedSnapshot" }),
      example: { name: "before the import" },
    },
    handle: {
      json: async ({ memos, scope, params: { name } }) => {
        await memos.time.dropSnapshot(name, scope);
        return { name };
      },
    },
  }),
];
