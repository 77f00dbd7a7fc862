import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptHistory, ONE_SAYING_MS } from "../../../memos/chat/kept.js";
import { CHAT_LIMITS } from "../../../memos/chat/limits.js";
import type {
  ChatEvent,
  ChatMessage,
  ChatOptions,
  ChatParts,
  ChatReceipt,
  MemOS,
} from "../../../memos/index.js";
import type { GenerateEvent } from "../../../memos/inference/engine.js";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { allOf, collect, type Lifetime, openMemos, refused, remember, textIn } from "../support.js";
import { ListeningEngine, times } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const BOB = { tenant: "acme", user: "bob" };

async function open(t: Lifetime) {
  const engine = new ListeningEngine();
  return { ...(await openMemos(t, { engine, upkeep: false })), engine };
}

const said = (...texts: string[]): ChatMessage[] =>
  texts.map((content, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content }));

interface Asked {
  readonly receipt: ChatReceipt;
  readonly events: readonly ChatEvent[];
}

/** Sends a whole conversation, the last message of the user as the question. */
async function send(
  memos: MemOS,
  earlier: readonly ChatMessage[],
  question: string,
  {
    scope = ANA,
    since = [],
    options = {},
    parts = {},
  }: {
    scope?: typeof ANA;
    since?: readonly ChatMessage[];
    options?: ChatOptions;
    parts?: ChatParts;
  } = {},
): Promise<Asked> {
  const events = await collect(memos.chat(question, scope, options, { ...parts, kept: { earlier, since } }));
  const last = events.at(-1);
  assert.ok(last?.kind === "end");
  return { receipt: last.receipt, events };
}

test("a conversation that the caller keeps goes on from the very prompt of its last answer", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, { text: "Answer briefly.", type: "core" }, ANA);
  await remember(memos, "The walrus is called Otto.", ANA);
  await remember(memos, "The pelican is called Emma.", ANA);
  const earlier: ChatMessage[] = [];
  for (const question of ["Who is the walrus?", "Who is the pelican?", "What else?"]) {
    engine.answer = `An answer to: ${question}`;
    await send(memos, earlier, question);
    earlier.push(...said(question, engine.answer));
  }
  const [first = "", second = "", third = ""] = engine.prompts;
  assert.match(first, /called Otto/);
  assert.ok(second.startsWith(first) && third.startsWith(second));
  assert.equal(times("called Otto", third), 1);
});

test("what the history says is remembered once, however often it is sent", async (t) => {
  const { memos, engine } = await open(t);
  const history = said("I keep a walrus.", "A fine animal.", "It weighs a ton.", "Indeed.");
  engine.answer = "Otto, you said.";
  await send(memos, history, "Its name is Otto. What is its name?");
  await send(memos, history, "Its name is Otto. What is its name?");
  await send(memos, [...history, ...said("Its name is Otto. What is its name?", engine.answer)], "Thanks.");
  assert.deepEqual(
    (await allOf(memos, ANA)).map((cube) => textIn(cube)),
    ["Its name is Otto. What is its name?", "Otto, you said.", "Thanks.", "Otto, you said."],
  );
});

test("blanks in the arguments of a call say nothing, as far as a model makes such a call", () => {
  const keyOf = (given: string) => {
    const toolCalls = [{ id: "one", name: "look", arguments: given }];
    const earlier: ChatMessage[] = [{ role: "assistant", content: "", toolCalls }];
    return new KeptHistory("base", { earlier, since: [] }, "And?").saying(0);
  };
  assert.equal(keyOf('{ "a": 1 }'), keyOf('{"a":1}'));
  // Longer ones stand as they are: taking millions of levels apart holds everybody up.
  const nested = `${"[".repeat(CHAT_LIMITS.argumentBytes)}1${"]".repeat(CHAT_LIMITS.argumentBytes)}`;
  assert.notEqual(keyOf(`${nested} `), keyOf(nested));
  const wide = `["${"x".repeat(CHAT_LIMITS.argumentBytes)}"]`;
  assert.notEqual(keyOf(`${wide} `), keyOf(wide));
});

test("everything that a prompt says of a history is counted while others have their turns", async (t) => {
  const { memos } = await open(t);
  const counter = await o200k();
  const ahead = t.mock.method(counter, "ahead");
  const whole = t.mock.method(counter, "count");
  const words = (name: string) => `${name} `.repeat(100);
  const toolCalls = [{ id: "one", name: "look", arguments: JSON.stringify({ at: words("walrus") }) }];
  const history: ChatMessage[] = [
    { role: "user", content: `<memory>${words("pelican")}` },
    { role: "assistant", content: "", toolCalls },
    { role: "tool", content: words("otter"), toolCallId: "one" },
    { role: "assistant", content: words("heron") },
  ];
  await send(memos, history, words("seal"));
  const known = new Set<string>();
  for (const { arguments: given } of ahead.mock.calls) for (const text of given[0]) known.add(text);
  const about = /pelican|walrus|otter|heron/;
  const counted = whole.mock.calls.map(({ arguments: [text] }) => text).filter((text) => about.test(text));
  assert.ok(counted.length >= history.length);
  for (const text of counted) assert.ok(known.has(text), text.slice(0, 40));
});

test("another answer to the same message is remembered beside it, and the message not again", async (t) => {
  const { memos, engine } = await open(t);
  engine.answer = "One.";
  await send(memos, [], "Say a number.");
  engine.answer = "Two.";
  await send(memos, [], "Say a number.");
  const texts = (await allOf(memos, ANA)).map((cube) => textIn(cube));
  assert.deepEqual(texts, ["Say a number.", "One.", "Two."]);
});

test("the same words are said again when time has passed", async (t) => {
  const { memos } = await open(t);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  await send(memos, [], "Good morning.");
  t.mock.timers.tick(ONE_SAYING_MS);
  await send(memos, [], "Good morning.");
  assert.equal((await allOf(memos, ANA)).length, 4);
});

test("a history that was changed is taken as it says now, up to the change as it was", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, "The walrus is called Otto.", ANA);
  engine.answer = "Otto.";
  await send(memos, [], "Who is the walrus?");
  await send(memos, said("Who is the walrus?", "Otto."), "And the pelican?");
  const [first = ""] = engine.prompts;
  await send(memos, said("Who is the walrus?", "Otto.", "And the heron?", "Hugo."), "Are you sure?");
  assert.ok(engine.lastPrompt.startsWith(first), "the first turn is what it was");
  assert.ok(!engine.lastPrompt.includes("user\nAnd the pelican?"));
  assert.match(engine.lastPrompt, /heron[\s\S]*Hugo/);
  await send(memos, said("Who is the walrus?", "Hilda."), "Are you sure?");
  assert.match(engine.lastPrompt, /Hilda/);
  assert.ok(
    !engine.lastPrompt.includes("assistant\nOtto."),
    "an answer that the caller took back is not said",
  );
  const kept = (await allOf(memos, ANA)).map((cube) => textIn(cube));
  assert.ok(!kept.includes("Hilda.") && !kept.includes("Hugo."), "nobody here has said it");
});

test("what stands in the history is not recalled beside it", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, "The walrus is called Otto.", ANA);
  const { receipt } = await send(memos, said("The walrus is called Otto.", "Noted."), "Who is the walrus?");
  assert.deepEqual(receipt.recalled, []);
  assert.equal(times("called Otto", engine.lastPrompt), 1);
});

test("an opening of the assistant and messages of the system's caller keep their order", async (t) => {
  const { memos, engine } = await open(t);
  await send(memos, [{ role: "assistant", content: "Welcome." }, ...said("Hello.", "Hi.")], "Who am I?", {
    options: { instructions: "Be brief." },
  });
  assert.deepEqual(
    engine.requests.at(-1)?.messages.map(({ role, content }) => `${role}: ${content}`),
    ["system: Be brief.", "assistant: Welcome.", "user: Hello.", "assistant: Hi.", "user: Who am I?"],
  );
});

test("nobody goes on from a conversation of somebody else", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, "The walrus is called Otto.", ANA);
  engine.answer = "It is known.";
  await send(memos, [], "Who is the walrus?");
  await send(memos, said("Who is the walrus?", engine.answer), "And now?", { scope: BOB });
  assert.ok(!engine.lastPrompt.includes("Otto"));
});

test("a prompt without memory has none, also where the conversation had some before", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, { text: "Answer briefly.", type: "core" }, ANA);
  await remember(memos, "The walrus is called Otto.", ANA);
  engine.answer = "It is known.";
  await send(memos, [], "Who is the walrus?");
  await send(memos, said("Who is the walrus?", engine.answer), "Who is the walrus?", {
    parts: { blank: true },
  });
  assert.ok(!/Otto|briefly|memory/.test(engine.lastPrompt));
});

test("what was purged is in no conversation that goes on", async (t) => {
  const { memos, engine } = await open(t);
  const id = await remember(memos, "The walrus is called Otto.", ANA);
  engine.answer = "It is known.";
  await send(memos, [], "Who is the walrus?");
  assert.match(engine.lastPrompt, /Otto/);
  await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  await send(memos, said("Who is the walrus?", engine.answer), "And now?");
  assert.ok(!engine.lastPrompt.includes("Otto"));
});

/** Calls a tool first, and answers once there is a result. */
class CallingEngine extends ListeningEngine {
  override readonly capabilities = { ...new ListeningEngine().capabilities, tools: true };

  override async *generate(request: Parameters<ListeningEngine["generate"]>[0]) {
    const calls = request.messages.at(-1)?.role !== "tool" && (request.tools?.length ?? 0) > 0;
    for await (const event of super.generate(request)) {
      if (calls && event.kind === "text") continue;
      if (calls && event.kind === "end") {
        const call = {
          kind: "toolCall",
          id: "c1",
          name: "weather",
          arguments: '{ "city": "Lisbon" }',
        } as const;
        yield call satisfies GenerateEvent;
        yield { ...event, reason: "toolCalls" as const };
      } else yield event;
    }
  }
}

const WEATHER = { name: "weather", description: "The weather.", parameters: { type: "object" } };

test("a call of the caller's tool ends the answer, and the next request goes on behind it", async (t) => {
  const engine = new CallingEngine();
  const { memos } = await openMemos(t, { engine, upkeep: false });
  await remember(memos, "Ana lives in Lisbon.", ANA);
  const parts = { callerTools: [WEATHER] };
  const first = await send(memos, [], "How is the weather where Ana lives?", { parts });
  assert.deepEqual(
    first.events.find(({ kind }) => kind === "toolCall"),
    { kind: "toolCall", id: "c1", name: "weather", arguments: '{ "city": "Lisbon" }' },
  );
  assert.deepEqual([first.receipt.reason, first.receipt.answer], ["toolCalls", ""]);
  engine.answer = "It rains.";
  // As clients do, the arguments are written anew.
  const since: ChatMessage[] = [
    {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "c1", name: "weather", arguments: '{"city":"Lisbon"}' }],
    },
    { role: "tool", content: "rain", toolCallId: "c1" },
  ];
  const second = await send(memos, [], "How is the weather where Ana lives?", { since, parts });
  assert.equal(second.receipt.answer, "It rains.");
  assert.ok(engine.lastPrompt.startsWith(engine.prompts[0] ?? "-"));
  assert.equal(times("Ana lives in Lisbon", engine.lastPrompt), 1);
  assert.deepEqual(
    (await allOf(memos, ANA)).map((cube) => textIn(cube)),
    ["Ana lives in Lisbon.", "How is the weather where Ana lives?", "It rains."],
  );
  const again = await send(memos, [], "How is the weather?", { since, parts, scope: BOB });
  assert.equal(again.receipt.answer, "It rains.", "a conversation that is not known is taken as it is");
});

test("a caller's tools are refused where the model can call none", async (t) => {
  const { memos } = await open(t);
  await assert.rejects(
    send(memos, [], "Hello.", { parts: { callerTools: [WEATHER] } }),
    refused("UNSUPPORTED"),
  );
  assert.deepEqual(await allOf(memos, ANA), []);
});
