import { randomUUID } from "node:crypto";
import { MemosError } from "../../../memcube/index.js";
import { type ChatEvent, type ChatReceipt, parse } from "../../../memos/index.js";
import { logDefect, requestIdOf } from "../../requestLog.js";
import { type Asked, ask } from "./ask.js";
import { type Call, tellNotes, WRITTEN } from "./call.js";
import { type CompletionFields, checkFields, completionFields, toolsOf } from "./completionFields.js";
import { EventStream } from "./eventStream.js";
import { toOpenAIError } from "./fail.js";
import { aboutText } from "./longContext.js";
import { conversationOf } from "./messages.js";
import { samplingOf, schemaOf } from "./options.js";
import { memoryOf, tellReceipt, usageOf } from "./receipt.js";

type ToolCall = Extract<ChatEvent, { kind: "toolCall" }>;

const REASONS = { stop: "stop", length: "length", toolCalls: "tool_calls" } as const;

/** `POST /v1/chat/completions`: recalls, answers, remembers. */
export async function complete(call: Call): Promise<unknown> {
  const input = parse(completionFields, call.body);
  checkFields(input, call.notes);
  const asked = await askedOf(call, input);
  const about = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1_000),
    model: asked.model,
  };
  return input.stream === true ? streamed(call, input, asked, about) : whole(call, asked, about);
}

async function askedOf(call: Call, input: CompletionFields): Promise<Asked> {
  const { stop, response_format: format } = input;
  const schema = schemaOf(
    format == null ? undefined : { type: format.type, schema: format.json_schema?.schema },
    "response_format",
  );
  const conversation = conversationOf(input.messages);
  return ask(call, {
    stated: input,
    conversation,
    about: await aboutText(call, conversation),
    model: input.model,
    maxTokens: input.max_completion_tokens ?? input.max_tokens,
    sampling: samplingOf(input),
    tools: toolsOf(input),
    schema,
    stop: stop == null ? undefined : [stop].flat(),
  });
}

type About = { readonly id: string; readonly created: number; readonly model: string };

async function whole({ response, notes }: Call, { events }: Asked, about: About): Promise<unknown> {
  const calls: ToolCall[] = [];
  let receipt: ChatReceipt | undefined;
  for await (const event of events) {
    if (event.kind === "toolCall") calls.push(event);
    else if (event.kind === "end") receipt = event.receipt;
  }
  if (receipt === undefined) throw new MemosError("INTERNAL", "The answer has no end.");
  tellReceipt(response, receipt);
  const { answer, reason } = receipt;
  return {
    ...about,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: answer === "" && calls.length > 0 ? null : answer,
          refusal: null,
          ...(calls.length === 0 ? {} : { tool_calls: calls.map(wireCall) }),
        },
        logprobs: null,
        finish_reason: REASONS[reason],
      },
    ],
    usage: usageOf(receipt),
    memory: memoryOf(receipt, notes),
  };
}

function wireCall({ id, name, arguments: given }: ToolCall) {
  return { id, type: "function", function: { name, arguments: given } };
}

async function streamed(
  call: Call,
  { stream_options }: CompletionFields,
  { events }: Asked,
  about: About,
): Promise<unknown> {
  const { response, signal, notes, logger } = call;
  tellNotes(response, notes);
  const stream = new EventStream(response, signal);
  const withUsage = stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], more: object = {}) =>
    stream.send({
      ...about,
      object: "chat.completion.chunk",
      choices,
      ...(withUsage ? { usage: null } : {}),
      ...more,
    });
  const delta = (said: object, finish: string | null = null, more: object = {}) =>
    chunk([{ index: 0, delta: said, logprobs: null, finish_reason: finish }], more);
  let calls = 0;
  try {
    for await (const event of events) {
      if (event.kind === "prompt") {
        if (!stream.hasBegun) await delta({ role: "assistant", content: "" });
      } else if (event.kind === "text") await delta({ content: event.text });
      else if (event.kind === "toolCall")
        await delta({ tool_calls: [{ index: calls++, ...wireCall(event) }] });
      else if (event.kind === "end") {
        const { receipt } = event;
        await delta({}, REASONS[receipt.reason], { memory: memoryOf(receipt, notes) });
        if (withUsage) await chunk([], { usage: usageOf(receipt) });
        await stream.send("[DONE]");
      }
    }
    return WRITTEN;
  } catch (error) {
    if (!stream.hasBegun) throw error;
    if (!signal.aborted) {
      logDefect(error, response, logger);
      await stream.send({ error: toOpenAIError(error, requestIdOf(response)).error });
    }
    return WRITTEN;
  } finally {
    stream.end();
  }
}
