import { MemosError, type Scope } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { type Conversation, messagesOf, tokensOf, withAnswer } from "../activation/conversation.js";
import type {
  Engine,
  GenerateEvent,
  GenerateRequest,
  TokenUse,
  ToolDefinition,
} from "../inference/engine.js";
import type { Warning } from "../operations.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import { CHAT_LIMITS } from "./limits.js";
import type { ChatCall, ChatEvent } from "./operations.js";
import type { ChatTool } from "./parts.js";
import { distinct, runCall, type WantedCall, writtenCall } from "./toolCall.js";

export interface Rounds {
  readonly engine: Engine;
  readonly conversation: Conversation;
  readonly tools: readonly ChatTool[];
  /** Tools that the caller runs, where there are no others. */
  readonly callerTools: readonly ToolDefinition[];
  readonly request: Omit<GenerateRequest, "messages" | "tools">;
  readonly counter: TokenCounter;
  /** Tokens of a prompt at most, without what it says of tools. */
  readonly maxTokens: number;
  readonly scope: Scope;
  /** What later prompts say of an answer. */
  readonly shown: (answer: string) => Promise<string>;
  /** Told of every event of the engine. */
  readonly heard: (event: GenerateEvent, messages: GenerateRequest["messages"], offered: number) => void;
}

type End = Extract<GenerateEvent, { kind: "end" }>;

export interface Answered {
  readonly conversation: Conversation;
  /** Everything that was said, in all rounds. */
  readonly answer: string;
  readonly reason: End["reason"];
  /** Of all rounds together. */
  readonly tokens: TokenUse;
  /** Of the first round, which a stored state has served. */
  readonly first: End;
  readonly miss: string | undefined;
  readonly rounds: number;
  readonly calls: readonly ChatCall[];
  /** Calls that the caller is to run, which ended the answer. */
  readonly wanted: readonly WantedCall[];
  readonly warnings: readonly Warning[];
}

/** What stands between what a model says before a call and after it. */
const BETWEEN = "\n\n";

/**
 * Lets the model answer, and call tools on the way: each answer that calls some is followed by their results and by
 * another answer, until one calls none. Only ever adds to the conversation, so that each prompt is the beginning of
 * the next.
 *
 * @throws MemosError MODEL_FAILED, ABORTED; then nothing of it counts.
 */
export async function* answerInRounds(asked: Rounds): AsyncGenerator<ChatEvent, Answered, undefined> {
  const { engine, tools, counter, request, shown } = asked;
  const calls: ChatCall[] = [];
  const warnings: Warning[] = [];
  const ids = new Set<string>();
  let { conversation } = asked;
  let answer = "";
  let first: End | undefined;
  let miss: string | undefined;
  let tokens: TokenUse = { prompt: 0, reused: 0, restored: 0, prefilled: 0, generated: 0 };
  for (let round = 1; ; round++) {
    const mayCall = round <= CHAT_LIMITS.rounds && calls.length < CHAT_LIMITS.calls;
    const offered = asked.callerTools.length > 0 ? asked.callerTools : mayCall ? tools : [];
    const messages = messagesOf(conversation);
    const wanted: WantedCall[] = [];
    let said = "";
    let end: End | undefined;
    // A stored state is the beginning of the first prompt; the engine holds it from there on.
    const { state, ...again } = request;
    for await (const event of engine.generate({
      ...(round === 1 ? { ...again, state } : again),
      messages,
      ...(offered.length === 0 ? {} : { tools: offered.map(definition) }),
    })) {
      asked.heard(event, messages, offered.length);
      if (event.kind === "prompt") {
        if (round === 1) miss = event.miss;
        yield { kind: "prompt", tokens: { ...event.tokens } };
      } else if (event.kind === "text") {
        if (said === "" && answer !== "" && event.text !== "") {
          answer += BETWEEN;
          yield { kind: "text", text: BETWEEN };
        }
        said += event.text;
        answer += event.text;
        yield { kind: "text", text: event.text };
      } else if (event.kind === "toolCall") wanted.push(event);
      else end = event;
    }
    if (end === undefined) throw new MemosError("MODEL_FAILED", "The model stopped without an end.");
    first ??= end;
    tokens = sumOf(tokens, end.tokens);
    const content = await shown(said);
    const forCaller = wanted.length > 0 && asked.callerTools.length > 0;
    if (forCaller || wanted.length === 0 || offered.length === 0) {
      if (round > 1 && offered.length === 0) warnings.push(LAST_ROUND);
      const toolCalls = forCaller
        ? wanted.map(({ id, name, arguments: given }) => ({ id: distinct(id, ids), name, arguments: given }))
        : [];
      const turn = { role: "assistant", content, ...(forCaller ? { toolCalls } : {}) } as const;
      conversation = withAnswer(conversation, turn, counter);
      for (const call of toolCalls) yield { kind: "toolCall", ...call };
      const unasked = end.reason === "toolCalls" ? "stop" : end.reason;
      return {
        conversation,
        answer,
        reason: forCaller ? "toolCalls" : unasked,
        tokens,
        first,
        miss,
        rounds: round,
        calls,
        wanted: toolCalls,
        warnings,
      };
    }
    const run = wanted.slice(0, Math.min(CHAT_LIMITS.callsAtOnce, CHAT_LIMITS.calls - calls.length));
    if (run.length < wanted.length) warnings.push(leftOut(wanted.length - run.length));
    const written = run.map((call) => writtenCall(call, ids));
    conversation = withAnswer(conversation, { role: "assistant", content, toolCalls: written }, counter);
    for (const [index, call] of run.entries()) {
      throwIfAborted(request.signal);
      // Each has its share of what is left, and what comes after them as well.
      const room = (asked.maxTokens - tokensOf(conversation)) / (run.length - index + 1);
      const { text, report } = await runCall(
        call,
        tools,
        { scope: asked.scope, signal: request.signal, round },
        (result) => counter.count(result) <= room,
      );
      const toolCallId = written[index]?.id ?? call.id;
      conversation = withAnswer(conversation, { role: "tool", content: text, toolCallId }, counter);
      calls.push(report);
      yield { kind: "call", call: report };
    }
  }
}

const LAST_ROUND: Warning = {
  code: "TOOLS_ENDED",
  message: `The model had called tools as often as it may (${CHAT_LIMITS.rounds} rounds, ${CHAT_LIMITS.calls} calls): it answered without.`,
};

function leftOut(calls: number): Warning {
  return {
    code: "CALLS_LEFT_OUT",
    message: `${calls} calls were not run: ${CHAT_LIMITS.callsAtOnce} at once are, and ${CHAT_LIMITS.calls} of a turn.`,
  };
}

function definition({ name, description, parameters }: ToolDefinition) {
  return { name, description, parameters };
}

function sumOf(one: TokenUse, other: TokenUse): TokenUse {
  return {
    prompt: one.prompt + other.prompt,
    reused: one.reused + other.reused,
    restored: one.restored + other.restored,
    prefilled: one.prefilled + other.prefilled,
    generated: one.generated + other.generated,
  };
}
