import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startMem0 } from "./support.js";

const server = await startMem0({ after }, { vault: { key: "0123456789abcdef".repeat(4) } });
const SECRET = "hunter2-Walrus!9";

test("secrets of what is added, and of what a memory is changed to, are in the vault and nowhere else", async () => {
  const added = await server.call("POST", "/v3/memories/add/", {
    messages: [{ role: "user", content: `The password of the router is ${SECRET}` }],
    user_id: "hal",
    expiration_date: "2999-01-31",
  });
  assert.equal(added.status, 200, added.text);
  const { results } = added.body as { results: { id: string }[] };
  assert.equal(results.length, 2, "the message, and the caption of the value");
  assert.match(added.headers.get("x-memos-notes") ?? "", /"sealed"/);
  const changed = await server.call("PUT", `/v1/memories/${results[0]?.id}/`, {
    text: `The password of the garage is ${SECRET}x`,
  });
  assert.equal(changed.status, 200, changed.text);
  const listed = await server.call("POST", "/v3/memories/", { filters: { user_id: "hal" } });
  assert.doesNotMatch(added.text + changed.text + listed.text, /hunter2/);
  const scope = { tenant: "acme", user: "hal" };
  const { cubes } = await server.memos.list(scope, { types: ["vault"] });
  const values = await Promise.all(
    cubes.map(async ({ id }) => (await server.memos.vault.reveal(id, scope, { reason: "test" })).value),
  );
  assert.deepEqual(values.sort(), [SECRET, `${SECRET}x`]);
  // They end with what they were part of.
  assert.ok(cubes.every(({ governance }) => governance.expiresAt === "2999-02-01T00:00:00.000Z"));
});
