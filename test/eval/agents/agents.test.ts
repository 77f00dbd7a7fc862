import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bm25Agent } from "../../../eval/agents/bm25.js";
import { chatAgent } from "../../../eval/agents/chat.js";
import { grepAgent } from "../../../eval/agents/grep.js";
import { longContextAgent } from "../../../eval/agents/longContext.js";
import { mem0Agent } from "../../../eval/agents/mem0.js";
import { memosAgent } from "../../../eval/agents/memos.js";
import { PASSAGE_CHARACTERS, passagesOf } from "../../../eval/agents/passages.js";
import { restAgent } from "../../../eval/agents/rest.js";
import { vectorAgent } from "../../../eval/agents/vector.js";
import { sourceOf } from "../../../eval/mab/sources.js";
import { memoriseMessage } from "../../../eval/mab/templates.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { type Harness, startServer } from "../../api/harness.js";
import { talkingEngine } from "../readers/talkingEngine.js";
import { testAgent } from "./agentContract.js";

// An `after` within a test would end the server with that test.
const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends) await end();
});
let started: Promise<Harness> | undefined;
const server = () => {
  started ??= startServer({ after: (end) => ends.push(end) });
  return started;
};

testAgent("memos", async () => memosAgent(await StaticEmbedder.load()));
testAgent("memos-rest", async () => restAgent({ url: (await server()).address }));
testAgent("mem0", async () => mem0Agent({ url: `${(await server()).address}/mem0` }));
testAgent("bm25", async () => bm25Agent());
testAgent("vector", async () => vectorAgent(await StaticEmbedder.load()));
testAgent("grep", async () => grepAgent());
testAgent("long-context", async () => longContextAgent(), { ranks: false });
testAgent("openai", async () => chatAgent(talkingEngine(() => "")), { ranks: false });

test("an endpoint is told everything in the dialogue that it was memorised in, and then asked", async () => {
  const told: string[] = [];
  const agent = chatAgent(
    talkingEngine((user) => {
      told.push(user);
      return "Answer: Tarnby";
    }),
  );
  const memory = await agent.open("one");
  for (const text of ["First part.", "Second part."])
    await memory.memorise({ text, message: memoriseMessage("facts", text) });
  const source = sourceOf("factconsolidation_sh_6k");
  const answer = await memory.answer?.({ source, question: "Where?", prompt: "PROMPT", k: 5 });
  assert.equal(answer?.text, "Answer: Tarnby");
  assert.equal(answer?.llmCalls, 1);
  assert.match(told[0] ?? "", /^Dialogue between[\s\S]*First part\.[\s\S]*Second part\.[\s\S]*\nPROMPT$/);
});

test("passages keep every word and are no longer than they may be", () => {
  const text = Array.from({ length: 400 }, (_, index) => `Sentence ${index} is here.`).join(" ");
  const passages = passagesOf(text);
  assert.equal(passages.join(" "), text);
  assert.ok(passages.every(({ length }) => length <= PASSAGE_CHARACTERS));
});
