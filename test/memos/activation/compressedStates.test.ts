import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActivationSettings, MemOS, OpenOptions } from "../../../memos/index.js";
import type { LocalEngine } from "../../../memos/inference/index.js";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { type Lifetime, openMemos, remember, temporaryFolder } from "../support.js";
import { ANA, ONLY, QUESTION, RULE, states } from "./support.js";

const INSTRUCTIONS = "Be brief.";

async function openLocal(t: Lifetime, options: Partial<OpenOptions> = {}) {
  const engine = await localEngine(t);
  const activations = { automatic: false, ...options.activations };
  return { ...(await openMemos(t, { engine, upkeep: false, ...options, activations })), engine };
}

/** Asks in a process of the engine that has nothing in memory. */
async function askAnew(engine: LocalEngine, memos: MemOS) {
  await engine.drop();
  return ask(memos, QUESTION, ANA, { ...ONLY, maxTokens: 16, instructions: INSTRUCTIONS });
}

for (const codec of ["kivi", "mikv"] as const)
  test(`a state that was compressed by ${codec} is restored`, async (t) => {
    const { memos, engine } = await openLocal(t, { activations: { fileBytes: 0, codec } });
    await remember(memos, RULE, ANA);
    const { bytes } = await memos.activations.compile(ANA, { instructions: INSTRUCTIONS });
    const receipt = await memos.activations.tidy();
    const [{ tier, codec: name, bytes: left } = { tier: "", codec: "", bytes: 0 }] = (
      await memos.activations.list(ANA)
    ).activations;
    assert.deepEqual([tier, name], ["compressed", codec]);
    assert.ok(left < bytes);
    assert.deepEqual(receipt, { compressed: 1, dropped: 0, removed: 0, fileBytes: 0, compressedBytes: left });
    const { tokens, block, answer } = await askAnew(engine, memos);
    assert.deepEqual([block.state, block.miss, tokens.generated], ["compressed", undefined, 16]);
    assert.ok(tokens.restored > 0 && answer.length > 0);
  });

test("a compressed state that serves again and again is evaluated anew", async (t) => {
  const { memos, path } = await openLocal(t, { activations: { fileBytes: 0 } });
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA, { instructions: INSTRUCTIONS });
  assert.equal((await memos.activations.tidy()).compressed, 1);
  await memos.close();
  const { memos: next, engine } = await openLocal(t, { path, activations: { automatic: true } });
  const tiers: string[] = [];
  for (let use = 0; use < 3; use++) {
    tiers.push((await askAnew(engine, next)).block.state);
    await next.settled();
  }
  assert.deepEqual(tiers, ["compressed", "compressed", "file"]);
});

test("quotas take what is worth least first, and the receipt says what is left", async (t) => {
  const path = await temporaryFolder(t);
  const engine = await localEngine(t);
  const users = ["ana", "ben", "cat"].map((user) => ({ tenant: "acme", user }));
  const reopened = async (activations: ActivationSettings) =>
    (await openMemos(t, { path, engine, upkeep: false, activations: { automatic: false, ...activations } }))
      .memos;
  const filesOf = async (memos: MemOS) =>
    (await Promise.all(users.map((user) => memos.activations.list(user)))).flatMap(
      ({ activations }) => activations,
    );
  const sumOf = (tier: string, files: Awaited<ReturnType<typeof filesOf>>) =>
    files.filter((file) => file.tier === tier).reduce((sum, { bytes }) => sum + bytes, 0);

  const memos = await reopened({});
  for (const user of users) await remember(memos, { ...RULE, text: `${user.user} likes long walks.` }, user);
  for (const user of users) await memos.activations.compile(user);
  for (const user of [users[0], users[2]]) {
    await engine.drop();
    assert.ok(user);
    assert.ok((await ask(memos, QUESTION, user, { ...ONLY, maxTokens: 1 })).tokens.restored > 0);
  }
  const whole = sumOf("file", await filesOf(memos));
  assert.deepEqual(await memos.activations.tidy(), {
    compressed: 0,
    dropped: 0,
    removed: 0,
    fileBytes: whole,
    compressedBytes: 0,
  });
  await memos.close();

  const smaller = await reopened({ fileBytes: whole - 1 });
  const squeezed = await smaller.activations.tidy();
  const files = await filesOf(smaller);
  assert.deepEqual(
    files.map(({ tier }) => tier),
    ["file", "compressed", "file"],
  );
  assert.deepEqual(squeezed, {
    compressed: 1,
    dropped: 0,
    removed: 0,
    fileBytes: sumOf("file", files),
    compressedBytes: sumOf("compressed", files),
  });
  await smaller.close();

  // One more is compressed, and of the two that are then, the one that nobody has used goes.
  const smallest = await reopened({
    fileBytes: Math.floor(whole / 2),
    compressedBytes: Math.floor(squeezed.compressedBytes * 1.5),
  });
  const { compressed, dropped, ...bytes } = await smallest.activations.tidy();
  const left = await filesOf(smallest);
  assert.deepEqual(
    [compressed, dropped, left.map(({ tier }) => tier).sort()],
    [1, 1, ["compressed", "file"]],
  );
  assert.deepEqual(bytes, {
    removed: 0,
    fileBytes: sumOf("file", left),
    compressedBytes: sumOf("compressed", left),
  });
  assert.deepEqual(
    (await states(path)).sort(),
    left
      .map(({ cube }) => `${cube.payload.kind === "activation" ? cube.payload.state.sha256 : ""}.kv`)
      .sort(),
  );
});
