import assert from "node:assert/strict";
import { readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { runHistories } from "../../../bench/activation/histories.js";
import { memCubeSchema } from "../../../memcube/index.js";
import type { MemOS, OpenOptions, Scope } from "../../../memos/index.js";
import { compileReceiptSchema } from "../../../memos/index.js";
import { ask, ListeningEngine } from "../chat/support.js";
import { gate, inLedger, type Lifetime, openMemos, openStore, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const BEN = { tenant: "acme", user: "ben" };
const RULE = { text: "Ana speaks Portuguese.", type: "core" } as const;
const QUESTION = "Which language?";
const ONLY = { remember: false, budget: 0 } as const;

async function open(t: Lifetime, options: Partial<OpenOptions> = {}, engine = new ListeningEngine()) {
  const opened = await openMemos(t, { engine, upkeep: false, activations: { automatic: false }, ...options });
  return { ...opened, engine };
}

async function states(path: string): Promise<string[]> {
  return readdir(join(path, "activation")).catch(() => []);
}

/** The only state that is compiled, as the file that it is in. */
async function onlyState(path: string): Promise<string> {
  const [name, ...others] = await states(path);
  assert.ok(name !== undefined && others.length === 0);
  return join(path, "activation", name);
}

async function compiledIn(memos: MemOS, scope: Scope): Promise<number> {
  return (await memos.activations.list(scope)).activations.length;
}

test("whatever happens to memories, no prompt gets a state of what was, and nothing purged is left in a file", async (t) => {
  const { memos, path } = await open(t);
  await memos.close();
  const { histories, prompts, restored, stale, left } = await runHistories(path, 40);
  assert.deepEqual({ histories, prompts, stale, left }, { histories: 40, prompts: 240, stale: 0, left: 0 });
  assert.ok(restored > 40, `${restored} prompts were restored`);
});

test("a compiled state is a cube of its scope, and serves the next prompt", async (t) => {
  const { memos, engine, path } = await open(t);
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
  const { memos } = await open(t);
  assert.equal((await memos.activations.compile(ANA)).reason, "empty");
  assert.deepEqual(await memos.activations.plan(ANA), { decisions: [] });
  const { memos: without } = await openMemos(t);
  await remember(without, RULE, ANA);
  await assert.rejects(without.activations.compile(ANA), refused("UNSUPPORTED"));
  await assert.rejects(without.activations.plan(ANA), refused("UNSUPPORTED"));
  assert.deepEqual(await without.activations.list(ANA), { activations: [] });
});

const CHANGES: Record<string, (memos: MemOS, id: string) => Promise<unknown>> = {
  "a change": (memos, id) => memos.update(id, { text: "Ana speaks French." }, ANA),
  forgetting: (memos, id) => memos.forget(id, ANA),
  archiving: (memos, id) => memos.lifecycle.archive(id, ANA),
  "another visibility": (memos, id) => memos.lifecycle.govern(id, { visibility: "shared" }, ANA),
  "an end of life": (memos, id) => memos.lifecycle.govern(id, { expiresAt: "2999-01-01" }, ANA),
  "a purge": (memos, id) => memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" }),
};

test("what happens to a source drops its states at once, whoever does it", async (t) => {
  const { memos, path } = await open(t);
  const { memos: other } = await open(t, { path });
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  for (const actor of [memos, other])
    for (const [name, change] of Object.entries(CHANGES)) {
      const id = await remember(memos, RULE, ANA);
      assert.equal((await memos.activations.compile(ANA)).reason, "compiled", name);
      assert.equal(await compiledIn(other, ANA), 1);
      await change(actor, id);
      assert.equal(await compiledIn(memos, ANA), 0, name);
      const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
      assert.deepEqual([tokens.restored, block.miss], [0, undefined], name);
      await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
    }
});

test("a memory that has expired is in no prompt, and its states go with it", async (t) => {
  const { memos, engine } = await open(t);
  const expiresAt = new Date(Date.now() + 150).toISOString();
  await remember(memos, { ...RULE, governance: { expiresAt } }, ANA);
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  await memos.activations.compile(ANA);
  while (Date.now() <= Date.parse(expiresAt)) await nextTurn();
  const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
  assert.deepEqual([tokens.restored, block.memories], [0, 1]);
  assert.ok(!engine.lastPrompt.includes("Portuguese"));
  await memos.lifecycle.sweep();
  assert.equal(await compiledIn(memos, ANA), 0);
});

test("a purge removes the file before its receipt is given, and has every engine forget", async (t) => {
  const { memos, engine, path } = await open(t);
  const { memos: other, engine: elsewhere } = await open(t, { path });
  const id = await remember(memos, RULE, ANA);
  await ask(memos, QUESTION, ANA, ONLY);
  await other.activations.compile(ANA);
  assert.equal((await states(path)).length, 1);
  const receipt = await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.deepEqual(await states(path), []);
  assert.equal((await memos.forgetting.verify(receipt, ANA)).clean, true);
  assert.equal(engine.dropped, 1);
  assert.equal(elsewhere.dropped, 0);
  await ask(other, QUESTION, ANA, ONLY);
  assert.equal(elsewhere.dropped, 1, "before its next prompt");
  await ask(other, QUESTION, ANA, ONLY);
  await ask(memos, QUESTION, ANA, ONLY);
  assert.deepEqual([engine.dropped, elsewhere.dropped], [1, 1], "once for each purge");
});

test("a purge that was cut short is finished by the next process, files of states included", async (t) => {
  const { memos, path } = await open(t);
  const id = await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const store = await openStore(t, path);
  await store.ledger.purge({ id: "cut short", scope: ANA, ids: [id], at: Date.now() });
  assert.equal((await states(path)).length, 1);
  await memos.forgetting.catchUp();
  assert.deepEqual(await states(path), []);
});

test("a file that is gone, cut or another one is a miss with a reason, and is compiled again", async (t) => {
  const { memos, path } = await open(t);
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
  const { memos, path, engine } = await open(t);
  const { memos: other } = await open(t, { path });
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

test("a source that changes while it is compiled leaves neither a state nor a file", async (t) => {
  const { memos, path, engine } = await open(t);
  const id = await remember(memos, RULE, ANA);
  for (const change of [CHANGES["a change"], CHANGES["a purge"]]) {
    engine.compiling = () => change?.(memos, id);
    const receipt = await memos.activations.compile(ANA);
    assert.deepEqual([receipt.reason, receipt.cube], ["changed", null]);
    assert.equal(await compiledIn(memos, ANA), 0);
    assert.deepEqual(await states(path), []);
  }
});

test("a compilation that fails or is cancelled leaves nothing, and the next one may begin", async (t) => {
  const { memos, path, engine } = await open(t);
  await remember(memos, RULE, ANA);
  engine.compiling = () => Promise.reject(new Error("The engine is gone."));
  await assert.rejects(memos.activations.compile(ANA), /engine is gone/);
  assert.deepEqual(await states(path), []);
  engine.compiling = () => undefined;
  assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
});

test("states of what memories said before do not pile up", async (t) => {
  const { memos, path } = await open(t);
  const id = await remember(memos, RULE, ANA);
  for (let round = 0; round < 5; round++) {
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
    assert.equal((await states(path)).length, 1);
    await memos.update(id, { text: `Ana speaks ${round} languages.` }, ANA);
  }
});

test("a state that cannot be compressed is given up when there is no room for it", async (t) => {
  const { memos, path } = await open(t, { activations: { automatic: false, fileBytes: 0 } });
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const receipt = await memos.activations.tidy();
  assert.deepEqual(receipt, { compressed: 0, dropped: 1, removed: 0, fileBytes: 0, compressedBytes: 0 });
  assert.deepEqual(await states(path), []);
  assert.ok((await ask(memos, QUESTION, ANA, ONLY)).answer.length > 0);
});

test("what stands in the folder and belongs to nothing is removed, what another process writes is not", async (t) => {
  const { memos, path } = await open(t);
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const folder = join(path, "activation");
  await writeFile(join(folder, `${"0".repeat(64)}.kv`), "nothing");
  await writeFile(join(folder, "underway.part"), "half");
  assert.equal((await memos.activations.tidy()).removed, 1);
  assert.equal((await states(path)).length, 2);
});

test("no scope gets a state that was compiled for another, whatever it remembers", async (t) => {
  const { memos, engine } = await open(t);
  const scopes: Scope[] = ["acme", "globex"].flatMap((tenant) =>
    ["ana", "ben"].flatMap((user) => [
      { tenant, user, agent: "bot" },
      { tenant, user, app: "bot" },
    ]),
  );
  for (const scope of scopes) await remember(memos, { ...RULE, actor: "ana" }, scope);
  const prompts = new Set<string>();
  const check = async (compiled: readonly Scope[]) => {
    for (const scope of scopes) await memos.activations.drop(scope);
    for (const scope of compiled) assert.equal((await memos.activations.compile(scope)).reason, "compiled");
    for (const scope of scopes) {
      const { tokens } = await ask(memos, QUESTION, scope, ONLY);
      prompts.add(engine.lastPrompt);
      const own = compiled.includes(scope) ? 1 : 0;
      assert.equal(tokens.restored > 0, own === 1, JSON.stringify(scope));
      assert.equal(await compiledIn(memos, scope), own);
      assert.equal(engine.requests.at(-1)?.salt, scope.tenant);
    }
  };
  await fc.assert(fc.asyncProperty(fc.subarray(scopes), check), { numRuns: 8 });
  assert.equal(prompts.size, 1, "they all say the same");
});

test("who may not see everything has a block of their own, and leaves the owner's as it is", async (t) => {
  const { memos, engine, path } = await open(t);
  const shared = { visibility: "shared", sensitivity: "public" } as const;
  await remember(memos, { ...RULE, governance: shared }, ANA);
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  const bot = { kind: "agent", id: "bot" } as const;
  await memos.governance.createPrincipal({ tenant: "acme", ...bot });
  await memos.governance.grant({ principal: bot, space: ANA, actions: ["read"], sensitivity: "public" });
  const view = memos.as({ tenant: "acme", ...bot });

  await memos.activations.compile(ANA);
  const saved = () => inLedger(path, (db) => db.prepare("SELECT tenant, owner, sets FROM block_sets").all());
  const before = saved();
  const missed = await ask(view, QUESTION, ANA, ONLY);
  assert.deepEqual([missed.tokens.restored, missed.block.memories], [0, 1]);
  assert.ok(engine.lastPrompt.includes("Portuguese") && !engine.lastPrompt.includes("walrus"));
  const compiled = await view.activations.compile(ANA);
  assert.equal(compiled.reason, "compiled");
  assert.ok(!JSON.stringify(await view.activations.plan(ANA)).includes("walrus"));
  assert.deepEqual(saved(), before);
  for (const [who, memories] of [
    [memos, 2],
    [view, 1],
  ] as const) {
    const { tokens, block } = await ask(who, QUESTION, ANA, ONLY);
    assert.ok(tokens.restored > 0);
    assert.equal(block.memories, memories);
  }
  await assert.rejects(view.activations.list(ANA), refused("FORBIDDEN"));
  await assert.rejects(view.activations.drop(ANA), refused("FORBIDDEN"));
  await assert.rejects(view.activations.tidy(), refused("FORBIDDEN"));
});

const LONG = { text: `Ana speaks Portuguese. ${"She likes long walks. ".repeat(60)}`, type: "core" } as const;

async function usedOften(memos: MemOS): Promise<void> {
  for (let use = 0; use < 4; use++) await ask(memos, QUESTION, ANA, ONLY);
  await memos.settled();
}

test("what is used often is compiled by itself, and the plan says so before", async (t) => {
  const { memos, engine } = await open(t, { activations: {} });
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
    const { memos, engine } = await open(t, { activations });
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

test("settings that are not valid are refused", async (t) => {
  await assert.rejects(open(t, { activations: { fileBytes: -1 } }), refused("INVALID_INPUT"));
  const { memos } = await open(t);
  await assert.rejects(memos.activations.compile({ tenant: "" }), refused("INVALID_INPUT"));
  await assert.rejects(
    memos.activations.compile(ANA, { instructions: "x".repeat(16_385) }),
    refused("INVALID_INPUT"),
  );
});
