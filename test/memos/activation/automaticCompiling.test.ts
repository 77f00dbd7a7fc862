import assert from "node:assert/strict";
import { test } from "node:test";
import type { MemOS } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { remember } from "../support.js";
import { ANA, compiledIn, ONLY, openCompiling, QUESTION } from "./support.js";

const LONG = { text: `Ana speaks Portuguese. ${"She likes long walks. ".repeat(60)}`, type: "core" } as const;

async function usedOften(memos: MemOS): Promise<void> {
  for (let use = 0; use < 4; use++) await ask(memos, QUESTION, ANA, ONLY);
  await memos.settled();
}

test("what is used often is compiled by itself, and the plan says so before", async (t) => {
  const { memos, engine } = await openCompiling(t, { activations: {} });
  await remember(memos, LONG, ANA);
  assert.deepEqual((await memos.activations.plan(ANA)).decisions, [], "nobody has used it");
  await usedOften(memos);
  assert.equal(engine.compiled.length, 1);
  assert.equal(await compiledIn(memos, ANA), 1);
  assert.ok((await ask(memos, QUESTION, ANA, ONLY)).tokens.restored > 0);
  assert.deepEqual((await memos.activations.plan(ANA)).decisions, [], "it is where it should be");
});

for (const [name, activations, planned] of [
  ["automatic: false", { automatic: false }, ["approved"]],
  ["placement.activation: false", { placement: { activation: false } }, []],
  ["placement.needsApproval", { placement: { needsApproval: true } }, ["proposed"]],
] as const)
  test(`${name} compiles nothing by itself`, async (t) => {
    const { memos, engine } = await openCompiling(t, { activations });
    await remember(memos, LONG, ANA);
    await usedOften(memos);
    const { decisions } = await memos.activations.plan(ANA);
    assert.deepEqual(
      decisions.map(({ action, state }) => [action, state]),
      planned.map((state) => ["compile", state]),
    );
    assert.equal(engine.compiled.length, 0);
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled", "by hand it can be");
  });
