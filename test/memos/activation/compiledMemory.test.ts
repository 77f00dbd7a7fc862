import assert from "node:assert/strict";
import { rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { memCubeSchema } from "../../../memcube/index.js";
import { INSTRUCTION_CHARACTERS } from "../../../memos/activation/operations.js";
import { compileReceiptSchema } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { gate, openMemos, refused, remember } from "../support.js";
import { ANA, compiledIn, ONLY, onlyState, openCompiling, QUESTION, RULE, states } from "./support.js";

const BEN = { tenant: "acme", user: "ben" };

test("a compiled state is a cube of its scope, and serves the next prompt", async (t) => {
  const { memos, engine, path } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  await remember(memos, RULE, BEN);
  const receipt = compileReceiptSchema.parse(await memos.activations.compile(ANA));
  assert.equal(receipt.reason, "compiled");
  const { activations } = await memos.activations.list(ANA);
  const cube = memCubeSchema.parse(activations[0]?.cube);
  assert.deepEqual(cube, receipt.cube);
  assert.deepEqual(
    [cube.scope, cube.provenance.sources.map((source) => source.cube), activations[0]?.tier],
    [ANA, [id], "file"],
  );
  assert.ok(cube.payload.kind === "activation");
  assert.equal(cube.payload.state.bytes, (await stat(await onlyState(path))).size);
  for (const other of [BEN, { tenant: "acme" }, { ...ANA, agent: "bot" }, { tenant: "globex", user: "ana" }])
    assert.equal(await compiledIn(memos, other), 0);

  const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
  assert.deepEqual(
    [tokens.restored, block.state, block.memories, block.miss],
    [receipt.tokens, "file", 1, undefined],
  );
  assert.deepEqual([engine.requests.at(-1)?.salt, engine.compiled.at(-1)?.salt], ["acme", "acme"]);
  assert.equal((await memos.activations.compile(ANA)).reason, "present");
  const [used] = (await memos.activations.list(ANA)).activations;
  assert.equal(memCubeSchema.parse(used?.cube).behaviour.useCount, 1);
});

test("there is nothing to compile without memory, and without an engine that keeps states", async (t) => {
  const { memos } = await openCompiling(t);
  assert.equal((await memos.activations.compile(ANA)).reason, "empty");
  assert.deepEqual(await memos.activations.plan(ANA), { decisions: [] });
  const { memos: without } = await openMemos(t);
  await remember(without, RULE, ANA);
  await assert.rejects(without.activations.compile(ANA), refused("UNSUPPORTED"));
  await assert.rejects(without.activations.plan(ANA), refused("UNSUPPORTED"));
  assert.deepEqual(await without.activations.list(ANA), { activations: [] });
});

test("a file that is gone, cut or another one is a miss with a reason, and is compiled again", async (t) => {
  const { memos, path } = await openCompiling(t);
  await remember(memos, RULE, ANA);
  const { answer } = await ask(memos, QUESTION, ANA, ONLY);
  const damages: ((file: string) => Promise<unknown>)[] = [
    (file) => rm(file),
    (file) => truncate(file, 10),
    (file) => writeFile(file, "something else"),
    () => rm(join(path, "activation"), { recursive: true }),
  ];
  for (const damage of damages) {
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
    await damage(await onlyState(path));
    const missed = await ask(memos, QUESTION, ANA, ONLY);
    assert.deepEqual([missed.answer, missed.tokens.restored, missed.block.state], [answer, 0, "none"]);
    assert.match(missed.block.miss ?? "", /^The state's file/);
    assert.equal(await compiledIn(memos, ANA), 0, "it is compiled again when it is worth it");
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
    const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
    assert.ok(tokens.restored > 0);
    assert.equal(block.miss, undefined);
    await memos.activations.drop(ANA);
  }
});

test("a block is compiled by one at a time", async (t) => {
  const { memos, path, engine } = await openCompiling(t);
  const { memos: other } = await openCompiling(t, { path });
  await remember(memos, RULE, ANA);
  const [begun, go] = [gate(), gate()];
  engine.compiling = () => {
    begun.open();
    return go.opened;
  };
  const first = memos.activations.compile(ANA);
  await begun.opened;
  assert.equal((await other.activations.compile(ANA)).reason, "busy");
  go.open();
  assert.equal((await first).reason, "compiled");
  assert.equal((await other.activations.compile(ANA)).reason, "present");
  assert.equal(await compiledIn(memos, ANA), 1);
  assert.equal((await states(path)).length, 1);
});

test("a compilation that fails or is cancelled leaves nothing, and the next one may begin", async (t) => {
  const { memos, path, engine } = await openCompiling(t);
  await remember(memos, RULE, ANA);
  engine.compiling = () => Promise.reject(new Error("The engine is gone."));
  await assert.rejects(memos.activations.compile(ANA), /engine is gone/);
  assert.deepEqual(await states(path), []);
  engine.compiling = () => undefined;
  assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
});

test("settings that are not valid are refused", async (t) => {
  await assert.rejects(openCompiling(t, { activations: { fileBytes: -1 } }), refused("INVALID_INPUT"));
  const { memos } = await openCompiling(t);
  await assert.rejects(memos.activations.compile({ tenant: "" }), refused("INVALID_INPUT"));
  await assert.rejects(
    memos.activations.compile(ANA, { instructions: "x".repeat(INSTRUCTION_CHARACTERS + 1) }),
    refused("INVALID_INPUT"),
  );
});
