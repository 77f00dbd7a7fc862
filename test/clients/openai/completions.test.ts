import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatCompletionChunk, ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { ScriptedEngine } from "../../agents/chat/support.js";
import { allOf, collect, textIn } from "../../memos/support.js";
import { ask, memoryIn, startListening, startOpenAI } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };

test("a chat completion recalls, answers and remembers, and says what it did", async (t) => {
  const { client, memos, engine } = await startListening(t);
  const { written } = await memos.add("The walrus is called Otto.", ANA);
  engine.answer = "Otto.";
  const asking = client.chat.completions.create(ask("Who is the walrus?"));
  const { data, response } = await asking.withResponse();
  assert.equal(data.choices[0]?.message.content, "Otto.");
  assert.equal(data.choices[0]?.finish_reason, "stop");
  assert.match(engine.lastPrompt, /called Otto[\s\S]*Who is the walrus\?/);
  const { recalled, remembered } = memoryIn(data);
  assert.deepEqual(
    recalled.map(({ id }) => id),
    [written[0]?.id],
  );
  assert.equal(response.headers.get("x-memory-recalled"), written[0]?.id);
  assert.equal(response.headers.get("x-memory-remembered"), remembered.join(","));
  const kept = await allOf(memos, ANA);
  assert.deepEqual(
    kept.slice(1).map((cube) => [cube.id, cube.provenance.origin, textIn(cube)]),
    [
      [remembered[0], "user", "Who is the walrus?"],
      [remembered[1], "assistant", "Otto."],
    ],
  );
  const { usage } = data;
  assert.equal(usage?.total_tokens, (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
});

test("a stream says the same in pieces, with usage where it is asked for, and ends with [DONE]", async (t) => {
  const { client, call, engine } = await startListening(t);
  engine.answer = "Otto,\n\ndata: and a trick.";
  const stream = await client.chat.completions.create({
    ...ask("Who is the walrus?"),
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks: ChatCompletionChunk[] = await collect(stream);
  assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), engine.answer);
  assert.deepEqual(chunks[0]?.choices[0]?.delta, { role: "assistant", content: "" });
  const last = chunks.at(-1);
  assert.deepEqual(last?.choices, []);
  assert.ok((last?.usage?.prompt_tokens ?? 0) > 0);
  assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
  const end = chunks.at(-2);
  assert.equal(end?.choices[0]?.finish_reason, "stop");
  assert.equal(memoryIn(end ?? {}).remembered.length, 2);
  const raw = await call("POST", "/openai/v1/chat/completions", ask("And now?", { stream: true }));
  assert.equal(raw.headers.get("content-type"), "text/event-stream");
  assert.ok(raw.text.endsWith("data: [DONE]\n\n"));
  assert.ok(!raw.text.includes('"usage"'));
});

test("the prompt of a conversation begins with the prompt before it, and its history is remembered once", async (t) => {
  const { client, memos, engine } = await startListening(t);
  await memos.add({ text: "Answer briefly.", type: "core" }, ANA);
  await memos.add("The walrus is called Otto.", ANA);
  const messages: ChatCompletionMessageParam[] = [{ role: "system", content: "You are a zoo keeper." }];
  const questions = ["Who is the walrus?", "How heavy is he?", "Since when?", "Thanks."];
  for (const [turn, content] of questions.entries()) {
    messages.push({ role: "user", content });
    engine.answer = `Answer ${turn}.`;
    const { choices } = await client.chat.completions.create({ model: "text", messages, user: "ana" });
    messages.push({ role: "assistant", content: choices[0]?.message.content ?? "" });
  }
  for (const [at, prompt] of engine.prompts.slice(1).entries())
    assert.ok(prompt.startsWith(engine.prompts[at] ?? "-"));
  assert.match(
    engine.prompts[0] ?? "",
    /^\u0002system\nYou are a zoo keeper\.\n\n<memory[\s\S]*Answer briefly/,
  );
  assert.equal((await allOf(memos, ANA)).length, 2 + 2 * questions.length);
});

test("the sampling of a request reaches the model, and an answer has half of its context at most", async (t) => {
  const { client, engine } = await startListening(t);
  const given = { temperature: 0.5, top_p: 0.9, seed: 3, stop: "END", max_completion_tokens: 7 };
  await client.chat.completions.create(ask("Hello.", given));
  const [asked] = engine.requests;
  assert.deepEqual(
    [asked?.temperature, asked?.topP, asked?.seed, asked?.stop, asked?.maxTokens, asked?.salt],
    [0.5, 0.9, 3, ["END"], 7, "acme"],
  );
  const data = await client.chat.completions.create(ask("Hello?", { max_tokens: 1_000_000 }));
  assert.equal(engine.requests.at(-1)?.maxTokens, 32_768);
  assert.ok(memoryIn(data).notes.some(({ code }) => code === "max_tokens"));
});

const TOOLS = [
  {
    type: "function" as const,
    function: { name: "weather", parameters: { type: "object", properties: {} } },
  },
];

test("the model calls the client's tools, and answers with their results", async (t) => {
  const engine = new ScriptedEngine();
  const { client, memos } = await startOpenAI(t, engine);
  engine.script = [{ calls: [{ name: "weather", arguments: '{"city":"Lisbon"}' }] }, { text: "It rains." }];
  const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "How is the weather?" }];
  const first = await client.chat.completions.create({ model: "text", user: "ana", messages, tools: TOOLS });
  const [choice] = first.choices;
  assert.ok(choice !== undefined);
  const [called] = choice.message.tool_calls ?? [];
  assert.equal(choice.finish_reason, "tool_calls");
  assert.equal(choice.message.content, null);
  assert.ok(called?.type === "function");
  assert.deepEqual([called.function.name, called.function.arguments], ["weather", '{"city":"Lisbon"}']);
  messages.push(choice.message, { role: "tool", tool_call_id: called.id, content: "rain" });
  const second = await client.chat.completions.create({ model: "text", user: "ana", messages, tools: TOOLS });
  assert.equal(second.choices[0]?.message.content, "It rains.");
  assert.equal(engine.requests.at(-1)?.messages.at(-1)?.content, "rain");
  assert.deepEqual(
    (await allOf(memos, ANA)).map((cube) => textIn(cube)),
    ["How is the weather?", "It rains."],
  );
});

test("calls of tools are streamed, and `tool_choice: none` offers none", async (t) => {
  const engine = new ScriptedEngine();
  const { client } = await startOpenAI(t, engine);
  engine.script = [{ calls: [{ name: "weather", arguments: "{}" }] }];
  const runner = client.chat.completions.stream({ ...ask("How is the weather?"), tools: TOOLS });
  const message = await runner.finalMessage();
  assert.equal(message.tool_calls?.[0]?.type, "function");
  await client.chat.completions.create(ask("Hello.", { tools: TOOLS, tool_choice: "none" }));
  assert.equal(engine.requests.at(-1)?.tools, undefined);
});

test("headers say how much is recalled, that nothing is, and that nothing is remembered", async (t) => {
  const { clientOf, acme, memos, engine } = await startListening(t);
  await memos.add("The walrus is called Otto.", ANA);
  const off = clientOf(acme, { "x-memory-recall": "off", "x-memory-remember": "off" });
  await off.chat.completions.create({
    model: "text",
    messages: [{ role: "user", content: "Who is the walrus?" }],
  });
  assert.equal(engine.lastPrompt, "\u0002user\nWho is the walrus?\u0003");
  await clientOf(acme, { "x-memory-budget": "0", "x-memory-remember": "off" }).chat.completions.create(
    ask("Who is the walrus?"),
  );
  assert.ok(!engine.lastPrompt.includes("Otto"));
  assert.equal((await allOf(memos, ANA)).length, 1);
});

test("whose memory it is stands in `user`, in metadata or in headers, which say the same", async (t) => {
  const { clientOf, client, acme, memos, call } = await startListening(t);
  const messages = [{ role: "user" as const, content: "Hello." }];
  const scopes = async () => (await allOf(memos, { tenant: "acme" })).map(({ scope }) => scope);
  await client.chat.completions.create({
    model: "text",
    messages,
    metadata: { user_id: "bob", agent: "bot", app_id: "zoo", run_id: "monday", colour: "red" },
  });
  const bob = { tenant: "acme", user: "bob", agent: "bot", app: "zoo", session: "monday" };
  assert.deepEqual(await scopes(), [bob, bob]);
  const carol = { "x-memory-user": "carol", "x-memory-session": "tuesday" };
  await clientOf(acme, carol).chat.completions.create({ model: "text", messages, user: "carol" });
  assert.deepEqual((await scopes()).slice(2)[0], { tenant: "acme", user: "carol", session: "tuesday" });
  const two = await call("POST", "/v1/chat/completions", ask("Hello."), { "x-memory-user": "bob" });
  assert.equal(two.status, 400);
  assert.match(two.text, /two different ones of `user`/);
  assert.equal((await scopes()).length, 4);
});

test("a key of a user works on that user's memory when nobody is named, and on nobody else's", async (t) => {
  const { clientOf, memos } = await startListening(t);
  const { secret } = await memos.keys.create("acme", "ana", { principal: { kind: "user", id: "ana" } });
  const client = clientOf(secret);
  const messages = [{ role: "user" as const, content: "The walrus is called Otto." }];
  await client.chat.completions.create({ model: "text", messages });
  assert.equal((await allOf(memos, ANA)).length, 2);
  await assert.rejects(client.chat.completions.create({ model: "text", messages, user: "bob" }), {
    status: 403,
  });
  const { data } = await client.models.list();
  assert.deepEqual(
    data.map(({ id }) => id),
    ["text", "static"],
  );
});

test("a field that is not known changes nothing and is told back", async (t) => {
  const { client } = await startListening(t);
  const data = await client.chat.completions.create(ask("Hello.", { galaxy_mode: true, verbosity: "low" }));
  const notes = memoryIn(data).notes.map(({ message }) => message);
  assert.ok(notes.some((note) => note.includes("galaxy_mode")));
});
