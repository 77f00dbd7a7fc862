import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, embedMany, generateText, type ModelMessage, streamText, tool } from "ai";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import * as z from "zod";
import { READER } from "../../../memos/inference/models/reader.js";
import { ScriptedEngine } from "../../agents/chat/support.js";
import { localEngine } from "../../memos/inference/local/support.js";
import { allOf, collect, textIn } from "../../memos/support.js";
import { memoryIn, startOpenAI } from "./support.js";

/** The model of the package under llama.cpp, and clients that know the server by its address alone. */
const engine = await localEngine({ after }, { model: READER.path, contextTokens: 2_048 });
const server = await startOpenAI({ after }, engine);
const provider = (key: string, user: string) =>
  createOpenAICompatible({
    name: "memos",
    baseURL: server.baseURL,
    apiKey: key,
    headers: { "x-memory-user": user },
    includeUsage: true,
  });

test("the openai package: what was said in one conversation is known in another", async () => {
  const { client } = server;
  const model = "local/memos-reader";
  await server.memos.add("Ana lives in Lisbon.", { tenant: "acme", user: "ana" });
  const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "Where does Ana live?" }];
  const { choices, usage } = await client.chat.completions.create({ model, messages, user: "ana" });
  assert.match(choices[0]?.message.content ?? "", /Lisbon/);
  assert.ok((usage?.prompt_tokens ?? 0) > 0);
});

test("the prompt of the turn before is not evaluated again, and usage says so", async () => {
  const { client, memos } = server;
  const owner = { tenant: "acme", user: "bea" };
  await memos.add(
    { text: `Bea lives in Porto. ${"She likes long walks. ".repeat(30)}`, type: "core" },
    owner,
  );
  const messages: ChatCompletionMessageParam[] = [];
  const cached: number[] = [];
  let before = 0;
  for (const question of ["Where does Bea live?", "Where does Bea work?", "Where does Bea live?"]) {
    messages.push({ role: "user", content: question });
    const stream = await client.chat.completions.create({
      model: "local/memos-reader",
      messages,
      user: "bea",
      max_tokens: 24,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    messages.push({
      role: "assistant",
      content: chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""),
    });
    const usage = chunks.at(-1)?.usage;
    const held = usage?.prompt_tokens_details?.cached_tokens ?? 0;
    // All of the prompt before, but for what a template puts behind it.
    assert.ok(held >= before - 8, `${held} of ${before}`);
    before = usage?.prompt_tokens ?? 0;
    cached.push(held);
    const tokens = (memoryIn(chunks.at(-2) ?? {}) as unknown as { tokens: { evaluated: number } }).tokens;
    assert.equal(held + tokens.evaluated, before);
  }
  assert.equal(cached[0], 0);
  assert.ok((cached[1] ?? 0) > 100);
});

test("an answer follows a JSON schema token by token", async () => {
  const { choices } = await server.client.chat.completions.create({
    model: "local/memos-reader",
    messages: [{ role: "user", content: "Where does Ana live?" }],
    user: "ana",
    max_tokens: 100,
    response_format: {
      type: "json_schema",
      json_schema: {
        name: "home",
        schema: {
          type: "object",
          properties: { sure: { type: "boolean" } },
          required: ["sure"],
          additionalProperties: false,
        },
      },
    },
  });
  assert.equal(typeof JSON.parse(choices[0]?.message.content ?? "").sure, "boolean");
});

test("the AI SDK, unmodified: generateText and streamText remember and recall", async () => {
  const model = provider(server.acme, "carl")("local/memos-reader");
  await server.memos.add("Carl lives in Oslo.", { tenant: "acme", user: "carl" });
  const { text, usage } = await generateText({ model, prompt: "Where does Carl live?" });
  assert.match(text, /Oslo/);
  assert.ok((usage.inputTokens ?? 0) > 0);
  const messages: ModelMessage[] = [
    { role: "user", content: "Where does Carl live?" },
    { role: "assistant", content: text },
    { role: "user", content: [{ type: "text", text: "Where does Carl live?" }] },
  ];
  const streamed = streamText({ model, messages });
  assert.match(await streamed.text, /Oslo/);
  assert.ok(((await streamed.usage).cachedInputTokens ?? 0) > 20);
  const texts = (await allOf(server.memos, { tenant: "acme", user: "carl" })).map((cube) => textIn(cube));
  assert.equal(texts.filter((one) => one === "Where does Carl live?").length, 2);
});

test("the AI SDK, unmodified: embed and embedMany give the vectors of the index", async () => {
  const model = provider(server.acme, "ana").embeddingModel("static");
  const { embedding } = await embed({ model, value: "a walrus" });
  assert.equal(embedding.length, 256);
  const { embeddings } = await embedMany({ model, values: ["a walrus", "a pelican"] });
  assert.deepEqual(embeddings[0], embedding);
  const { data } = await server.client.embeddings.create({ model: "static", input: ["a walrus"] });
  assert.deepEqual(data[0]?.embedding, embedding, "in base64, as the openai package asks for them, too");
  const raw = await server.call("POST", "/v1/embeddings", { model: "static", input: "a walrus" });
  assert.deepEqual((raw.body as { data: { embedding: number[] }[] }).data[0]?.embedding, embedding);
});

test("the AI SDK, unmodified: tools are called by the model, run by the client, and answered", async (t) => {
  const scripted = new ScriptedEngine();
  const { baseURL, acme, memos } = await startOpenAI(t, scripted);
  scripted.script = [{ calls: [{ name: "weather", arguments: '{"city":"Lisbon"}' }] }, { text: "It rains." }];
  const model = createOpenAICompatible({
    name: "memos",
    baseURL,
    apiKey: acme,
    headers: { "x-memory-user": "ana" },
  })("text");
  const { text, steps } = await generateText({
    model,
    prompt: "How is the weather?",
    tools: {
      weather: tool({
        description: "The weather.",
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }) => `rain in ${city}`,
      }),
    },
    stopWhen: ({ steps }) => steps.length === 2,
  });
  assert.equal(text, "It rains.");
  assert.equal(steps.length, 2);
  assert.match(scripted.lastPrompt, /rain in Lisbon/);
  assert.equal((await allOf(memos, { tenant: "acme", user: "ana" })).length, 2);
});
