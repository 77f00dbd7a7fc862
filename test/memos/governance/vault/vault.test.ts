import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { contentOf, newCubeId, nextVersion, type PortableCube } from "../../../../memcube/index.js";
import { open, rewrap, seal, VaultKey } from "../../../../memos/governance/vault/sealing.js";
import type { Scope } from "../../../../memos/index.js";
import { collect, found, openMemos, openStore, refused, remember, temporaryFolder } from "../../support.js";

const scope: Scope = { tenant: "acme", user: "ana" };
const REASON = { reason: "to log in" };
const newKey = () => VaultKey.generate();
const secretMemory = (secret: string) => ({ text: "Password of the router", type: "vault" as const, secret });

async function everyByte(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    await Promise.all(
      entries.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name))),
    ),
  );
}

test("a caption is found, its value is in no byte of the store, of an export or of an answer, and is revealed on request", async (t) => {
  const { memos, path } = await openMemos(t, { vault: { key: newKey() } });
  const secret = `hunter2 "${randomBytes(16).toString("hex")}"`;
  const memory = secretMemory(secret);
  const receipt = await memos.add(memory, scope, { idempotencyKey: "once" });
  assert.equal((await memos.add(memory, scope, { idempotencyKey: "once" })).replayed, true);
  await assert.rejects(
    memos.add(secretMemory("another"), scope, { idempotencyKey: "once" }),
    refused("IDEMPOTENCY_MISMATCH"),
  );
  const id = receipt.written[0]?.id as string;
  assert.deepEqual(await found(memos, "password router", scope), ["Password of the router"]);
  const said = JSON.stringify([
    receipt,
    await memos.recall("router", scope),
    await memos.history(id, scope),
    await collect(memos.export(scope)),
  ]);
  const bytes = await everyByte(path);
  for (const form of [
    secret,
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
    Buffer.from(secret).toString("hex"),
  ]) {
    assert.equal(bytes.includes(form), false);
    assert.equal(said.includes(form), false);
  }
  assert.equal((await memos.vault.reveal(id, scope, REASON)).value, secret);
  const { entries } = await memos.audit.list("acme");
  assert.ok(
    entries.some(
      ({ operation, reason, targets }) =>
        operation === "vault.reveal" && reason === "to log in (owner)" && targets[0] === id,
    ),
  );
});

test("two values with one caption are two memories", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: newKey() } });
  const ids = [
    await remember(memos, secretMemory("a"), scope),
    await remember(memos, secretMemory("b"), scope),
  ];
  const values = await Promise.all(
    ids.map(async (id) => (await memos.vault.reveal(id, scope, REASON)).value),
  );
  assert.deepEqual(values, ["a", "b"]);
  assert.equal((await memos.search("router", scope)).hits.length, 2);
});

test("without its key, or with another, a value stays shut and everything else works", async (t) => {
  const key = newKey();
  const { memos, path } = await openMemos(t, { vault: { key } });
  const id = await remember(memos, secretMemory("hunter2"), scope);
  await memos.close();
  for (const vault of [{}, { key: newKey() }, { keyFile: join(path, "no-such-file") }]) {
    const { memos: other } = await openMemos(t, { path, vault });
    await assert.rejects(other.vault.reveal(id, scope, REASON), refused("VAULT_LOCKED"));
    assert.deepEqual(await found(other, "router", scope), ["Password of the router"]);
    await other.add("The walrus is grey.", scope);
    assert.deepEqual(
      (await other.vault.status()).keys.map(({ readable }) => readable),
      [false],
    );
    await other.close();
  }
  const { memos: without } = await openMemos(t, { path });
  await assert.rejects(without.add(secretMemory("x"), scope), refused("VAULT_LOCKED"));
});

test("the key is changed: values are read with the new one, and a rotation that was cut short goes on", async (t) => {
  const [before, after] = [newKey(), newKey()];
  const { memos, path } = await openMemos(t, { vault: { key: before } });
  const ids = [
    await remember(memos, secretMemory("a"), scope),
    await remember(memos, secretMemory("b"), scope),
  ];
  const store = await openStore(t, path);
  const old = VaultKey.parse(before);
  const [first] = await store.ledger.sealedUnder(old.id, 1);
  assert.ok(first);
  await store.ledger.saveWrapped([rewrap(old, VaultKey.parse(after), first)]);
  await memos.close();
  const { memos: next } = await openMemos(t, { path, vault: { key: after } });
  assert.deepEqual(await next.vault.rotate(before), { values: 1 });
  assert.deepEqual(await next.vault.rotate(before), { values: 0 });
  for (const [index, id] of ids.entries())
    assert.equal((await next.vault.reveal(id, scope, REASON)).value, "ab"[index]);
  const { intact } = await next.history(ids[0] as string, scope);
  assert.equal(intact, true);
});

test("a purge takes the value along", async (t) => {
  const { memos, path } = await openMemos(t, { vault: { key: newKey() } });
  const store = await openStore(t, path);
  const id = await remember(memos, secretMemory("hunter2"), scope);
  await memos.forgetting.forget({ ids: [id] }, scope, { mode: "purge" });
  assert.deepEqual(await store.ledger.sealedKeys(), []);
});

test("only who has a grant for it sees a value, also in the own space", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: newKey() } });
  const id = await remember(memos, secretMemory("hunter2"), scope);
  const ana = { tenant: "acme", kind: "user" as const, id: "ana" };
  await memos.governance.createPrincipal(ana);
  const view = memos.as(ana);
  assert.equal((await view.get(id, scope)).id, id);
  await assert.rejects(view.vault.reveal(id, scope, REASON), refused("FORBIDDEN"));
  await memos.governance.grant({
    principal: { kind: "user", id: "ana" },
    space: scope,
    actions: ["reveal"],
    sensitivity: "secret",
    visibility: "all",
  });
  assert.equal((await view.vault.reveal(id, scope, REASON)).value, "hunter2");
  const { entries } = await memos.audit.list("acme", { operation: "vault.reveal" });
  assert.deepEqual(
    entries.map(({ principal, decision, targets }) => [principal.id, decision, targets]),
    [
      ["ana", "denied", []],
      ["ana", "allowed", [id]],
    ],
  );
  await assert.rejects(memos.vault.reveal(id, { tenant: "globex" }, REASON), refused("NOT_FOUND"));
});

test("a memory that names the value of another does not get it", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: newKey() } });
  await remember(memos, secretMemory("hunter2"), scope);
  const [kept] = await collect(memos.export(scope));
  const { cube } = kept as PortableCube;
  const content = { ...contentOf(cube) };
  const id = newCubeId();
  const other = { ...cube, id, scope: { tenant: "acme", user: "mallory" } };
  const version = nextVersion(id, null, {
    content,
    actor: "mallory",
    operation: "add",
    cause: "",
    recordedAt: cube.time.recordedAt,
  });
  const [progress] = await collect(memos.import([{ cube: other, versions: [version] }], other.scope));
  assert.equal(progress?.written.length, 1);
  await assert.rejects(memos.vault.reveal(id, other.scope, REASON), refused("NOT_FOUND"));
});

test("a memory neither enters nor leaves the vault by a change, and its caption can be changed", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: newKey() } });
  const id = await remember(memos, secretMemory("hunter2"), scope);
  const plain = await remember(memos, "The walrus is grey.", scope);
  await assert.rejects(memos.update(id, { type: "semantic" }, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.update(plain, { type: "vault" }, scope), refused("INVALID_INPUT"));
  await memos.update(id, { text: "Password of the old router" }, scope);
  assert.equal((await memos.vault.reveal(id, scope, REASON)).caption, "Password of the old router");
});

test("bad input is refused", async (t) => {
  const { memos } = await openMemos(t, { vault: { key: newKey() } });
  await assert.rejects(memos.add({ text: "a", secret: "b" }, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.add({ text: "a", type: "vault" }, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.add(secretMemory("x".repeat(70_000)), scope), refused("TOO_LARGE"));
  const plain = await remember(memos, "a", scope);
  await assert.rejects(memos.vault.reveal(plain, scope, REASON), refused("NOT_FOUND"));
  await assert.rejects(memos.vault.reveal(plain, scope, { reason: " " }), refused("INVALID_INPUT"));
  for (const key of ["", "short", "z".repeat(64)])
    assert.throws(() => VaultKey.parse(key), refused("INVALID_INPUT"));
  const file = join(await temporaryFolder(t), "key");
  await writeFile(file, newKey());
  await chmod(file, 0o644);
  if (process.platform !== "win32") await assert.rejects(VaultKey.read(file), refused("INVALID_INPUT"));
  await chmod(file, 0o600);
  assert.ok(await VaultKey.read(file));
});

test("any value opens as it was sealed; a changed byte, or a row in another's place, does not open", () => {
  const key = VaultKey.parse(newKey());
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat({ max: 7 }), (value, at, bit) => {
      const row = seal(key, value.toWellFormed(), { id: "id", tenant: "acme", cube: "cube" });
      assert.equal(open(key, row), value.toWellFormed());
      const changed = (bytes: Uint8Array) =>
        bytes.map((byte, index) => (index === at % bytes.length ? byte ^ (1 << bit) : byte));
      for (const wrong of [
        { ...row, sealed: changed(row.sealed) },
        { ...row, wrapped: changed(row.wrapped) },
        { ...row, tenant: "globex" },
        { ...row, cube: "other" },
        { ...row, id: "other" },
      ])
        assert.throws(() => open(key, wrong), refused("STORE_INVALID"));
    }),
  );
});
