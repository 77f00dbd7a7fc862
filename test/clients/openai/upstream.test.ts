import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { BLOCK_TOKENS } from "../../../bench/activation/prefixServer.js";
import { OpenAIEngine } from "../../../memos/inference/index.js";
import { delta, says, startCompletionServer, streams } from "../../memos/inference/completionServer.js";
import { atEnd, type Lifetime } from "../../memos/support.js";
import { ask, startOpenAI } from "./support.js";

async function open(t: Lifetime, ...behaviours: Parameters<typeof startCompletionServer>[1][]) {
  const upstream = await startCompletionServer(t, ...behaviours);
  const engine = new OpenAIEngine({
    baseURL: upstream.baseURL,
    model: "big",
    apiKey: "sk-upstream",
    retries: 0,
  });
  atEnd(t, () => engine[Symbol.asyncDispose]());
  return { ...(await startOpenAI(t, engine)), upstream };
}

test("tools, their choice and their results pass to a server behind and back", async (t) => {
  const call = { id: "call_7", function: { name: "weather", arguments: '{"city":"Lisbon"}' } };
  const calls = streams(delta({ tool_calls: [{ index: 0, ...call }] }), delta({}, "tool_calls"));
  const { client, upstream } = await open(t, calls, says("It ", "rains."));
  const tools = [
    {
      type: "function" as const,
      function: { name: "weather", description: "W.", parameters: { type: "object" } },
    },
  ];
  const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "How is the weather?" }];
  const first = await client.chat.completions.create({ model: "big", user: "ana", messages, tools });
  const message = first.choices[0]?.message;
  assert.ok(message !== undefined);
  assert.deepEqual(message.tool_calls, [{ type: "function", ...call }]);
  messages.push(message, { role: "tool", tool_call_id: "call_7", content: "rain" });
  const second = await client.chat.completions.create({ model: "big", user: "ana", messages, tools });
  assert.equal(second.choices[0]?.message.content, "It rains.");
  const [, sent] = upstream.requests;
  assert.equal(sent?.messages.at(-1)?.tool_call_id, "call_7");
  assert.equal(sent?.tools?.[0]?.function.name, "weather");
});

test("a server that caches prefixes finds them again, and usage says how much", async (t) => {
  const { client, memos } = await open(t, says("Yes."));
  await memos.add(
    { text: `Answer briefly. ${"Be kind to walruses. ".repeat(20)}`, type: "core" },
    { tenant: "acme", user: "ana" },
  );
  const messages: ChatCompletionMessageParam[] = [{ role: "system", content: "You are a zoo keeper." }];
  let before = 0;
  for (const question of ["Who is the walrus?", "How heavy is he?", "And the pelican?"]) {
    messages.push({ role: "user", content: question });
    const { usage } = await client.chat.completions.create({ model: "big", messages, user: "ana" });
    assert.ok((usage?.prompt_tokens_details?.cached_tokens ?? 0) > before - BLOCK_TOKENS - 1);
    before = usage?.prompt_tokens ?? 0;
    messages.push({ role: "assistant", content: "Yes." });
  }
});

test("a schema passes to a server behind", async (t) => {
  const { client, upstream } = await open(t);
  const { choices } = await client.chat.completions.create({
    ...ask("Where?"),
    response_format: { type: "json_object" },
  });
  assert.equal(typeof JSON.parse(choices[0]?.message.content ?? ""), "object");
  assert.equal(upstream.requests[0]?.response_format?.type, "json_schema");
});
