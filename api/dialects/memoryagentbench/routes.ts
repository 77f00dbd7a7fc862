import * as z from "zod";
import { chatAgent } from "../../../agents/chat/index.js";
import { soughtIn } from "../../../agents/longContext/index.js";
import { cutText } from "../../../agents/resources/cutText.js";
import { LIMITS, MemosError, type Scope, scopeSchema } from "../../../memcube/index.js";
import type { MemOS, NewMemory } from "../../../memos/index.js";
import { MEMORY_AGENT_BENCH_LIMITS } from "./limits.js";

const name = scopeSchema.shape.tenant;
const owner = { user_id: z.union([name, z.int().transform(String)]), memory_system: name.optional() };
const question = z.string().min(1);

type Owner = { readonly user_id: string; readonly memory_system?: string | undefined };

/** What a route works with. */
export interface Call<Input> {
  readonly memos: MemOS;
  readonly tenant: string;
  readonly input: Input;
  readonly signal: AbortSignal;
}

export interface MemoryAgentBenchRoute {
  readonly path: string;
  readonly input: z.ZodObject;
  readonly handle: (call: Call<unknown>) => Promise<object>;
}

function route<Input extends z.ZodObject>(spec: {
  readonly path: string;
  readonly input: Input;
  readonly handle: (call: Call<z.output<Input>>) => Promise<object>;
}): MemoryAgentBenchRoute {
  return { ...spec, handle: (call) => spec.handle(call as Call<z.output<Input>>) };
}

/** The memory of a user in one of the benchmark's systems: two systems do not meet. */
function scopeOf(tenant: string, { user_id: user, memory_system: app }: Owner): Scope {
  return { tenant, user, ...(app === undefined ? {} : { app }) };
}

const initialize = route({
  path: "/memory/initialize",
  input: z.strictObject(owner),
  handle: async ({ memos, tenant, input }) => {
    // Nothing is to be made ready, and nothing that is there is forgotten.
    const { cubes } = await memos.stats(scopeOf(tenant, input));
    return { status: "success", ...input, memories: cubes };
  },
});

const pairs = z
  .array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.string() }))
  .min(1)
  .max(LIMITS.messagesPerAdd);

const add = route({
  path: "/memory/add",
  input: z.strictObject({ ...owner, chunk: z.union([z.string().min(1), pairs]) }),
  handle: async ({ memos, tenant, input: { chunk, ...named }, signal }) => {
    const memories = typeof chunk === "string" ? passagesOf(chunk) : chunk;
    if (memories.length === 0)
      throw new MemosError("INVALID_INPUT", "The chunk says nothing.", { path: "chunk" });
    const receipt = await memos.add(memories, scopeOf(tenant, named), { signal });
    const { written, skipped, warnings } = receipt;
    return { status: "success", ...named, written: written.map(({ id }) => id), skipped, warnings };
  },
});

function passagesOf(chunk: string): NewMemory[] {
  return cutText(chunk, MEMORY_AGENT_BENCH_LIMITS.passageCharacters)
    .map(({ start, end }) => chunk.slice(start, end).toWellFormed().replaceAll("\u0000", "\ufffd").trim())
    .filter((text) => text !== "")
    .map((text) => ({ text, type: "resource", origin: "document" }));
}

/** What was recalled, in its fence, and then the question. */
async function wrapped({
  memos,
  tenant,
  input,
  signal,
}: Call<Owner & { readonly question: string }>): Promise<object> {
  const sought = soughtIn(input.question).slice(0, LIMITS.queryCharacters).toWellFormed();
  const { budget } = MEMORY_AGENT_BENCH_LIMITS;
  const { text, items } = await memos.recall(sought, scopeOf(tenant, input), { budget, signal });
  return { prompt: `${text}${input.question}`, recalled: items.map(({ id }) => id) };
}

const wrapInput = z.strictObject({ ...owner, question });

const act = route({
  path: "/agent/act",
  input: z.strictObject({ ...owner, prompt: question }),
  handle: async ({ memos, tenant, input: { prompt, ...named }, signal }) => {
    const scope = scopeOf(tenant, named);
    const half = Math.floor((await memos.models.contextTokens(scope)) / 2);
    const maxTokens = Math.min(MEMORY_AGENT_BENCH_LIMITS.answerTokens, half);
    // The prompt was wrapped before: nothing is recalled for it again, and what a benchmark asks is not remembered.
    const events = chatAgent(memos).goOn(
      prompt,
      scope,
      { kept: { earlier: [], since: [] }, blank: true },
      { budget: 0, adapters: "none", remember: false, maxTokens, signal },
    );
    for await (const event of events) if (event.kind === "end") return { answer: event.receipt.answer };
    throw new MemosError("INTERNAL", "The answer has no end.");
  },
});

/** The contract of the benchmark's server; its client calls one of the routes by another name. */
export const MEMORY_AGENT_BENCH_ROUTES: readonly MemoryAgentBenchRoute[] = [
  initialize,
  add,
  route({ path: "/memory/wrap_user_prompt", input: wrapInput, handle: wrapped }),
  route({ path: "/agent/wrap_user_prompt", input: wrapInput, handle: wrapped }),
  act,
];
