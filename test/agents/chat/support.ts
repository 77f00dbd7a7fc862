import assert from "node:assert/strict";
import { chatAgent, type SayOptions } from "../../../agents/index.js";
import {
  type ChatReceipt,
  chatEventSchema,
  type GenerateRequest,
  type MemOS,
  type OpenOptions,
  type Scope,
} from "../../../memos/index.js";
import { ListeningEngine } from "../../memos/chat/support.js";
import { collect, type Lifetime, openMemos } from "../../memos/support.js";

export interface Step {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string; readonly id?: string }[];
  /** Runs before it answers. */
  readonly first?: () => unknown;
}

/** An engine whose model can call tools, and says and calls what a script says: one step for each answer. */
export class ScriptedEngine extends ListeningEngine {
  override readonly capabilities = { ...new ListeningEngine().capabilities, tools: true };
  script: readonly Step[] = [];
  #calls = 0;

  override async *generate(request: GenerateRequest): ReturnType<ListeningEngine["generate"]> {
    const [step = {}, ...rest] = this.script;
    this.script = rest;
    await step.first?.();
    this.answer = step.text ?? (step.calls === undefined ? "Yes." : "");
    for await (const event of super.generate(request)) {
      if (event.kind === "text" && event.text === "") continue;
      if (event.kind !== "end") yield event;
      else {
        for (const call of step.calls ?? []) yield { kind: "toolCall", id: `call-${this.#calls++}`, ...call };
        yield { ...event, reason: step.calls === undefined ? "stop" : "toolCalls" };
      }
    }
  }
}

/** A Wednesday. */
export const NOW = new Date("2026-05-13T15:00:00Z");
export const ANA = { tenant: "acme", user: "ana" };
export const MONDAY = { session: "monday" };
export const KEY = { vault: { key: "11".repeat(32) } };

export async function open(t: Lifetime, options: Partial<OpenOptions> = {}, engine = new ScriptedEngine()) {
  return { ...(await openMemos(t, { engine, upkeep: false, ...options })), engine };
}

/** Says something to the agent, and gives the receipt; everything that came is what the schema says. */
export async function say(
  memos: MemOS,
  message: string,
  scope: Scope = ANA,
  options: SayOptions = {},
): Promise<ChatReceipt> {
  const events = await collect(chatAgent(memos, { now: () => NOW }).say(message, scope, options));
  for (const event of events) chatEventSchema.parse(event);
  const last = events.at(-1);
  assert.ok(last?.kind === "end");
  const { prompt, reused, restored, prefilled } = last.receipt.tokens;
  assert.equal(prompt, reused + restored + prefilled);
  assert.equal(
    events.map((event) => (event.kind === "text" ? event.text : "")).join(""),
    last.receipt.answer,
  );
  assert.deepEqual(
    events.flatMap((event) => (event.kind === "call" ? [event.call] : [])),
    last.receipt.tools.calls,
  );
  return last.receipt;
}

/** What the last message of a prompt says. */
export function lastMessage({ requests }: ListeningEngine): string {
  return requests.at(-1)?.messages.at(-1)?.content ?? "";
}

export const call = (name: string, input: unknown) => ({ name, arguments: JSON.stringify(input) });
