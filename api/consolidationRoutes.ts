import * as z from "zod";
import { cubeIdSchema } from "../memcube/index.js";
import {
  type ConsolidationRun,
  consolidationPlanSchema,
  consolidationRunSchema,
  planOptionsSchema,
  runOptionsSchema,
  runsOptionsSchema,
  undoneRunSchema,
} from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const scope = { user: "ana" };
const PROPOSAL = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

const exampleRun: ConsolidationRun = {
  id: EXAMPLE_ID,
  scope: EXAMPLE_CUBE.scope,
  startedAt: EXAMPLE_CUBE.time.recordedAt,
  made: [{ proposal: PROPOSAL, kind: "merge", cube: EXAMPLE_ID }],
  merged: 2,
  links: 0,
  skipped: [],
  llmCalls: 0,
  llmTokens: 0,
  milliseconds: 12.5,
  stoppedBy: "done",
};

/** What is made of memories while nobody asks for anything. */
export const CONSOLIDATION_ROUTES: readonly Route[] = [
  route({
    operationId: "planConsolidation",
    method: "POST",
    path: "/v1/consolidation/plan",
    tag: "Read",
    summary: "Plan a consolidation",
    description:
      "The dry run: near-duplicates to be merged, conversations to be summarised, contradictions, outdated facts, what episodes come to (kinds `distil` and, with a model, `insight`). Changes nothing.",
    accepts: "json",
    params: {},
    input: {
      limit: planOptionsSchema.shape.limit,
      milliseconds: planOptionsSchema.shape.milliseconds,
      kinds: planOptionsSchema.shape.kinds,
    },
    errors: [],
    example: { input: { scope, limit: 20 } },
    success: {
      status: 200,
      description: "What a run would do and why.",
      schema: consolidationPlanSchema,
      example: {
        proposals: [
          {
            kind: "merge",
            id: PROPOSAL,
            cubes: [EXAMPLE_ID],
            why: "2 memories say the same in nearly the same words.",
            makes: { type: "episodic", text: "I love hiking in the mountains." },
          },
        ],
        complete: true,
        milliseconds: 8.1,
      },
    },
    handle: {
      json: ({ memos, scope: owner, input, signal }) => memos.consolidation.plan(owner, { ...input, signal }),
    },
  }),
  route({
    operationId: "runConsolidation",
    method: "POST",
    path: "/v1/consolidation/run",
    tag: "Write",
    summary: "Consolidate",
    description:
      "Applies what a plan proposes, within a budget and only while nobody adds, searches or recalls: otherwise it ends with `busy`.",
    accepts: "json",
    params: {},
    input: {
      budget: runOptionsSchema.shape.budget,
      kinds: runOptionsSchema.shape.kinds,
      proposals: runOptionsSchema.shape.proposals,
    },
    errors: ["CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { scope, budget: { milliseconds: 2_000, calls: 0 } } },
    success: {
      status: 200,
      description: "What was made, what was skipped and why, what it cost, why it ended.",
      schema: consolidationRunSchema,
      example: exampleRun,
    },
    handle: {
      json: ({ memos, scope: owner, input: { budget, kinds, proposals }, signal }) =>
        memos.consolidation.run(owner, { budget, kinds, proposals, signal }),
    },
  }),
  route({
    operationId: "listConsolidations",
    method: "GET",
    path: "/v1/consolidation/runs",
    tag: "Read",
    summary: "List consolidations",
    description: "Runs that came to something, the latest first.",
    accepts: "query",
    params: {},
    input: { limit: runsOptionsSchema.shape.limit.describe("How many at most.") },
    errors: [],
    example: { input: scope },
    success: {
      status: 200,
      description: "The runs.",
      schema: z.strictObject({ runs: z.array(consolidationRunSchema) }).meta({ id: "ConsolidationRuns" }),
      example: { runs: [exampleRun] },
    },
    handle: {
      json: async ({ memos, scope: owner, input: { limit } }) => ({
        runs: await memos.consolidation.runs(owner, { limit }),
      }),
    },
  }),
  route({
    operationId: "undoConsolidation",
    method: "POST",
    path: "/v1/consolidation/runs/{id}/undo",
    tag: "Write",
    summary: "Undo a consolidation",
    description: "Takes back what a run made; what somebody has changed since is left and named.",
    accepts: "json",
    params: { id: cubeIdSchema },
    input: {},
    errors: ["NOT_FOUND", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: { id: EXAMPLE_ID }, input: { scope } },
    success: {
      status: 200,
      description: "What was undone and what was left.",
      schema: undoneRunSchema,
      example: {
        id: EXAMPLE_ID,
        undone: [{ kind: "merge", cube: EXAMPLE_ID, sources: [EXAMPLE_ID] }],
        left: [],
        milliseconds: 4.2,
      },
    },
    handle: { json: ({ memos, scope: owner, params }) => memos.consolidation.undo(params.id, owner) },
  }),
];
