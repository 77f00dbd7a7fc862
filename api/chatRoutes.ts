import { chatAgent, sayOptionsSchema } from "../agents/chat/index.js";
import {
  activationListSchema,
  chatEventSchema,
  chatMessageTextSchema,
  compileReceiptSchema,
  droppedSchema,
  placementPlanSchema,
} from "../memos/index.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };

const { signal: _signal, ...options } = sayOptionsSchema.shape;

const MODEL_ERRORS = ["UNSUPPORTED", "MODEL_FAILED", "MODEL_INVALID", "ENGINE_UNAVAILABLE"] as const;

/** Talking to a model with memory, and the compiled memory behind it. */
export const CHAT_ROUTES: readonly Route[] = [
  route({
    operationId: "chat",
    method: "POST",
    path: "/v1/chat",
    tag: "Chat",
    summary: "Talk, with memory",
    description:
      "Answers a message with what memory holds of its topic and its time, inferred in the light of the turns before, and remembers both. Secrets go into the vault, or nowhere, and into no prompt. Server-sent events: `prompt` with the tokens that were reused, restored and evaluated, `text` with pieces of the answer, `call` with a call that the model made when `tools` are offered, `end` with the receipt; `error` with a Problem when the model fails on the way. Turns of one session see those before them.",
    accepts: "json",
    params: {},
    input: { message: chatMessageTextSchema.describe("What is said."), ...options },
    errors: [...MODEL_ERRORS, "NOT_FOUND", "TOO_LARGE", "READ_ONLY"],
    example: { input: { scope: SCOPE, message: "Where do I live?", session: "monday", maxTokens: 64 } },
    success: {
      status: 200,
      description: "One event each.",
      schema: chatEventSchema,
      example: { kind: "text", text: "In Lisbon [1]." },
    },
    handle: {
      answer: ({ memos, scope, input: { message, ...wanted }, signal }) =>
        chatAgent(memos).say(message, scope, { ...wanted, signal }),
    },
  }),
  route({
    operationId: "listActivations",
    method: "GET",
    path: "/v1/activations",
    tag: "Chat",
    summary: "What is compiled",
    description: "The KV states of what prompts of exactly this scope begin with.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: SCOPE },
    success: {
      status: 200,
      description: "Each as a cube, with where its state is.",
      schema: activationListSchema,
      example: { activations: [] },
    },
    handle: { json: ({ memos, scope }) => memos.activations.list(scope) },
  }),
  route({
    operationId: "compileActivation",
    method: "POST",
    path: "/v1/activations",
    tag: "Chat",
    summary: "Compile memory",
    description:
      "Computes the KV state of the memory that prompts of this scope begin with, so that the next one needs no prefill of it. A server that keeps prefixes by itself (vLLM, SGLang, llama-server) is warmed with it by a request for one token: `reason` is `warmed`, and `cached` of the `tokens` were there already.",
    accepts: "json",
    params: {},
    input: {},
    errors: [...MODEL_ERRORS, "DISK_FULL", "READ_ONLY"],
    example: { input: { scope: SCOPE } },
    success: {
      status: 201,
      description: "What was compiled, or why nothing was.",
      schema: compileReceiptSchema,
      example: {
        operation: "compile",
        cube: null,
        reason: "empty",
        tokens: 0,
        cached: 0,
        bytes: 0,
        prefillMs: 0,
        saveMs: 0,
        milliseconds: 1.2,
      },
    },
    handle: { json: ({ memos, scope, signal }) => memos.activations.compile(scope, { signal }) },
  }),
  route({
    operationId: "planActivations",
    method: "GET",
    path: "/v1/activations/plan",
    tag: "Chat",
    summary: "What would be compiled",
    description: "What the placement policy would compile or give up now, why, and what it gains.",
    accepts: "query",
    params: {},
    input: {},
    errors: [...MODEL_ERRORS],
    example: { input: SCOPE },
    success: {
      status: 200,
      description: "Decisions; none when everything is where it should be.",
      schema: placementPlanSchema,
      example: { decisions: [] },
    },
    handle: { json: ({ memos, scope }) => memos.activations.plan(scope) },
  }),
  route({
    operationId: "dropActivations",
    method: "DELETE",
    path: "/v1/activations",
    tag: "Chat",
    summary: "Give up what is compiled",
    description: "The text is still there; prompts evaluate it again.",
    accepts: "query",
    params: {},
    input: {},
    errors: ["READ_ONLY"],
    example: { input: SCOPE },
    success: {
      status: 200,
      description: "How many states are gone.",
      schema: droppedSchema,
      example: { dropped: 1 },
    },
    handle: { json: ({ memos, scope }) => memos.activations.drop(scope) },
  }),
];
