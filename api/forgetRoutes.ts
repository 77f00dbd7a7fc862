import {
  forgetModeSchema,
  forgetPreviewSchema,
  forgetSelectionOptionsSchema,
  forgetSelectorSchema,
  purgeReceiptSchema,
  verifyResultSchema,
} from "../memos/index.js";
import { EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };

const EXAMPLE_RECEIPT = {
  id: EXAMPLE_ID,
  operation: "forget" as const,
  mode: "purge" as const,
  scope: { tenant: "local", user: "ana" },
  recordedAt: "2026-03-02T09:30:00.000Z",
  forgotten: [{ id: EXAMPLE_ID, versions: 1, hash: "9f86d081884c7d65", derived: false }],
  skipped: [],
  more: false,
  steps: { ledger: "done" as const, index: "done" as const, blobs: "done" as const, log: "done" as const },
  fingerprints: {
    salt: "2c1743a391305fbf367df8e4f069f9f9",
    windows: [{ cube: EXAMPLE_ID, roll: 123_456, proof: "60303ae22b998861bce3b28f33eec1be" }],
    tooShort: [],
  },
  milliseconds: 41.5,
  warnings: [],
};

/** Forgetting many at once, for good, and the proof of it. */
export const FORGET_ROUTES: readonly Route[] = [
  route({
    operationId: "previewForget",
    method: "POST",
    path: "/v1/forget/preview",
    tag: "Lifecycle",
    summary: "See what would be forgotten",
    description: "Forgets nothing. The token in the answer forgets exactly what was shown, or nothing.",
    accepts: "json",
    params: {},
    input: { selector: forgetSelectorSchema },
    errors: [],
    example: { input: { scope: SCOPE, selector: { actors: ["crawler"], to: "2026-01-01" } } },
    success: {
      status: 200,
      description: "How many there are, the first of them, and the token.",
      schema: forgetPreviewSchema,
      example: {
        count: 1,
        derived: 0,
        held: [],
        sample: [{ id: EXAMPLE_ID, text: "I moved to Lisbon in March." }],
        more: false,
        token: "9f86d081884c7d659a2feaa0c55ad015",
      },
    },
    handle: { json: ({ memos, scope, input }) => memos.forgetting.preview(input.selector, scope) },
  }),
  route({
    operationId: "forgetMemories",
    method: "POST",
    path: "/v1/forget",
    tag: "Lifecycle",
    summary: "Forget some",
    description:
      "By id, person, source, time, field, or what a search finds. A tombstone can be undone; a purge takes the content out of the store for good, and its receipt can be verified.",
    accepts: "json",
    params: {},
    input: {
      selector: forgetSelectorSchema,
      mode: forgetModeSchema.default("tombstone"),
      token: forgetSelectionOptionsSchema.shape.token.describe("From a preview."),
      actor: forgetSelectionOptionsSchema.shape.actor,
      cause: forgetSelectionOptionsSchema.shape.cause.describe("Why; kept with a tombstone."),
    },
    errors: ["CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { scope: SCOPE, selector: { ids: [EXAMPLE_ID] }, mode: "purge" } },
    success: {
      status: 200,
      description: "The receipt.",
      schema: purgeReceiptSchema,
      example: EXAMPLE_RECEIPT,
    },
    handle: {
      json: ({ memos, scope, input: { selector, ...options }, signal }) =>
        memos.forgetting.forget(selector, scope, { ...options, signal }),
    },
  }),
  route({
    operationId: "verifyForget",
    method: "POST",
    path: "/v1/forget/verify",
    tag: "Lifecycle",
    summary: "Verify a purge",
    description: "Reads every byte of the store and looks for what the purge of a receipt was to remove.",
    accepts: "json",
    params: {},
    input: { receipt: purgeReceiptSchema },
    errors: ["FORBIDDEN"],
    example: { input: { receipt: EXAMPLE_RECEIPT } },
    success: {
      status: 200,
      description: "What was looked at and what was found.",
      schema: verifyResultSchema,
      example: {
        clean: true,
        files: 12,
        bytes: 4_194_304,
        windows: 1,
        found: [],
        remains: [],
        saidElsewhere: 0,
        tooShort: [],
        pending: false,
        milliseconds: 120.5,
      },
    },
    handle: {
      json: ({ memos, scope, input: { receipt }, signal }) =>
        memos.forgetting.verify(receipt, scope, { signal }),
    },
  }),
];
