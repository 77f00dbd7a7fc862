import { randomUUID } from "node:crypto";
import { MemosError } from "../../../memcube/index.js";
import { type ChatEvent, type ChatReceipt, parse } from "../../../memos/index.js";
import { logDefect, requestIdOf } from "../../requestLog.js";
import { type Asked, ask } from "./ask.js";
import { type Call, tellNotes, WRITTEN } from "./call.js";
import { EventStream } from "./eventStream.js";
import { toOpenAIError } from "./fail.js";
import { conversationOf } from "./messages.js";
import { samplingOf, schemaOf } from "./options.js";
import { memoryOf, tellReceipt, usageOf } from "./receipt.js";
import {
  checkResponse,
  messagesOf,
  RESPONSE_FIELDS,
  type ResponseFields,
  responseFields,
  responseTools,
} from "./responseFields.js";
import { noteUnknown } from "./unknownFields.js";

type ToolCall = Extract<ChatEvent, { kind: "toolCall" }>;
type Status = "in_progress" | "completed" | "incomplete" | "failed";

/** `POST /v1/responses`: the same as a chat completion, in items. */
export async function respond(call: Call): Promise<unknown> {
  const input = parse(responseFields, call.body);
  checkResponse(input);
  noteUnknown(input, RESPONSE_FIELDS, call.notes);
  const format = input.text?.format;
  const asked = await ask(call, {
    stated: input,
    conversation: conversationOf(messagesOf(input)),
    model: input.model,
    maxTokens: input.max_output_tokens,
    sampling: samplingOf(input),
    tools: responseTools(input),
    schema: schemaOf(format, "text.format"),
    stop: undefined,
  });
  const answer = new Answer(input, asked.model);
  return input.stream === true ? streamed(call, asked, answer) : whole(call, asked, answer);
}

/** A response as it grows: its text first, then its calls. */
class Answer {
  readonly #input: ResponseFields;
  readonly #model: string;
  readonly #id = `resp_${randomUUID()}`;
  readonly #created = Math.floor(Date.now() / 1_000);
  readonly messageId = `msg_${randomUUID()}`;
  text = "";
  readonly calls: { readonly id: string; readonly call: ToolCall }[] = [];

  constructor(input: ResponseFields, model: string) {
    this.#input = input;
    this.#model = model;
  }

  get hasMessage(): boolean {
    return this.text !== "" || this.calls.length === 0;
  }

  part() {
    return { type: "output_text", text: this.text, annotations: [], logprobs: [] };
  }

  message(status: Status) {
    const content = status === "in_progress" ? [] : [this.part()];
    return { id: this.messageId, type: "message", role: "assistant", status, content };
  }

  take(call: ToolCall) {
    const item = { id: `fc_${randomUUID()}`, call };
    this.calls.push(item);
    return item;
  }

  response(status: Status, more: object = {}) {
    const { instructions, tools, tool_choice, temperature, top_p, max_output_tokens, metadata, text } =
      this.#input;
    const done = status !== "in_progress";
    return {
      id: this.#id,
      object: "response",
      created_at: this.#created,
      status,
      model: this.#model,
      error: null,
      incomplete_details: null,
      instructions: instructions ?? null,
      metadata: metadata ?? {},
      max_output_tokens: max_output_tokens ?? null,
      output: done
        ? [...(this.hasMessage ? [this.message("completed")] : []), ...this.calls.map(callItem)]
        : [],
      parallel_tool_calls: true,
      previous_response_id: null,
      store: false,
      temperature: temperature ?? null,
      top_p: top_p ?? null,
      text: text ?? { format: { type: "text" } },
      tool_choice: tool_choice ?? "auto",
      tools: tools ?? [],
      usage: null,
      ...more,
    };
  }
}

function callItem({ id, call }: Answer["calls"][number]) {
  return {
    id,
    type: "function_call",
    call_id: call.id,
    name: call.name,
    arguments: call.arguments,
    status: "completed",
  };
}

function ended(answer: Answer, receipt: ChatReceipt, call: Call) {
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = usageOf(receipt);
  const cut = receipt.reason === "length";
  return answer.response(cut ? "incomplete" : "completed", {
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    usage: {
      input_tokens: prompt_tokens,
      input_tokens_details: prompt_tokens_details,
      output_tokens: completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens,
    },
    memory: memoryOf(receipt, call.notes),
  });
}

async function whole(call: Call, { events }: Asked, answer: Answer): Promise<unknown> {
  for await (const event of events) {
    if (event.kind === "text") answer.text += event.text;
    else if (event.kind === "toolCall") answer.take(event);
    else if (event.kind === "end") {
      tellReceipt(call.response, event.receipt);
      return ended(answer, event.receipt, call);
    }
  }
  throw new MemosError("INTERNAL", "The answer has no end.");
}

async function streamed(call: Call, { events }: Asked, answer: Answer): Promise<unknown> {
  const { response, signal, notes, logger } = call;
  tellNotes(response, notes);
  const stream = new EventStream(response, signal);
  let sequence = 0;
  const send = (type: string, data: object) =>
    stream.send({ type, sequence_number: sequence++, ...data }, type);
  const at = { item_id: answer.messageId, output_index: 0, content_index: 0 };
  let open = false;
  const openMessage = async () => {
    if (open) return;
    open = true;
    await send("response.output_item.added", { output_index: 0, item: answer.message("in_progress") });
    await send("response.content_part.added", { ...at, part: { ...answer.part(), text: "" } });
  };
  const closeMessage = async () => {
    if (!open) return;
    open = false;
    await send("response.output_text.done", { ...at, text: answer.text, logprobs: [] });
    await send("response.content_part.done", { ...at, part: answer.part() });
    await send("response.output_item.done", { output_index: 0, item: answer.message("completed") });
  };
  try {
    for await (const event of events) {
      if (event.kind === "prompt" && !stream.hasBegun) {
        await send("response.created", { response: answer.response("in_progress") });
        await send("response.in_progress", { response: answer.response("in_progress") });
      } else if (event.kind === "text") {
        await openMessage();
        answer.text += event.text;
        await send("response.output_text.delta", { ...at, delta: event.text, logprobs: [] });
      } else if (event.kind === "toolCall") {
        await closeMessage();
        await sendCall(send, answer, event);
      } else if (event.kind === "end") {
        if (answer.hasMessage && answer.calls.length === 0) await openMessage();
        await closeMessage();
        const whole = ended(answer, event.receipt, call);
        await send(`response.${whole.status}`, { response: whole });
      }
    }
    return WRITTEN;
  } catch (error) {
    if (!stream.hasBegun) throw error;
    if (!signal.aborted) {
      logDefect(error, response, logger);
      const { error: said } = toOpenAIError(error, requestIdOf(response));
      await send("error", said);
    }
    return WRITTEN;
  } finally {
    stream.end();
  }
}

async function sendCall(
  send: (type: string, data: object) => Promise<void>,
  answer: Answer,
  event: ToolCall,
): Promise<void> {
  const taken = answer.take(event);
  const output_index = answer.calls.length - 1 + (answer.text === "" ? 0 : 1);
  const item = callItem(taken);
  const about = { item_id: taken.id, output_index };
  await send("response.output_item.added", {
    output_index,
    item: { ...item, arguments: "", status: "in_progress" },
  });
  await send("response.function_call_arguments.delta", { ...about, delta: event.arguments });
  await send("response.function_call_arguments.done", {
    ...about,
    name: event.name,
    arguments: event.arguments,
  });
  await send("response.output_item.done", { output_index, item });
}
