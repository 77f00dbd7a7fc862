import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenAIEngine } from "../../../memos/inference/index.js";
import { delta, KEY, says, startCompletionServer, streams } from "../../memos/inference/completionServer.js";
import { localEngine } from "../../memos/inference/local/support.js";
import { openMemos, remember } from "../../memos/support.js";
import { ANA, MONDAY, say } from "./support.js";

const CHAT = { ...MONDAY, tools: true } as const;

test("with an OpenAI-compatible server a call goes out and its result comes back in the form of the API", async (t) => {
  const asked = { index: 0, id: "c1", type: "function" };
  const calls = [
    { ...asked, function: { name: "search_memory", arguments: '{"query":' } },
    { index: 0, function: { arguments: '"walrus"}' } },
  ];
  const { baseURL, requests } = await startCompletionServer(
    t,
    streams(...calls.map((one) => delta({ tool_calls: [one] })), delta({}, "tool_calls")),
    says("It is ", "Otto."),
    says("Yes."),
  );
  const engine = new OpenAIEngine({ model: "test", baseURL, apiKey: KEY, retries: 0 });
  t.after(() => engine[Symbol.asyncDispose]());
  const { memos } = await openMemos(t, { engine, upkeep: false });
  await remember(memos, "The walrus is called Otto.", ANA);
  const { answer, tools } = await say(memos, "Who?", ANA, { ...CHAT, budget: 0 });
  assert.deepEqual(
    [answer, tools.offered, tools.rounds, tools.calls[0]?.error],
    ["It is Otto.", 5, 2, undefined],
  );
  const messages = requests[1]?.messages ?? [];
  assert.deepEqual(
    messages.map(({ role }) => role),
    ["system", "user", "assistant", "tool"],
  );
  assert.equal(messages.at(-1)?.tool_call_id, "c1");
  assert.match(messages.at(-1)?.content ?? "", /Otto/);
  await say(memos, "And now?", ANA, { ...CHAT, budget: 0 });
  assert.deepEqual(requests[2]?.messages.slice(0, 4), messages, "what was sent once is sent the same again");
});

test("with the local engine the turns of a session are evaluated once, tools or not", async (t) => {
  const engine = await localEngine(t, { contextTokens: 32_768 });
  const { memos } = await openMemos(t, { engine, upkeep: false, activations: { automatic: false } });
  await remember(memos, { text: "Ana speaks Portuguese.", type: "core" }, ANA);
  await remember(memos, "The walrus is called Otto.", ANA);
  for (const tools of [false, true]) {
    const options = { session: `tools ${tools}`, tools, maxTokens: 16, remember: false };
    const first = await say(memos, "Who is the walrus?", ANA, options);
    assert.equal(first.tools.offered, tools ? 3 : 0);
    assert.equal(first.recalled.length, 1);
    const second = await say(memos, "And yesterday?", ANA, options);
    assert.ok(second.tokens.reused > first.tokens.prefilled / 2, "the second prompt begins with the first");
  }
});
