import { chatAgent } from "../../../agents/chat/index.js";
import type { Scope } from "../../../memcube/index.js";
import type { ChatEvent, ChatOptions, MemOS, ToolDefinition } from "../../../memos/index.js";
import { HttpError } from "../../problem.js";
import type { Notes } from "../notes.js";
import type { Call } from "./call.js";
import { notHere } from "./fail.js";
import type { AboutText } from "./longContext.js";
import type { Conversation } from "./messages.js";
import { chatOptions, memorySettings } from "./options.js";
import { otherMetadata, type Stated } from "./scope.js";

/** What both kinds of requests come to. */
export interface Wanted {
  readonly stated: Stated;
  readonly conversation: Conversation;
  /** The text that the question came with: it is asked of that alone, and nothing else is remembered. */
  readonly about?: AboutText | undefined;
  readonly model: string;
  readonly maxTokens: number | null | undefined;
  readonly sampling: Pick<ChatOptions, "temperature" | "topP" | "seed">;
  readonly tools: readonly ToolDefinition[];
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  readonly stop: readonly string[] | undefined;
}

export interface Asked {
  /** The name of the model that answers. */
  readonly model: string;
  readonly events: AsyncGenerator<ChatEvent, void, undefined>;
}

/**
 * Asks the model, with the memory of whom the request names.
 *
 * @throws MemosError INVALID_INPUT where nobody is named or something is not here; UNSUPPORTED without a model.
 */
export async function ask(call: Call, wanted: Wanted): Promise<Asked> {
  const { memos, request, notes } = call;
  const { conversation, about, stated, sampling, maxTokens, tools, schema, stop } = wanted;
  const named = call.scope(stated);
  const scope = about?.scope ?? named;
  const said = memorySettings(request, scope);
  const settings =
    about === undefined ? said : { ...said, remember: false, budget: said.budget ?? about.budget };
  for (const key of otherMetadata(stated.metadata).slice(0, NAMED))
    notes.add("ignored", `\`metadata.${key.slice(0, 64).toWellFormed()}\` changes nothing here.`);
  const model = await chatModel(memos, scope, wanted.model, notes);
  if (schema !== undefined && tools.length > 0)
    throw notHere("response_format", "An answer has a form or calls tools here, not both.");
  if (schema !== undefined && !model.schema)
    throw notHere("response_format", `${model.name} cannot keep to the form of an answer.`);
  if (tools.length > 0 && !model.tools) throw notHere("tools", `${model.name} cannot call tools.`);
  const { instructions, earlier, since } = conversation;
  const options = await chatOptions(memos, scope, settings, { instructions, maxTokens, ...sampling }, call);
  const events = chatAgent(memos).goOn(
    about?.question ?? conversation.question,
    scope,
    {
      ...(about === undefined ? {} : { sought: about.sought }),
      kept: { earlier, since },
      blank: !settings.recall,
      ...(tools.length === 0 ? {} : { callerTools: tools }),
      ...(schema === undefined ? {} : { schema }),
      ...(stop === undefined ? {} : { stop }),
    },
    options,
  );
  return { model: model.name, events };
}

/** Fields of metadata that are told back by name. */
const NAMED = 16;

/** The model that answers, whatever name the client hopes for: there is one, and the answer says which. */
async function chatModel(memos: MemOS, scope: Scope, wanted: string, notes: Notes) {
  const { chat } = await memos.models.list(scope);
  if (chat === undefined)
    throw new HttpError(
      "UNSUPPORTED",
      "There is no model to talk to here; embeddings and memory work without.",
      {
        status: 501,
        title: "No model",
        remedy:
          "Start the server with one, as `memos serve --model qwen2.5-0.5b` after `memos models pull qwen2.5-0.5b`, or with MEMOS_MODEL_URL and MEMOS_MODEL for a server that has one.",
      },
    );
  if (wanted !== chat.name)
    notes.add(
      "model",
      `There is one model here: ${chat.name} answers for \`${wanted.slice(0, 64).toWellFormed()}\`.`,
    );
  return chat;
}
