import type { LanguageModelMiddleware } from "ai";
import * as z from "zod";
import { type Scope, scopeSchema } from "../../../memcube/index.js";
import {
  type MemOS,
  type Message,
  parse,
  recallOptionsSchema,
  type WriteReceipt,
} from "../../../memos/index.js";
import { remember } from "../../intake/remember.js";
import { promptMemory } from "../promptMemory.js";
import { storable } from "../said.js";
import { warn } from "../warn.js";
import { newWords, type Prompt, questionIn, withMemory, wordsOf } from "./prompt.js";

const optionsSchema = z.strictObject({
  scope: scopeSchema,
  budget: recallOptionsSchema.shape.budget,
  onError: z.custom<(error: unknown) => void>((value) => typeof value === "function").default(() => warn),
});

export interface MemoryMiddlewareOptions {
  /** Whose memory. What is recalled is the user's, of every session; what is said is kept under this session. */
  readonly scope: Scope;
  /** Tokens of memory in a prompt, at most; 800 unless said otherwise. */
  readonly budget?: number;
  /** Told when memory fails; the model is asked without it. A process warning unless said otherwise. */
  readonly onError?: (error: unknown) => void;
}

type Metadata = { memos: { remembered: string[]; warnings: { code: string; message: string }[] } };

/**
 * Gives a model of the Vercel AI SDK a memory: what is relevant goes into each prompt, what was said is kept after
 * each answer, its secrets in the vault. A call that fails or is cancelled leaves nothing. `providerMetadata.memos` says what was kept.
 *
 * @throws MemosError INVALID_INPUT for options that are not valid.
 * @example
 * const model = wrapLanguageModel({ model: openai("gpt-5"), middleware: memoryMiddleware(memos, { scope }) });
 */
export function memoryMiddleware(memos: MemOS, options: MemoryMiddlewareOptions): LanguageModelMiddleware {
  const { scope, budget, onError } = parse(optionsSchema, options);

  /** What was said in a call, kept; what cannot be kept fails no call. */
  async function keep(prompt: Prompt, answer: string): Promise<Metadata | undefined> {
    const messages: Message[] = [
      { role: "user" as const, content: storable(newWords(prompt) ?? "") },
      { role: "assistant" as const, content: storable(answer) },
    ].flatMap(({ role, content }) => (content === undefined ? [] : [{ role, content }]));
    if (messages.length === 0) return undefined;
    try {
      return metadataOf(await remember(memos, messages, scope));
    } catch (error) {
      onError(error);
      return undefined;
    }
  }

  return {
    specificationVersion: "v3",
    transformParams: async ({ params }) => {
      const { prompt, abortSignal } = params;
      try {
        const memory = await promptMemory(memos, scope, {
          question: questionIn(prompt),
          said: new Set(prompt.map(wordsOf)),
          budget,
          signal: abortSignal,
        });
        return { ...params, prompt: withMemory(prompt, memory) };
      } catch (error) {
        if (abortSignal?.aborted !== true) onError(error);
        return params;
      }
    },
    wrapGenerate: async ({ doGenerate, params }) => {
      const result = await doGenerate();
      const answer = result.content.map((part) => (part.type === "text" ? part.text : "")).join("");
      const kept = await keep(params.prompt, answer);
      return { ...result, providerMetadata: { ...result.providerMetadata, ...kept } };
    },
    wrapStream: async ({ doStream, params }) => {
      const { stream, ...rest } = await doStream();
      let answer = "";
      let failed = false;
      type Part = typeof stream extends ReadableStream<infer P> ? P : never;
      const keeping = new TransformStream<Part, Part>({
        transform: async (part, controller) => {
          if (part.type === "text-delta") answer += part.delta;
          if (part.type === "error") failed = true;
          if (part.type !== "finish" || failed) controller.enqueue(part);
          else {
            // Before the reader learns of the end: then what was said can be found.
            const kept = await keep(params.prompt, answer);
            controller.enqueue({ ...part, providerMetadata: { ...part.providerMetadata, ...kept } });
          }
        },
      });
      return { ...rest, stream: stream.pipeThrough(keeping) };
    },
  };
}

function metadataOf({ written, warnings }: WriteReceipt): Metadata {
  return {
    memos: {
      remembered: written.map(({ id }) => id),
      warnings: warnings.map(({ code, message }) => ({ code, message })),
    },
  };
}
