import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { RunnableWithMessageHistory } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { MemosChatHistory, MemosRetriever, memoryTools } from "../../../agents/frameworks/langchain/index.js";
import { TRANSCRIPT_LIMITS } from "../../../agents/frameworks/transcript.js";
import type { MemOS } from "../../../memos/index.js";
import { openMemos, refused, remember } from "../../memos/support.js";
import { ANA, BEN, PIXEL, textsOf } from "./support.js";

const OWNER = { tenant: "acme", user: "ana" };

/** A chain with a memory, and the prompts that its model was given. */
function conversation(memos: MemOS, answers: string[]) {
  const prompts: string[][] = [];
  const model = new FakeListChatModel({ responses: answers });
  const prompt = ChatPromptTemplate.fromMessages([
    ["system", "Be brief."],
    new MessagesPlaceholder("history"),
    ["human", "{input}"],
  ]);
  const seen = prompt.pipe((value) => {
    prompts.push(value.toChatMessages().map(({ text }) => text));
    return value;
  });
  const chain = new RunnableWithMessageHistory({
    runnable: seen.pipe(model),
    getMessageHistory: (user: string) =>
      new MemosChatHistory(memos, { tenant: "acme", user, session: "monday" }),
    inputMessagesKey: "input",
    historyMessagesKey: "history",
  });
  const say = async (user: string, input: string) =>
    (await chain.invoke({ input }, { configurable: { sessionId: user } })).text;
  return { prompts, say };
}

function read(messages: BaseMessage[]): [string, unknown][] {
  return messages.map((message) => [message.getType(), message.content]);
}

test("a conversation of several turns sees those before, also after the store was closed", async (t) => {
  const { memos, path } = await openMemos(t);
  const first = conversation(memos, ["Noted.", "In Lisbon."]);
  assert.equal(await first.say("ana", "I moved to Lisbon."), "Noted.");
  await memos.close();
  const { memos: again } = await openMemos(t, { path });
  const second = conversation(again, ["In Lisbon."]);
  assert.equal(await second.say("ana", "Where do I live?"), "In Lisbon.");
  assert.deepEqual(second.prompts, [["Be brief.", "I moved to Lisbon.", "Noted.", "Where do I live?"]]);
});

test("two users never see each other's messages, in one session name either", async (t) => {
  const { memos } = await openMemos(t);
  const { prompts, say } = conversation(memos, ["Noted.", "No idea."]);
  await say("ana", "My safe is behind the painting.");
  await say("ben", "Where is the safe?");
  assert.deepEqual(prompts[1], ["Be brief.", "Where is the safe?"]);
  const documents = await new MemosRetriever({ memos, scope: BEN }).invoke("painting");
  assert.deepEqual(new Set(documents.map(({ metadata }) => metadata.actor)), new Set(["ben", "assistant"]));
  assert.ok(!documents.some(({ pageContent }) => pageContent.includes("painting")));
});

test("messages come back as they were: calls, results, pictures, kwargs, without words", async (t) => {
  const { memos } = await openMemos(t);
  const history = new MemosChatHistory(memos, ANA);
  const messages = [
    new SystemMessage("Be brief."),
    new HumanMessage({
      content: [
        { type: "text", text: "This is" },
        { type: "image_url", image_url: { url: PIXEL } },
        { type: "text", text: "my otter." },
      ],
    }),
    new AIMessage({ content: "", tool_calls: [{ id: "1", name: "look", args: { at: "otter" } }] }),
    new ToolMessage({ content: "An otter.", tool_call_id: "1" }),
    new AIMessage({
      content: "Nice.",
      additional_kwargs: { mood: "glad" },
      response_metadata: { model: "m" },
    }),
    new HumanMessage({ content: [{ type: "image_url", image_url: { url: PIXEL } }] }),
    new HumanMessage(""),
    new HumanMessage("multi\nline\n"),
  ];
  await history.addMessages(messages);
  const back = await history.getMessages();
  assert.deepEqual(
    back.map((message) => message.toDict()),
    messages.map((message) => message.toDict()),
  );
});

test("what was said is found by its words, and calls and results are not", async (t) => {
  const { memos } = await openMemos(t);
  await new MemosChatHistory(memos, ANA).addMessages([
    new HumanMessage({
      content: [
        { type: "text", text: "My otter is called Olga." },
        { type: "image_url", image_url: { url: PIXEL } },
      ],
    }),
    new AIMessage({ content: "", tool_calls: [{ id: "1", name: "otter", args: {} }] }),
    new ToolMessage({ content: "otter otter", tool_call_id: "1" }),
    new HumanMessage({ content: [{ type: "image_url", image_url: { url: PIXEL } }] }),
  ]);
  const documents = await new MemosRetriever({ memos, scope: { ...ANA, session: "friday" } }).invoke("otter");
  assert.deepEqual(
    documents.map(({ pageContent }) => pageContent),
    ["My otter is called Olga."],
  );
});

test("a picture that is too large leaves a note beside the words", async (t) => {
  const { memos } = await openMemos(t);
  const history = new MemosChatHistory(memos, ANA);
  const url = `data:image/png;base64,${"A".repeat(2 * 1024 * 1024)}`;
  await history.addMessages([
    new HumanMessage({
      content: [
        { type: "text", text: "My otter." },
        { type: "image_url", image_url: { url } },
      ],
    }),
    new ToolMessage({ content: "x".repeat(TRANSCRIPT_LIMITS.valueCharacters + 5), tool_call_id: "1" }),
  ]);
  const [human, tool] = await history.getMessages();
  assert.equal(human?.content, "My otter.\n[image_url not kept]");
  assert.ok(String(tool?.content).endsWith("x [5 characters not kept]"));
});

test("clearing forgets the messages of this session alone, and can be undone", async (t) => {
  const { memos } = await openMemos(t);
  const monday = new MemosChatHistory(memos, ANA);
  const friday = new MemosChatHistory(memos, { ...ANA, session: "friday" });
  await monday.addMessage(new HumanMessage("Monday."));
  await friday.addMessage(new HumanMessage("Friday."));
  const note = await remember(memos, "A note of Monday.", ANA);
  const [message] = (await memos.list(ANA, { order: "oldest" })).cubes;
  await monday.clear();
  assert.deepEqual(await monday.getMessages(), []);
  assert.deepEqual(read(await friday.getMessages()), [["human", "Friday."]]);
  assert.equal((await memos.get(note, OWNER)).id, note);
  await memos.undo(message?.id ?? "", OWNER);
  assert.deepEqual(read(await monday.getMessages()), [["human", "Monday."]]);
});

test("what was forgotten is gone from the history, and what was corrected reads so", async (t) => {
  const { memos } = await openMemos(t);
  const history = new MemosChatHistory(memos, ANA);
  await history.addMessages([new HumanMessage("I live in Porto."), new HumanMessage("My code is 1234.")]);
  const { cubes } = await memos.list(ANA, { order: "oldest" });
  await memos.update(cubes[0]?.id ?? "", { text: "I live in Lisbon." }, OWNER);
  await memos.forget(cubes[1]?.id ?? "", OWNER);
  assert.deepEqual(read(await history.getMessages()), [["human", "I live in Lisbon."]]);
});

test("documents come best first, with id, score, dates and citation", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(
    memos,
    { text: "The heron nests <|im_start|> on Friday.", occurredAt: "2026-03-01" },
    OWNER,
  );
  await memos.add("A heron, and nothing else.", OWNER);
  const [first, second] = await new MemosRetriever({ memos, scope: ANA, k: 2 }).invoke(
    "When does the heron nest on Friday?",
  );
  assert.equal(first?.id, id);
  assert.equal(first?.pageContent, "The heron nests &lt;|im_start|> on Friday.");
  const { score, time, ...rest } = first?.metadata ?? assert.fail();
  assert.deepEqual(rest, { id, citation: "[1]", type: "episodic", origin: "user", actor: "ana" });
  assert.equal(time.occurredAt, "2026-03-01T00:00:00.000Z");
  assert.ok(score > (second?.metadata.score ?? Number.POSITIVE_INFINITY));
});

test("a question without words finds nothing, and a long one breaks nothing", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add("The heron nests on Friday.", OWNER);
  const retriever = new MemosRetriever({ memos, scope: ANA });
  assert.deepEqual(await retriever.invoke(" "), []);
  assert.equal((await retriever.invoke(`heron ${"x".repeat(10_000)}`)).length, 1);
});

test("tools are called with their arguments, and failures are answers", async (t) => {
  const { memos } = await openMemos(t);
  const tools = new Map(memoryTools(memos, ANA).map((tool) => [tool.name, tool]));
  const kept = await tools.get("remember")?.invoke({ text: "Ana is a vet." });
  assert.equal(kept.remembered.length, 1);
  const message = await tools
    .get("search_memory")
    ?.invoke({ type: "tool_call", id: "1", name: "search_memory", args: { query: "vet" } });
  assert.match(message.content, /Ana is a vet\./);
  assert.deepEqual(await textsOf(memos, BEN), []);
  await memos.close();
  const failed = await tools.get("list_timeline")?.invoke({});
  assert.equal(failed.error.code, "CLOSED");
});

test("a closed store, no session and a wrong k are told apart", async (t) => {
  const { memos } = await openMemos(t);
  assert.throws(() => new MemosChatHistory(memos, OWNER), refused("INVALID_INPUT"));
  assert.throws(() => new MemosRetriever({ memos, scope: ANA, k: 0 }), refused("INVALID_INPUT"));
  await memos.close();
  const history = new MemosChatHistory(memos, ANA);
  await assert.rejects(history.getMessages(), refused("CLOSED"));
  await assert.rejects(history.addMessage(new HumanMessage("Hello.")), refused("CLOSED"));
  await assert.rejects(history.clear(), refused("CLOSED"));
  await assert.rejects(new MemosRetriever({ memos, scope: ANA }).invoke("otter"), refused("CLOSED"));
});
