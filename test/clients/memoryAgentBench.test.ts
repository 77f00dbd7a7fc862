import assert from "node:assert/strict";
import { after, test } from "node:test";
import OpenAI from "openai";
import { MEMORY_AGENT_BENCH_ROUTES } from "../../api/dialects/memoryagentbench/routes.js";
import { problemOf } from "../api/harness.js";
import { allOf, textIn } from "../memos/support.js";
import { memoryIn, startListening } from "./openai/support.js";

const server = await startListening({ after });
const { call, engine, memos } = server;

/** Word for word as the benchmark writes a chunk: the first line break is a backslash and an `n`. */
const chunkOf = (facts: string, time = "2025-11-02 10:00") =>
  `Dialogue between User and Assistant ${time} \\n<User> The following context is the facts: \n${facts}\n <Assistant> I have learned the facts and I will answer the question you ask.`;

const FACTS = [
  "1. The walrus is called Otto.\n2. The capital of Atlantis is Poseidonis.",
  `3. The pelican is called Emma.\n${"4. Nothing happened on that day. ".repeat(200)}`,
  "5. The heron is called Hugo.",
];
const QUESTION =
  "Answer from the pool only. Now Answer the Question: Based on the provided Knowledge Pool, who is the pelican?\nAnswer:";
const longMessage = (time?: string, question = QUESTION) =>
  `${FACTS.map((facts) => chunkOf(facts, time)).join("\n")}\n${question}`;

const complete = (content: string, headers: Record<string, string> = {}) =>
  new OpenAI({
    baseURL: server.baseURL,
    apiKey: server.acme,
    maxRetries: 0,
    defaultHeaders: headers,
  }).chat.completions.create({
    model: "gpt-4.1-mini",
    temperature: 0.7,
    max_tokens: 10,
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content },
    ],
  });

const passages = async () =>
  (await memos.census({ tenant: "acme" })).owners.filter(({ scope }) => scope.app?.startsWith("context-"));

test("a long context is taken in once, and its question is answered with what is recalled of it", async () => {
  engine.answer = "Emma.";
  const data = await complete(longMessage());
  assert.equal(data.choices[0]?.message.content, "Emma.");
  assert.ok((data.usage?.prompt_tokens ?? 0) > 0 && (data.usage?.completion_tokens ?? 0) > 0);
  const prompt = engine.lastPrompt;
  assert.match(prompt, /pelican is called Emma/);
  assert.ok(prompt.endsWith(`${QUESTION}\u0003`));
  assert.ok(!prompt.includes("I have learned the facts"));
  assert.ok(memoryIn(data).recalled.length > 0);
  assert.deepEqual(memoryIn(data).remembered, []);
  assert.match(memoryIn(data).notes[0]?.message ?? "", /3 chunks is in memory now/);
  const before = await passages();
  assert.equal(before.length, 1);
  // Another question, on another day.
  const again = await complete(longMessage("2026-01-01 09:00", "Who is the heron?"));
  assert.match(memoryIn(again).notes[0]?.message ?? "", /in memory already/);
  assert.match(engine.lastPrompt, /called Hugo/);
  assert.deepEqual(await passages(), before);
});

test("another text has a scope of its own, and neither is in anybody's memory", async () => {
  const other = [chunkOf("1. The pelican is called Paula."), chunkOf("2. The walrus is called Willi.")].join(
    "\n",
  );
  await complete(`${other}\nWho is the pelican?`);
  assert.match(engine.lastPrompt, /Paula/);
  assert.ok(!engine.lastPrompt.includes("Emma"));
  assert.equal((await passages()).length, 2);
  assert.deepEqual(await allOf(memos, { tenant: "acme", user: "ana" }), []);
});

test("an ordinary message that speaks of the form is no long context, and headers decide otherwise", async () => {
  const asking = async (content: string, headers: Record<string, string>) =>
    call(
      "POST",
      "/v1/chat/completions",
      { model: "x", user: "ana", messages: [{ role: "user", content }] },
      { "x-memory-remember": "off", ...headers },
    );
  const before = (await passages()).length;
  for (const content of [
    'What does "Dialogue between User and Assistant" mean?',
    `${chunkOf("One fact.")}\nWhat is it?`,
    chunkOf("No question."),
  ]) {
    assert.equal((await asking(content, {})).status, 200);
    assert.ok(engine.lastPrompt.includes("Dialogue between"));
  }
  assert.equal((await asking(longMessage(), { "x-memory-long-context": "off" })).status, 200);
  assert.ok(engine.lastPrompt.includes("I have learned the facts"));
  assert.equal((await passages()).length, before);
  const one = await asking(`${chunkOf("One fact: the owl is called Olga.")}\nWho is the owl?`, {
    "x-memory-long-context": "on",
  });
  assert.equal(one.status, 200, one.text);
  assert.ok(!engine.lastPrompt.includes("Dialogue between"));
  assert.match(engine.lastPrompt, /Olga/);
  assert.equal((await passages()).length, before + 1);
});

test("the text of another tenant is not known", async () => {
  const messages = [{ role: "user" as const, content: longMessage() }];
  const data = await server.clientOf(server.globex).chat.completions.create({ model: "x", messages });
  assert.match(memoryIn(data).notes[0]?.message ?? "", /in memory now/);
});

test("the contract of the benchmark's server: initialize, add, wrap, act", async () => {
  const named = { user_id: "context_0", memory_system: "memos" };
  const post = (path: string, body: object) => call("POST", path, body);
  assert.deepEqual((await post("/memory/initialize", named)).body, {
    status: "success",
    ...named,
    memories: 0,
  });
  const added = await post("/memory/add", { ...named, chunk: chunkOf(FACTS[1] ?? "") });
  assert.equal((added.body as { status: string }).status, "success");
  await post("/memory/add", { ...named, chunk: [{ role: "user", content: "The heron is called Hugo." }] });
  const wrapped = await post("/memory/wrap_user_prompt", { ...named, question: "Who is the pelican?" });
  const { prompt } = wrapped.body as { prompt: string };
  assert.match(prompt, /pelican is called Emma[\s\S]*Who is the pelican\?$/);
  assert.deepEqual(
    (await post("/agent/wrap_user_prompt", { ...named, question: "Who is the pelican?" })).body,
    wrapped.body,
  );
  engine.answer = "Emma.";
  assert.deepEqual((await post("/agent/act", { ...named, prompt })).body, { answer: "Emma." });
  assert.equal(engine.requests.at(-1)?.messages.length, 1);
  const kept = await allOf(memos, { tenant: "acme", user: "context_0" });
  assert.ok(kept.every((cube) => textIn(cube) !== prompt));
  const elsewhere = { user_id: "context_0", memory_system: "mem0", question: "Who is the pelican?" };
  assert.deepEqual((await post("/memory/wrap_user_prompt", elsewhere)).body, {
    prompt: "Who is the pelican?",
    recalled: [],
  });
});

test("every route of the contract refuses a missing key, what is no object, unknown fields and another tenant", async () => {
  const before = (await memos.stats({ tenant: "acme" })).cubes;
  for (const { path, input } of MEMORY_AGENT_BENCH_ROUTES) {
    problemOf(await server.send("POST", path, { body: {} }), 401);
    for (const body of [[], {}, { user_id: "" }, { user_id: "a", nonsense: 1 }])
      problemOf(await call("POST", path, body), 400);
    const wanted = { question: "Who is the pelican?", prompt: "Who is the pelican?", chunk: "A fact." };
    const mine = Object.entries(wanted).filter(([field]) => field in input.shape);
    const answer = await call(
      "POST",
      path,
      { user_id: "context_0", memory_system: "memos", ...Object.fromEntries(mine) },
      { authorization: `Bearer ${server.globex}` },
    );
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.text, /Emma is|called Emma/);
  }
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, before);
  const { status } = await fetch(`${server.address}/memory/add`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.acme}`, "content-type": "text/plain" },
    body: "{}",
  });
  assert.equal(status, 415);
});
