import { randomUUID } from "node:crypto";
import type { Token } from "node-llama-cpp";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { ChatMessage, GenerateEvent, TokenUse, ToolDefinition } from "../engine.js";
import type { GenerateCall } from "../generateCall.js";
import { type Answer, answer } from "./answering.js";
import { type AnswerForm, answerForm, choiceSchema, toolsText } from "./answerSchema.js";
import { salted } from "./liveSequences.js";
import type { LoadedModel } from "./loadedModel.js";
import { prefillToAnswer } from "./prefill.js";
import type { Rendering } from "./rendering.js";
import { restore } from "./restoring.js";

/** The second attempt at an answer that did not follow its schema must be able to differ from the first. */
const RETRY_TEMPERATURE = 0.5;

/**
 * Answers a conversation. The prompt's beginning is taken from a live sequence or from the stored state, whichever
 * has more of it; what was evaluated stays live.
 *
 * With a schema the answer is given out when it is known to follow it. With tools the model writes JSON that says
 * either an answer or a call, so that any model can choose; the answer is then given out in one piece as well.
 *
 * @throws MemosError INVALID_INPUT for a prompt that does not fit, MODEL_FAILED for an answer that does not follow
 * its schema twice, ABORTED.
 */
export async function generate(
  loaded: LoadedModel,
  call: GenerateCall,
  signal: AbortSignal,
  emit: (event: GenerateEvent) => void,
): Promise<void> {
  const started = performance.now();
  const { context, rendering, model } = loaded;
  const messages = withTools(call.messages, call.tools);
  const prompt = rendering.prompt(messages);
  const boundary = boundaryOf(rendering, messages);
  assertFits(prompt.length, call.maxTokens, context.contextTokens);
  const form = await formOf(loaded, call);
  await context.use(call.adapters, async ({ live, key }) => {
    throwIfAborted(signal);
    const lease = await live.lease(salted(key, call.salt), prompt);
    const { sequence } = lease;
    let spoiled = true;
    try {
      throwIfAborted(signal);
      const restored = await restore(loaded, call, prompt, lease.shared, sequence);
      const { kept, rest } = await prefillToAnswer(sequence, prompt, boundary, signal);
      const fromState = restored.used ? kept : 0;
      const use = (generated: number): TokenUse => ({
        prompt: prompt.length,
        reused: kept - fromState,
        restored: fromState,
        prefilled: prompt.length - kept,
        generated,
      });
      emit({
        kind: "prompt",
        tokens: use(0),
        ...(restored.miss === undefined ? {} : { miss: restored.miss }),
      });
      let firstTokenMs = 0;
      const attempt: Attempt = (rest, temperature, onText) =>
        answer({
          ...call,
          sequence,
          model,
          rendering,
          rest,
          temperature,
          signal,
          onText,
          onFirstToken: () => {
            if (firstTokenMs === 0) firstTokenMs = performance.now() - started;
          },
          ...(form === undefined ? {} : formed(loaded, form)),
        });
      const end = (reason: "stop" | "length" | "toolCalls", generated: number) =>
        emit({
          kind: "end",
          reason,
          tokens: use(generated),
          firstTokenMs,
          totalMs: performance.now() - started,
          restoreMs: restored.ms,
        });
      const again = async () => (await prefillToAnswer(sequence, prompt, boundary, signal)).rest;
      if (form === undefined) {
        const given = await attempt(rest, call.temperature, (text) => emit({ kind: "text", text }));
        end(given.reason, given.tokens);
      } else {
        const { reason, tokens } = await formedAnswer(form, call, rest, attempt, again, emit);
        end(reason, tokens);
      }
      spoiled = false;
    } catch (error) {
      // What is evaluated stays right when the caller goes away between two steps.
      spoiled = !isMemosError(error, "ABORTED");
      throw error;
    } finally {
      await lease.release(spoiled);
    }
  });
}

const boundaries = new WeakMap<Rendering, { readonly system: string; readonly tokens: number }>();

/** Tokens of the system message, which is what states are made of. The last one is remembered: it seldom changes. */
function boundaryOf(rendering: Rendering, [first]: readonly ChatMessage[]): number {
  if (first?.role !== "system") return 0;
  const known = boundaries.get(rendering);
  if (known?.system === first.content) return known.tokens;
  const tokens = rendering.beginning([first]).length;
  boundaries.set(rendering, { system: first.content, tokens });
  return tokens;
}

/** @throws MemosError INVALID_INPUT with the counts. */
export function assertFits(prompt: number, answer: number, room: number): void {
  if (prompt + answer > room)
    throw new MemosError(
      "INVALID_INPUT",
      `The prompt has ${prompt} tokens and the answer may have ${answer}; the context has room for ${room} together.`,
      { path: "messages" },
    );
}

/** The tools are part of the system's text, which comes first. */
function withTools(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): readonly ChatMessage[] {
  if (tools.length === 0) return messages;
  const [first, ...others] = messages;
  const text = toolsText(tools);
  if (first?.role !== "system") return [{ role: "system", content: text }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${text}` }, ...others];
}

async function formOf({ llama }: LoadedModel, call: GenerateCall): Promise<AnswerForm | undefined> {
  if (call.schema !== undefined && call.tools.length > 0)
    throw new MemosError("INVALID_INPUT", "`tools`: cannot be used together with `schema`.", {
      path: "tools",
    });
  if (call.tools.length > 0) return answerForm(llama, choiceSchema(call.tools));
  return call.schema === undefined ? undefined : answerForm(llama, call.schema);
}

function formed({ binding, model }: LoadedModel, { grammar, check }: AnswerForm) {
  return {
    grammar: new binding.LlamaGrammarEvaluationState({ model, grammar }),
    stop: [],
    // A number, for example, may go on; a bracket or a new line ends it.
    isWhole: (text: string) => /[}\]\n]$/.test(text) && "value" in check(text),
  };
}

/** Answers once, after the last tokens of the prompt. */
type Attempt = (
  rest: readonly Token[],
  temperature: number,
  onText: (text: string) => void,
) => Promise<Answer>;

/** @param again brings the sequence back to where an answer begins. */
async function formedAnswer(
  form: AnswerForm,
  call: GenerateCall,
  first: readonly Token[],
  attempt: Attempt,
  again: () => Promise<readonly Token[]>,
  emit: (event: GenerateEvent) => void,
): Promise<{ reason: "stop" | "length" | "toolCalls"; tokens: number }> {
  let tokens = 0;
  let rest = first;
  for (let repeated = false; ; repeated = true) {
    const temperature = repeated ? Math.max(call.temperature, RETRY_TEMPERATURE) : call.temperature;
    const given = await attempt(rest, temperature, () => undefined);
    tokens += given.tokens;
    const result = form.check(given.text);
    if ("value" in result) return { ...giveOut(call, given.text.trim(), result.value, emit), tokens };
    if (given.reason === "length") {
      // The beginning of an answer says what there was no room for; the beginning of a call says nothing.
      if (call.schema !== undefined) emit({ kind: "text", text: given.text });
      return { reason: "length", tokens };
    }
    if (repeated)
      throw new MemosError("MODEL_FAILED", `The model's answer does not follow the schema: ${result.fault}`);
    rest = await again();
  }
}

function giveOut(
  call: GenerateCall,
  text: string,
  value: unknown,
  emit: (event: GenerateEvent) => void,
): { reason: "stop" | "toolCalls" } {
  if (call.schema !== undefined) {
    emit({ kind: "text", text });
    return { reason: "stop" };
  }
  const said = value as { readonly answer: string } | { readonly tool: string; readonly arguments: unknown };
  if ("answer" in said) {
    emit({ kind: "text", text: said.answer });
    return { reason: "stop" };
  }
  emit({ kind: "toolCall", id: randomUUID(), name: said.tool, arguments: JSON.stringify(said.arguments) });
  return { reason: "toolCalls" };
}
