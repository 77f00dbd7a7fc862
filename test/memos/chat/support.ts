import assert from "node:assert/strict";
import { TextEngine } from "../../../bench/activation/textEngine.js";
import {
  type ChatOptions,
  type ChatReceipt,
  chatEventSchema,
  type MemOS,
  type Scope,
} from "../../../memos/index.js";
import type { CompileRequest, GenerateRequest } from "../../../memos/inference/engine.js";
import { collect } from "../support.js";

/** The text engine, with all that it was asked, and what is done while it works. */
export class ListeningEngine extends TextEngine {
  readonly prompts: string[] = [];
  readonly requests: GenerateRequest[] = [];
  readonly compiled: CompileRequest[] = [];
  /** Runs behind the text of an answer: throws to make the engine fail, returns a promise to hold it. */
  midway: (request: GenerateRequest) => unknown = () => undefined;
  /** Runs when a state is written, before it is told of. */
  compiling: () => unknown = () => undefined;

  override async *generate(request: GenerateRequest): ReturnType<TextEngine["generate"]> {
    this.requests.push(request);
    for await (const event of super.generate(request)) {
      if (event.kind === "prompt") this.prompts.push(this.lastPrompt);
      yield event;
      if (event.kind === "text") await this.midway(request);
    }
  }

  override async compile(request: CompileRequest): ReturnType<TextEngine["compile"]> {
    this.compiled.push(request);
    const result = await super.compile(request);
    await this.compiling();
    return result;
  }
}

/** Asks, and gives the receipt; everything that came is what the schema says. */
export async function ask(
  memos: MemOS,
  message: string,
  scope: Scope,
  options: ChatOptions = {},
): Promise<ChatReceipt> {
  const events = await collect(memos.chat(message, scope, options));
  for (const event of events) chatEventSchema.parse(event);
  assert.equal(events[0]?.kind, "prompt");
  const last = events.at(-1);
  assert.ok(last?.kind === "end");
  const { prompt, reused, restored, prefilled } = last.receipt.tokens;
  assert.equal(prompt, reused + restored + prefilled);
  assert.equal(
    events.map((event) => (event.kind === "text" ? event.text : "")).join(""),
    last.receipt.answer,
  );
  return last.receipt;
}

/** How often a text stands in another. */
export function times(part: string, whole: string): number {
  return whole.split(part).length - 1;
}
