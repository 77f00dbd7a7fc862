import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMITS } from "../../memcube/index.js";
import { batchReceiptSchema, getManyResultSchema } from "../../memos/index.js";
import { problemOf, remember, startServer, UNKNOWN_ID } from "./harness.js";

const api = await startServer({ after });
const scope = { user: "ana" };
const post = (what: string, body: object, headers: Record<string, string> = {}) =>
  api.send("POST", `/v1/memories/batch/${what}`, { body: { scope, ...body }, headers });

test("many are read at once, and those that are not there are named", async () => {
  const ids = [await remember(api, "One."), await remember(api, "Two.")];
  const answer = await post("get", { ids: [ids[1], UNKNOWN_ID, ids[0]] });
  const { cubes, missing } = getManyResultSchema.parse(answer.body);
  assert.deepEqual(
    cubes.map(({ id }) => id),
    [ids[1], ids[0]],
  );
  assert.deepEqual(missing, [UNKNOWN_ID]);
});

test("each of many changes is made or named with the reason", async () => {
  const [one, two] = [await remember(api, "A."), await remember(api, "B.")];
  const updates = [
    { id: one, patch: { tags: ["x"] }, ifVersion: 1 },
    { id: UNKNOWN_ID, patch: { tags: ["x"] } },
    { id: two, patch: { tags: ["x"] }, ifVersion: 7 },
  ];
  const receipt = batchReceiptSchema.parse((await post("update", { updates })).body);
  assert.deepEqual(
    receipt.outcomes.map(({ id, written, error }) => [id, written?.version ?? error?.code]),
    [
      [one, 2],
      [UNKNOWN_ID, "NOT_FOUND"],
      [two, "CONFLICT"],
    ],
  );
  assert.deepEqual([receipt.done, receipt.failed], [1, 2]);
});

test("a repeated batch does only what was not done", async () => {
  const [one, two] = [await remember(api, "C."), await remember(api, "D.")];
  const updates = [
    { id: one, patch: { text: "C changed." } },
    { id: two, patch: { text: "D changed." }, ifVersion: 2 },
  ];
  const headers = { "idempotency-key": "batch-1" };
  const first = batchReceiptSchema.parse((await post("update", { updates }, headers)).body);
  await api.memos.update(two, { tags: ["meanwhile"] }, { tenant: "local" });
  const again = batchReceiptSchema.parse((await post("update", { updates }, headers)).body);
  assert.deepEqual(again.outcomes[0], { ...first.outcomes[0], replayed: true });
  assert.equal(first.outcomes[1]?.error?.code, "CONFLICT");
  assert.equal(again.outcomes[1]?.written?.version, 3);
  const other = [{ id: one, patch: { text: "Another." } }];
  const { outcomes } = batchReceiptSchema.parse((await post("update", { updates: other }, headers)).body);
  assert.equal(outcomes[0]?.error?.code, "IDEMPOTENCY_MISMATCH");
});

test("many are forgotten, a second time nothing is", async () => {
  const forgets = [{ id: await remember(api, "E.") }, { id: await remember(api, "F.") }];
  const first = batchReceiptSchema.parse((await post("forget", { forgets })).body);
  const again = batchReceiptSchema.parse((await post("forget", { forgets })).body);
  assert.deepEqual([first.done, again.done, again.failed], [2, 0, 2]);
});

test("a batch that is empty, too large or not valid changes nothing", async () => {
  const id = await remember(api, "G.");
  const change = { id, patch: { text: "H." } };
  for (const updates of [[], [change, { id, patch: {} }], [change, { id: "nonsense", patch: { text: "x" } }]])
    problemOf(await post("update", { updates }), 400);
  problemOf(await post("update", { updates: Array(LIMITS.batch + 1).fill(change) }), 413);
  assert.equal((await api.memos.get(id, { tenant: "local" })).version, 1);
});
