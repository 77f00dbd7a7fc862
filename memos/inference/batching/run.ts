import { contentHash, isMemosError, MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { parse } from "../../parse.js";
import { mapInSlices } from "../../store/index/slice.js";
import type { ChatMessage, Engine, GenerateEvent, GenerateRequest, TokenUse } from "../engine.js";
import { Gate } from "../gate.js";
import {
  type BatchOptions,
  type BatchPlan,
  batchOptionsSchema,
  checkIds,
  checkTokens,
  type PlannedRequest,
  planTree,
} from "./plan.js";
import { PrefixTree } from "./prefixTree.js";

export interface BatchRequest extends GenerateRequest {
  /** Unique within the batch. */
  readonly id: string;
}

type EventOf<Kind extends GenerateEvent["kind"]> = Extract<GenerateEvent, { kind: Kind }>;

export type BatchResult =
  | {
      readonly id: string;
      readonly status: "done";
      readonly text: string;
      readonly toolCalls: readonly Omit<EventOf<"toolCall">, "kind">[];
      readonly reason: EventOf<"end">["reason"];
      readonly tokens: TokenUse;
    }
  | { readonly id: string; readonly status: "failed"; readonly error: MemosError };

export interface BatchRun {
  /** One for each request, in the order of the requests. */
  readonly results: readonly BatchResult[];
  /** Of the requests whose prompts the engine could read. */
  readonly plan: BatchPlan;
}

/** Characters that stand for one token where the engine does not say what its tokens are. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Answers many requests in the order of {@link planBatches}: as many groups at once as the engine has live states,
 * and in a group one request after the other, so that each goes on from what the one before has left. The plan
 * counts exact tokens where the engine tells them, and four characters as one elsewhere.
 *
 * A request that fails is a result with its error; the others go on.
 *
 * @throws MemosError INVALID_INPUT for an id that appears twice, TOO_LARGE for more than `BATCH_LIMITS` allow,
 * ABORTED when the signal says so, once nothing runs any more.
 */
export async function runBatch(
  engine: Engine,
  requests: readonly BatchRequest[],
  options: BatchOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<BatchRun> {
  const { signal, ...planning } = options;
  const settings = parse(batchOptionsSchema, planning);
  checkIds(requests);
  throwIfAborted(signal);
  const results = new Map<string, BatchResult>();
  const byId = new Map<string, BatchRequest>();
  for (const request of requests) byId.set(request.id, withSignal(request, signal));
  const planned = await promptsOf(engine, requests, settings.liveStates, signal, results);
  const tree = new PrefixTree();
  await mapInSlices(planned, ({ tokens, salt }) => tree.add(tokens, salt));
  const plan = planTree(tree, planned, settings);
  const groups = plan.groups.values();
  const lane = async () => {
    for (const { members } of groups)
      for (const id of members) {
        if (signal?.aborted === true) return;
        results.set(id, await resultOf(id, () => answer(engine, byId.get(id) as BatchRequest)));
      }
  };
  await Promise.all(Array.from({ length: settings.liveStates }, lane));
  throwIfAborted(signal);
  return { results: requests.map(({ id }) => results.get(id) as BatchResult), plan };
}

function withSignal(request: BatchRequest, signal: AbortSignal | undefined): BatchRequest {
  if (signal === undefined || request.signal === undefined)
    return { ...request, signal: signal ?? request.signal };
  return { ...request, signal: AbortSignal.any([signal, request.signal]) };
}

/** What the requests are to the plan; for those that cannot be read there is a result at once. */
async function promptsOf(
  engine: Engine,
  requests: readonly BatchRequest[],
  concurrency: number,
  signal: AbortSignal | undefined,
  results: Map<string, BatchResult>,
): Promise<PlannedRequest[]> {
  const gate = new Gate(concurrency);
  let total = 0;
  const prompts = await Promise.all(
    requests.map(({ id, messages, maxTokens, adapters, tools, salt }) =>
      gate.run(async (): Promise<PlannedRequest[]> => {
        throwIfAborted(signal);
        checkTokens(total);
        try {
          const tokens = engine.capabilities.tokens
            ? await engine.tokenize(messages, signal)
            : estimatedTokens(messages);
          if (tokens.length === 0) throw new MemosError("INVALID_INPUT", "A prompt needs a message.");
          total += tokens.length;
          const shape = { adapters: adapters?.map(({ sha256, scale }) => ({ sha256, scale })), tools, salt };
          return [{ id, tokens, maxTokens, salt: contentHash(shape) }];
        } catch (error) {
          throwIfAborted(signal);
          results.set(id, failed(id, error));
          return [];
        }
      }),
    ),
  );
  checkTokens(total);
  return prompts.flat();
}

/** Equal beginnings give equal numbers; that is all that a plan needs. */
function estimatedTokens(messages: readonly ChatMessage[]): Int32Array {
  const text = messages.map((message) => `${message.role}\n${message.content}\n`).join("");
  const tokens = new Int32Array(Math.ceil(text.length / CHARACTERS_PER_TOKEN));
  for (let at = 0; at < text.length; at++) {
    const token = Math.floor(at / CHARACTERS_PER_TOKEN);
    tokens[token] = Math.imul((tokens[token] as number) ^ text.charCodeAt(at), 0x0100_0193);
  }
  return tokens;
}

async function resultOf(id: string, work: () => Promise<BatchResult>): Promise<BatchResult> {
  try {
    return await work();
  } catch (error) {
    return failed(id, error);
  }
}

function failed(id: string, error: unknown): BatchResult {
  const known = isMemosError(error)
    ? error
    : new MemosError("INTERNAL", "The engine failed in a way that it does not name.", { cause: error });
  return { id, status: "failed", error: known };
}

async function answer(engine: Engine, { id, ...request }: BatchRequest): Promise<BatchResult> {
  let text = "";
  const toolCalls: Omit<EventOf<"toolCall">, "kind">[] = [];
  for await (const event of engine.generate(request)) {
    if (event.kind === "text") text += event.text;
    else if (event.kind === "toolCall") {
      const { kind: _, ...call } = event;
      toolCalls.push(call);
    } else if (event.kind === "end")
      return { id, status: "done", text, toolCalls, reason: event.reason, tokens: event.tokens };
  }
  throw new MemosError("MODEL_FAILED", "The engine ended an answer without saying why.");
}
