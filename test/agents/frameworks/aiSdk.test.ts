import assert from "node:assert/strict";
import { test } from "node:test";
import { generateText, stepCountIs, streamText, wrapLanguageModel } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { memoryMiddleware, memoryTools } from "../../../agents/frameworks/ai-sdk/index.js";
import { isMemosError, type MemOS } from "../../../memos/index.js";
import { gate, openMemos, refused } from "../../memos/support.js";
import { ANA, BEN, PIXEL, textsOf } from "./support.js";

type Generated = Awaited<ReturnType<MockLanguageModelV3["doGenerate"]>>;
type Streamed = Awaited<ReturnType<MockLanguageModelV3["doStream"]>>;
type Part = Streamed["stream"] extends ReadableStream<infer P> ? P : never;

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

function answer(text: string): Generated {
  return {
    content: [{ type: "text", text }],
    finishReason: { unified: "stop", raw: "stop" },
    usage: USAGE,
    warnings: [],
  };
}

function toolCall(toolName: string, input: unknown): Generated {
  return {
    content: [{ type: "tool-call", toolCallId: "call-1", toolName, input: JSON.stringify(input) }],
    finishReason: { unified: "tool-calls", raw: "tool-calls" },
    usage: USAGE,
    warnings: [],
  };
}

function streamed(parts: Part[]): Streamed {
  return { stream: simulateReadableStream({ chunks: parts, initialDelayInMs: null, chunkDelayInMs: null }) };
}

const words = (...deltas: string[]): Part[] => [
  { type: "stream-start", warnings: [] },
  { type: "text-start", id: "1" },
  ...deltas.map((delta) => ({ type: "text-delta" as const, id: "1", delta })),
  { type: "text-end", id: "1" },
];
const finish: Part = { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: USAGE };

/** A model that says what it is told to, with a memory. */
function remembering(
  memos: MemOS,
  script: ConstructorParameters<typeof MockLanguageModelV3>[0],
  options: Partial<Parameters<typeof memoryMiddleware>[1]> = {},
) {
  const mock = new MockLanguageModelV3(script);
  const model = wrapLanguageModel({
    model: mock,
    middleware: memoryMiddleware(memos, { scope: ANA, ...options }),
  });
  return { mock, model };
}

/** The texts of a prompt by role, parts of one message apart. */
function promptOf(mock: MockLanguageModelV3, call: number): { role: string; texts: string[] }[] {
  const prompt = [...mock.doGenerateCalls, ...mock.doStreamCalls][call]?.prompt ?? [];
  return prompt.map(({ role, content }) => ({
    role,
    texts:
      typeof content === "string"
        ? [content]
        : content.flatMap((part) => (part.type === "text" ? [part.text] : [])),
  }));
}

test("what was said is recalled in a later session, beside the question", async (t) => {
  const { memos } = await openMemos(t);
  const first = remembering(memos, { doGenerate: answer("Noted.") });
  await generateText({ model: first.model, prompt: "I moved to Lisbon in March." });
  assert.deepEqual(await textsOf(memos, ANA), ["I moved to Lisbon in March.", "Noted."]);

  const later = remembering(
    memos,
    { doGenerate: answer("In Lisbon.") },
    { scope: { ...ANA, session: "friday" } },
  );
  await generateText({ model: later.model, system: "Be brief.", prompt: "Where did I move to in March?" });
  const [system, user] = promptOf(later.mock, 0);
  assert.deepEqual(system, { role: "system", texts: ["Be brief."] });
  assert.match(
    user?.texts[0] ?? "",
    /^<memory [\s\S]*\[101\] .* · ana \(user\) · monday · I moved to Lisbon in March\./,
  );
  assert.equal(user?.texts[1], "Where did I move to in March?");
  assert.deepEqual(await textsOf(memos, { ...ANA, session: "friday" }), [
    "Where did I move to in March?",
    "In Lisbon.",
  ]);
});

test("core memory ends the system message, the same bytes whatever is asked", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add(
    ["Ana is a vet.", "Ana likes short answers."].map((text) => ({ text, type: "core" as const })),
    { tenant: "acme", user: "ana" },
  );
  await memos.add("The heron nests on Friday.", { tenant: "acme", user: "ana" });
  const { mock, model } = remembering(memos, { doGenerate: [answer("One."), answer("Two.")] });
  await generateText({ model, system: "Be brief.", prompt: "When does the heron nest?" });
  await generateText({ model, system: "Be brief.", prompt: "What is my profession, heron?" });
  const [one, two] = [promptOf(mock, 0), promptOf(mock, 1)];
  assert.match(
    one[0]?.texts[0] ?? "",
    /^Be brief\.\n\n<memory [\s\S]*\[1\] .*Ana is a vet\.\n\[2\] .*short answers\./,
  );
  assert.deepEqual(one[0], two[0]);
  assert.match(one[1]?.texts[0] ?? "", /\[101\] .*heron nests/);
  assert.ok(!one[1]?.texts[0]?.includes("vet"), "nothing is said twice");
});

test("what the prompt says anyway is not recalled", async (t) => {
  const { memos } = await openMemos(t);
  const { mock, model } = remembering(memos, { doGenerate: [answer("It is noted."), answer("An otter.")] });
  await generateText({ model, prompt: "My otter is called Olga." });
  await generateText({
    model,
    messages: [
      { role: "user", content: "My otter is called Olga." },
      { role: "assistant", content: "It is noted." },
      { role: "user", content: "Which animal is Olga?" },
    ],
  });
  assert.deepEqual(
    promptOf(mock, 1).map(({ texts }) => texts),
    [["My otter is called Olga."], ["It is noted."], ["Which animal is Olga?"]],
  );
});

test("an answer that repeats what was recalled is kept and known for an echo", async (t) => {
  const { memos } = await openMemos(t);
  const fact = "The grey heron nests in the old mill by the river every spring.";
  await memos.add(fact, { tenant: "acme", user: "ana" });
  const { model } = remembering(memos, { doGenerate: answer(`I know: ${fact}`) });
  await generateText({ model, prompt: "Where is the heron?" });
  const { cubes } = await memos.list(ANA, { where: { field: "origin", op: "eq", value: "assistant" } });
  assert.equal(cubes[0]?.provenance.echoes?.spans.length, 1);
});

test("a secret that was said is in the vault and in no later prompt", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: "11".repeat(32) } });
  const { mock, model } = remembering(memos, {
    doGenerate: [answer("Noted."), answer("It is in the vault.")],
  });
  await generateText({ model, prompt: "The password of the wifi is hunter2XYZ!9" });
  await generateText({ model, prompt: "What is the password of the wifi?" });
  const memory = JSON.stringify([promptOf(mock, 1), await textsOf(memos, ANA)]);
  assert.ok(!memory.includes("hunter2"), memory);
  assert.match(memory, /kept in the vault/);
});

test("a streamed answer is kept whole, once the reader sees its end", async (t) => {
  const { memos } = await openMemos(t);
  const { model } = remembering(memos, { doStream: streamed([...words("It ", "is ", "noted."), finish]) });
  const result = streamText({ model, prompt: "The otter eats at noon." });
  let kept: string[] = [];
  let text = "";
  for await (const part of result.fullStream) {
    if (part.type === "text-delta") text += part.text;
    if (part.type === "finish") kept = await textsOf(memos, ANA);
  }
  assert.equal(text, "It is noted.");
  assert.deepEqual(kept, ["The otter eats at noon.", "It is noted."]);
  const metadata = (await result.providerMetadata)?.["memos"] as { remembered: string[] };
  assert.equal(metadata.remembered.length, 2);
});

test("a stream that fails and one that is cancelled leave nothing", async (t) => {
  const { memos } = await openMemos(t);
  const broken = remembering(memos, {
    doStream: streamed([...words("It "), { type: "error", error: new Error("broken") }, finish]),
  });
  const failed = streamText({ model: broken.model, prompt: "The otter eats at noon.", onError: () => {} });
  await failed.consumeStream();
  const cancel = new AbortController();
  const waiting = gate();
  const endless = remembering(memos, {
    doStream: async ({ abortSignal }) => ({
      stream: new ReadableStream<Part>({
        start: (controller) => {
          for (const part of words("It ")) controller.enqueue(part);
          abortSignal?.addEventListener("abort", () => controller.error(abortSignal.reason));
          waiting.open();
        },
      }),
    }),
  });
  const stopped = streamText({
    model: endless.model,
    prompt: "The otter sleeps at ten.",
    abortSignal: cancel.signal,
    onError: () => {},
  });
  const reading = stopped.consumeStream();
  await waiting.opened;
  cancel.abort();
  await reading;
  assert.deepEqual(await textsOf(memos, ANA), []);
});

test("two users never see each other's memories", async (t) => {
  const { memos } = await openMemos(t);
  const ana = remembering(memos, { doGenerate: answer("Noted.") });
  await generateText({ model: ana.model, prompt: "My safe is behind the otter painting." });
  const ben = remembering(memos, { doGenerate: answer("No idea.") }, { scope: BEN });
  await generateText({ model: ben.model, prompt: "Where is the safe, behind the otter painting?" });
  assert.equal(promptOf(ben.mock, 0)[0]?.texts.length, 1);
  assert.ok(!JSON.stringify(await textsOf(memos, BEN)).includes("My safe"));
});

test("in a loop of tools the question is kept once, and each answer in words", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add("The heron nests on Friday.", { tenant: "acme", user: "ana" });
  const { mock, model } = remembering(memos, {
    doGenerate: [toolCall("search_memory", { query: "heron" }), answer("On Friday [1].")],
  });
  const { text, steps } = await generateText({
    model,
    tools: memoryTools(memos, ANA),
    stopWhen: stepCountIs(3),
    prompt: "When does it nest?",
  });
  assert.equal(text, "On Friday [1].");
  const [output] = steps[0]?.toolResults ?? [];
  assert.match(String(Object(output?.output).memory), /\[1\] .* The heron nests on Friday\./);
  assert.equal(promptOf(mock, 1).length, 3);
  assert.deepEqual(await textsOf(memos, ANA), ["When does it nest?", "On Friday [1]."]);
});

test("a tool remembers for the user, and bad input is an answer to the model", async (t) => {
  const { memos } = await openMemos(t);
  const model = new MockLanguageModelV3({
    doGenerate: [
      toolCall("remember", { text: "Ana is allergic to nuts." }),
      toolCall("search_memory", { query: "x".repeat(10_000) }),
      answer("Done."),
    ],
  });
  const { steps } = await generateText({
    model,
    tools: memoryTools(memos, ANA),
    stopWhen: stepCountIs(3),
    prompt: "Remember it.",
  });
  assert.deepEqual(await textsOf(memos, ANA), ["Ana is allergic to nuts."]);
  assert.equal(steps[1]?.content.at(-1)?.type, "tool-error");
});

test("a message with only a picture, and one without words, break nothing and leave no memory of their own", async (t) => {
  const { memos } = await openMemos(t);
  const { mock, model } = remembering(memos, {
    doGenerate: [answer("A pixel."), answer("Yes?"), answer(" ")],
  });
  await generateText({ model, messages: [{ role: "user", content: [{ type: "image", image: PIXEL }] }] });
  await generateText({ model, messages: [{ role: "user", content: " " }] });
  await generateText({ model, prompt: "Lone \ud800 surrogate" });
  assert.equal(mock.doGenerateCalls.length, 3);
  assert.deepEqual(await textsOf(memos, ANA), ["A pixel.", "Yes?", "Lone \ufffd surrogate"]);
});

test("a memory in which nothing works fails no call and is reported", async (t) => {
  const { memos } = await openMemos(t);
  await memos.close();
  const errors: unknown[] = [];
  const { mock, model } = remembering(
    memos,
    { doGenerate: answer("Hello."), doStream: streamed([...words("Hello."), finish]) },
    { onError: (error) => errors.push(error) },
  );
  assert.equal((await generateText({ model, prompt: "Hello?" })).text, "Hello.");
  assert.equal(await streamText({ model, prompt: "Hello?" }).text, "Hello.");
  assert.equal(mock.doGenerateCalls.length + mock.doStreamCalls.length, 2);
  assert.deepEqual(
    errors.map((error) => isMemosError(error, "CLOSED")),
    [true, true, true, true],
  );
});

test("without anybody to tell, the process is warned", async (t) => {
  const { memos } = await openMemos(t);
  await memos.close();
  const { model } = remembering(memos, { doGenerate: answer("Hello.") });
  const warned = new Promise<Error & { code?: string }>((resolve) => process.once("warning", resolve));
  await generateText({ model, prompt: "Hello?" });
  const { name, code } = await warned;
  assert.deepEqual({ name, code }, { name: "MemosWarning", code: "CLOSED" });
});

test("memory stays within its budget", async (t) => {
  const { memos } = await openMemos(t);
  const owner = { tenant: "acme", user: "ana" };
  await memos.add(
    Array.from({ length: 60 }, (_, n) => ({
      text: `Otter fact ${n} about the river.`,
      ...(n < 40 ? { type: "core" as const } : {}),
    })),
    owner,
  );
  const { o200k } = await import("../../../memos/retrieval/tokens.js");
  const { count } = await o200k();
  for (const budget of [80, 120, 400]) {
    const { mock, model } = remembering(memos, { doGenerate: answer(" ") }, { budget });
    await generateText({ model, prompt: "What about the otter and the river?" });
    const [system, user] = promptOf(mock, 0);
    const memory = [...(system?.texts ?? []), ...(user?.texts ?? [])].filter((text) =>
      text.startsWith("<memory"),
    );
    const tokens = memory.reduce((sum, text) => sum + count(text), 0);
    assert.ok(tokens <= budget && tokens > 0, `${tokens} of ${budget}`);
  }
});

test("options that are not valid are refused at once", async (t) => {
  const { memos } = await openMemos(t);
  for (const options of [{ scope: { user: "ana" } }, { scope: ANA, budget: 0 }, { scope: ANA, budgets: 1 }])
    assert.throws(() => memoryMiddleware(memos, options as never), refused("INVALID_INPUT"));
});
