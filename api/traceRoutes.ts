import { replay, replaySchema } from "../agents/controller/replay.js";
import { sha256Schema } from "../memcube/hash.js";
import { type Trace, traceListOptionsSchema, traceListSchema, traceSchema } from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const scope = { user: "ana" };
const TRACE_ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const CORE_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8c";

const exampleTrace: Trace = {
  id: TRACE_ID,
  scope: EXAMPLE_CUBE.scope,
  at: EXAMPLE_CUBE.time.recordedAt,
  by: "rules",
  read: [{ cube: EXAMPLE_ID, version: 1, types: ["core", "episodic"] }],
  made: [{ operation: "add", cube: CORE_ID, version: 1, type: "core", from: [EXAMPLE_ID] }],
  refused: [{ what: "semantic", reason: "It is known already.", from: [EXAMPLE_ID] }],
  llmCalls: 0,
  llmTokens: 0,
  milliseconds: 2.1,
};

/** What the controller decided about new memories, and why. */
export const TRACE_ROUTES: readonly Route[] = [
  route({
    operationId: "listTraces",
    method: "GET",
    path: "/v1/traces",
    tag: "Read",
    summary: "Why memories were made",
    description:
      "What was decided about batches of new memories, the newest first: what each was taken for, what was made of it, what was not and why. Ids and reasons, never what a memory says. With `cube` those about one memory.",
    accepts: "query",
    params: {},
    input: {
      cube: traceListOptionsSchema.shape.cube.describe("Only those that read or made this memory."),
      limit: traceListOptionsSchema.shape.limit.describe("How many at most."),
      cursor: traceListOptionsSchema.shape.cursor.describe("From the page before."),
    },
    errors: [],
    example: { input: { ...scope, cube: EXAMPLE_ID } },
    success: {
      status: 200,
      description: "A page of traces.",
      schema: traceListSchema,
      example: { traces: [exampleTrace] },
    },
    handle: { json: ({ memos, scope: owner, input }) => memos.traces.list(owner, input) },
  }),
  route({
    operationId: "getTrace",
    method: "GET",
    path: "/v1/traces/{id}",
    tag: "Read",
    summary: "One trace",
    description: "What was decided about one batch of new memories, and why.",
    accepts: "query",
    params: { id: sha256Schema },
    input: {},
    errors: ["NOT_FOUND"],
    example: { params: { id: TRACE_ID }, input: scope },
    success: { status: 200, description: "The trace.", schema: traceSchema, example: exampleTrace },
    handle: { json: ({ memos, scope: owner, params }) => memos.traces.get(params.id, owner) },
  }),
  route({
    operationId: "replayTrace",
    method: "POST",
    path: "/v1/traces/{id}/replay",
    tag: "Read",
    summary: "Decide once more",
    description:
      "Decides once more, by the rules of today, about what a trace has read, at the versions that it read, and writes nothing. `same` tells whether it comes to the same memories.",
    accepts: "json",
    params: { id: sha256Schema },
    input: {},
    errors: ["NOT_FOUND"],
    example: { params: { id: TRACE_ID }, input: { scope } },
    success: {
      status: 200,
      description: "What was made once, and what would be made now.",
      schema: replaySchema,
      example: {
        trace: exampleTrace,
        made: [{ type: "core", text: "I live in Lisbon.", from: [EXAMPLE_ID] }],
        again: [{ type: "core", text: "I live in Lisbon.", from: [EXAMPLE_ID] }],
        same: true,
        refused: [],
        gone: [],
        by: "rules",
        llmCalls: 0,
        llmTokens: 0,
      },
    },
    handle: { json: ({ memos, scope: owner, params }) => replay(memos, params.id, owner) },
  }),
];
