import assert from "node:assert/strict";
import { test } from "node:test";
import { remember, revise } from "../../../agents/index.js";
import { textOf } from "../../../memcube/index.js";
import { VaultKey } from "../../../memos/governance/vault/sealing.js";
import { openMemos, refused, UNKNOWN_ID } from "../../memos/support.js";

const ana = { tenant: "acme", user: "ana" };
const SECRET = "hunter2-Walrus!9";

async function noted(memos: Parameters<typeof remember>[0], expiresAt: string): Promise<string> {
  const receipt = await remember(memos, [{ role: "user", content: "The router is in the hall." }], ana, {
    governance: { expiresAt },
  });
  return receipt.written[0]?.id ?? "";
}

test("secrets of a new text go into the vault, and end with the memory", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: VaultKey.generate() } });
  const id = await noted(memos, "2999-01-01");
  const receipt = await revise(memos, id, { text: `The password of the router is ${SECRET}` }, ana);
  assert.deepEqual([receipt.sealed, receipt.leftOut], [1, 0]);
  assert.doesNotMatch(JSON.stringify(await memos.history(id, ana)), /hunter2/);
  const { cubes } = await memos.list(ana, { types: ["vault"] });
  const [kept] = cubes;
  assert.ok(kept);
  assert.equal(kept.governance.expiresAt, "2999-01-01T00:00:00.000Z");
  assert.equal((await memos.vault.reveal(kept.id, ana, { reason: "test" })).value, SECRET);
});

test("without a key of the vault they are kept nowhere, and the receipt says so", async (t) => {
  const { memos } = await openMemos(t);
  const id = await noted(memos, "2999-01-01");
  const receipt = await revise(memos, id, { text: `The password of the router is ${SECRET}` }, ana);
  assert.deepEqual([receipt.sealed, receipt.leftOut], [0, 1]);
  assert.deepEqual(
    receipt.warnings.map(({ code }) => code),
    ["SECRET_LEFT_OUT"],
  );
  assert.doesNotMatch(JSON.stringify(await memos.history(id, ana)), /hunter2/);
});

test("a text without secrets is changed as it is, and a memory that is not there changes nothing", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: VaultKey.generate() } });
  const id = await noted(memos, "2999-01-01");
  await revise(memos, id, { text: "The router is in the cellar." }, ana);
  assert.equal(textOf(await memos.get(id, ana)), "The router is in the cellar.");
  await assert.rejects(
    revise(memos, UNKNOWN_ID, { text: `The password of the router is ${SECRET}` }, ana),
    refused("NOT_FOUND"),
  );
  assert.equal((await memos.list(ana, { types: ["vault"] })).cubes.length, 0);
});
