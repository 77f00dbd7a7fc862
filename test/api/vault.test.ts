import assert from "node:assert/strict";
import { test } from "node:test";
import { VaultKey } from "../../memos/governance/vault/sealing.js";
import { revealedSchema, writeReceiptSchema } from "../../memos/index.js";
import { problemOf, startServer } from "./harness.js";

const scope = { user: "ana" };
const input = { text: "Password of the router", type: "vault", secret: "correct horse" };
const REASON = { scope, reason: "to log in" };

test("a value is kept and revealed over REST, and in no other answer", async (t) => {
  const api = await startServer(t, { development: true }, { vault: { key: VaultKey.generate() } });
  const added = await api.send("POST", "/v1/memories", { body: { scope, input } });
  assert.equal(added.status, 201, added.text);
  const id = writeReceiptSchema.parse(added.body).written[0]?.id ?? "";
  const answers = [
    added,
    await api.send("GET", `/v1/memories/${id}?user=ana`),
    await api.send("GET", `/v1/memories/${id}/history?user=ana`),
    await api.send("POST", "/v1/search", { body: { scope, query: "password router", explain: true } }),
    await api.send("POST", "/v1/recall", { body: { scope, query: "password router" } }),
    await api.send("GET", "/v1/events?after=0&follow=false&user=ana"),
  ];
  for (const { status, text } of answers) {
    assert.ok(status < 300, text);
    assert.ok(!text.includes("correct horse"));
  }
  const revealed = await api.send("POST", `/v1/memories/${id}/reveal`, { body: REASON });
  assert.deepEqual(revealedSchema.parse(revealed.body), { id, caption: input.text, value: input.secret });
});

test("a value that is refused is not repeated, and the audit says whose key has revealed one", async (t) => {
  const api = await startServer(t, {}, { vault: { key: VaultKey.generate() } });
  const { secret } = await api.memos.keys.create("acme", "test");
  const headers = { authorization: `Bearer ${secret}` };
  const refusedInput = { ...input, secret: "x".repeat(70_000) };
  const tooLong = await api.send("POST", "/v1/memories", { body: { scope, input: refusedInput }, headers });
  assert.ok(!problemOf(tooLong, 413).detail.includes("xxx"));
  const added = await api.send("POST", "/v1/memories", { body: { scope, input }, headers });
  const id = writeReceiptSchema.parse(added.body).written[0]?.id ?? "";
  const revealed = await api.send("POST", `/v1/memories/${id}/reveal`, { body: REASON, headers });
  assert.equal(revealed.status, 200, revealed.text);
  const { entries } = await api.memos.audit.list("acme", { operation: "vault.reveal" });
  assert.deepEqual(
    entries.map(({ principal, targets }) => [principal.id, targets]),
    [["admin", [id]]],
  );
});

test("without a key of the vault a value can be neither kept nor revealed", async (t) => {
  const api = await startServer(t);
  const added = await api.send("POST", "/v1/memories", { body: { scope, input } });
  assert.equal(problemOf(added, 409).code, "VAULT_LOCKED");
});
