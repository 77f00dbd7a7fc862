import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import * as z from "zod";
import { replaySchema } from "../../../agents/index.js";
import { traceListSchema, traceSchema, writeReceiptSchema } from "../../../memos/index.js";
import { says, startCompletionServer } from "../../memos/inference/completionServer.js";
import { temporaryFolder, UNKNOWN_ID } from "../../memos/support.js";
import { memos, memosJson } from "./memosProcess.js";

const path = join(await temporaryFolder({ after }), "store");
const store = ["--store", path];
const ana = ["--user", "ana", ...store];
const readSchema = z.strictObject({
  read: z.int(),
  made: z.int(),
  refused: z.int(),
  traces: z.array(z.string()),
});

test("what is added waits to be read; then why tells what became of it", async () => {
  const added = await memosJson(["add", "I'm a vegetarian", ...ana], writeReceiptSchema);
  const id = added.written[0]?.id ?? "";
  const before = await memos(["why", id, ...ana]);
  assert.equal(before.status, 0, before.stderr);
  assert.match(before.stdout, /No trace tells of it: it waits to be read \(`memos read`\)/);
  assert.match(before.stdout, /Written on .* by ana \(user\)/);

  const read = await memosJson(["read", ...store], readSchema);
  assert.deepEqual([read.read, read.traces.length], [1, 1]);
  assert.match((await memos(["read", ...store])).stdout, /nothing was read/);

  const after = await memos(["why", id, ...ana]);
  assert.match(after.stdout, /Read on .* by rules: taken for .*core/);
  const core = /It became core: “I'm a vegetarian” \(([0-9a-f-]+)\)/.exec(after.stdout)?.[1];
  assert.ok(core !== undefined, after.stdout);
  const made = await memos(["why", core, ...ana]);
  assert.match(made.stdout, new RegExp(`Remembered as core because of “I'm a vegetarian” \\(${id}\\)`));

  const listed = await memosJson(["traces", "list", ...ana], traceListSchema);
  assert.deepEqual(
    listed.traces.map((trace) => trace.id),
    read.traces,
  );
  const shown = await memosJson(["traces", "show", read.traces[0] ?? "", ...ana], traceSchema);
  assert.equal(shown.read[0]?.cube, id);
  assert.match((await memos(["traces", "show", shown.id, ...ana])).stdout, /made .* \(core\), of /);
  const replayed = await memosJson(["traces", "replay", shown.id, ...ana], replaySchema);
  assert.deepEqual([replayed.same, replayed.again.length], [true, replayed.made.length]);
  assert.match((await memos(["traces", "replay", shown.id, ...ana])).stdout, /by rules: the same/);
  assert.match((await memos(["traces", "list", "--cube", id, ...ana])).stdout, /rules/);
  assert.match((await memos(["traces", "list", "--user", "ben", ...store])).stdout, /no traces/);
  assert.equal((await memos(["why", id, "--user", "ben", ...store])).status, 1);
});

test("without the controller nothing waits", async () => {
  await memos(["add", "I live in Lisbon.", "--no-controller", ...ana]);
  await memos(["add", "I live in Porto.", ...ana], { environment: { MEMOS_CONTROLLER: "off" } });
  assert.equal((await memosJson(["read", ...store], readSchema)).read, 0);
});

test("with MEMOS_CONTROLLER=model the model that is named is asked once a batch, and needs to be named", async (t) => {
  const memory = { type: "core", from: ["n1"], replaces: [], label: "human", value: "Ana likes tea." };
  const answer = { notes: [], links: [], evolutions: [], memories: [memory], forget: [] };
  const { baseURL, requests } = await startCompletionServer(t, says(JSON.stringify(answer)));
  const environment = { MEMOS_CONTROLLER: "model" };
  const added = await memosJson(["add", "I like tea.", ...ana], writeReceiptSchema);
  const unnamed = await memos(["read", ...store], { environment });
  assert.equal(unnamed.status, 1);
  assert.match(unnamed.stderr, /needs a model/);
  const named = { ...environment, MEMOS_MODEL_URL: baseURL, MEMOS_MODEL: "test" };
  assert.equal((await memos(["read", ...store], { environment: named })).status, 0);
  assert.equal(requests.length, 1);
  const why = await memos(["why", added.written[0]?.id ?? "", ...ana]);
  assert.match(why.stdout, /It became core: “Ana likes tea.”/);
});

test("what is no memory and no trace is refused", async () => {
  assert.equal((await memos(["why", "x", ...ana])).status, 2);
  assert.equal((await memos(["why", UNKNOWN_ID, ...ana])).status, 1);
  assert.equal((await memos(["traces", "show", "x", ...ana])).status, 2);
  assert.equal((await memos(["traces", "show", "0".repeat(64), ...ana])).status, 1);
  assert.equal((await memos(["add", "x", ...ana], { environment: { MEMOS_CONTROLLER: "maybe" } })).status, 2);
});
