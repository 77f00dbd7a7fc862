import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as z from "zod";
import { isMemosError } from "../../../../memcube/index.js";
import type { LocalEngine } from "../../../../memos/inference/index.js";
import type { Lifetime } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { localEngine } from "./support.js";

describe("answers of the local engine", () => {
  let engine: LocalEngine;
  const endings: (() => Promise<void>)[] = [];
  const life: Lifetime = { after: (end) => endings.push(end) };
  before(async () => {
    engine = await localEngine(life);
  });
  after(async () => {
    for (const end of endings) await end();
  });

  test("sampling with the same seed says the same, with another seed something else", async () => {
    const say = async (seed: number) =>
      (await generated(engine, { messages: QUESTION, maxTokens: 16, temperature: 1, seed })).text;
    assert.equal(await say(1), await say(1));
    assert.notEqual(await say(1), await say(2));
    const narrow = { messages: QUESTION, maxTokens: 16, temperature: 1, topP: 1e-6, seed: 3 };
    const greedy = await generated(engine, { messages: QUESTION, maxTokens: 16 });
    assert.equal((await generated(engine, narrow)).text, greedy.text);
  });

  test("schemas as zod writes them are followed", async () => {
    const schema = z.strictObject({
      kind: z.enum(["fact", "wish"]),
      who: z.string().max(6).nullable(),
      tags: z.array(z.string().max(4)).max(2),
      more: z.union([z.literal("yes"), z.strictObject({ no: z.boolean() })]),
    });
    const { text } = await generated(engine, {
      messages: QUESTION,
      maxTokens: 300,
      schema: z.toJSONSchema(schema),
    });
    schema.parse(JSON.parse(text));
  });

  test("a schema that says too little to be followed is refused with its place", async () => {
    const refused: [Record<string, unknown>, string][] = [
      [{}, "schema"],
      [{ type: "sculpture" }, "schema"],
      [{ type: "object", properties: { anything: {} } }, "schema.anything"],
      [{ allOf: [{ type: "string" }, { type: "string" }] }, "schema"],
    ];
    for (const [schema, path] of refused)
      await assert.rejects(
        generated(engine, { messages: QUESTION, maxTokens: 4, schema }),
        (error) => isMemosError(error, "INVALID_INPUT") && error.path === path,
        path,
      );
  });

  test("an answer that does not follow its schema twice is a failure; one without room is the beginning of one", async () => {
    const impossible = { type: "string", maxLength: 2, pattern: "^z{9}$" };
    await assert.rejects(
      generated(engine, { messages: QUESTION, maxTokens: 40, schema: impossible }),
      (error) => isMemosError(error, "MODEL_FAILED") && /does not follow the schema/.test(error.message),
    );
    const { text, end } = await generated(engine, {
      messages: QUESTION,
      maxTokens: 3,
      schema: { type: "object", properties: { city: { type: "string" } } },
    });
    assert.equal(end.reason, "length");
    assert.ok(text.startsWith("{"));
  });

  test("an answer beside tools is given as text", async () => {
    const { calls, text, end } = await generated(engine, {
      messages: QUESTION,
      maxTokens: 200,
      temperature: 1,
      seed: 5,
      tools: [
        {
          name: "look",
          description: "looks something up",
          parameters: { type: "object", properties: { at: { type: "string", maxLength: 4 } } },
        },
      ],
    });
    if (end.reason === "stop") assert.ok(text.length > 0 && calls.length === 0);
    else if (end.reason === "toolCalls") assert.equal(calls.length, 1);
    else assert.deepEqual([text, calls], ["", []]);
  });
});
