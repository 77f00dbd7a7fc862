import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { ScriptedEngine } from "../../agents/chat/support.js";
import { allOf, textIn } from "../../memos/support.js";
import { memoryIn, startListening, startOpenAI } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };

test("a response recalls, answers and remembers, whole and in pieces", async (t) => {
  const { client, memos, engine } = await startListening(t);
  await memos.add("The walrus is called Otto.", ANA);
  engine.answer = "Otto.";
  const asked = { model: "text", input: "Who is the walrus?", instructions: "Be brief.", user: "ana" };
  const response = await client.responses.create(asked);
  assert.equal(response.output_text, "Otto.");
  assert.equal(response.status, "completed");
  assert.match(engine.lastPrompt, /^\u0002system\nBe brief\.[\s\S]*Otto/);
  assert.equal(memoryIn(response).remembered.length, 2);
  const { usage } = response;
  assert.equal(usage?.total_tokens, (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
  const stream = client.responses.stream({ ...asked, input: [{ role: "user", content: "And now?" }] });
  const kinds: string[] = [];
  for await (const event of stream) kinds.push(event.type);
  assert.equal((await stream.finalResponse()).output_text, "Otto.");
  assert.deepEqual([kinds[0], kinds.at(-1)], ["response.created", "response.completed"]);
});

test("a response calls functions, and goes on with what they gave", async (t) => {
  const engine = new ScriptedEngine();
  const { client, memos } = await startOpenAI(t, engine);
  engine.script = [{ calls: [{ name: "weather", arguments: "{}" }] }, { text: "It rains." }];
  const tools = [{ type: "function" as const, name: "weather", parameters: {}, strict: false }];
  const input: ResponseInputItem[] = [{ role: "user", content: "How is the weather?" }];
  const stream = client.responses.stream({ model: "text", input, tools, user: "ana" });
  const { output } = await stream.finalResponse();
  const [item] = output;
  assert.ok(item?.type === "function_call");
  const { parsed_arguments: _, ...called } = item as typeof item & { parsed_arguments?: unknown };
  input.push(called, { type: "function_call_output", call_id: item.call_id, output: "rain" });
  const second = await client.responses.create({ model: "text", input, tools, user: "ana" });
  assert.equal(second.output_text, "It rains.");
  assert.deepEqual(
    (await allOf(memos, ANA)).map((cube) => textIn(cube)),
    ["How is the weather?", "It rains."],
  );
});
