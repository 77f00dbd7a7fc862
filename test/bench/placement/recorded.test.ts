import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { TextEngine } from "../../../bench/activation/textEngine.js";
import { readTrace } from "../../../bench/placement/operation.js";
import { simulateRecorded } from "../../../bench/placement/recorded.js";
import { isMemosError } from "../../../memos/index.js";
import { ask } from "../../memos/chat/support.js";
import { openMemos, temporaryFolder } from "../../memos/support.js";

test("what the audit of a store says was done is a trace, and is simulated", async (t) => {
  const { memos } = await openMemos(t, { engine: new TextEngine(), upkeep: false });
  const principal = { tenant: "acme", kind: "service", id: "assistant" } as const;
  await memos.governance.createPrincipal(principal);
  await memos.governance.grant({
    principal: { kind: "service", id: "assistant" },
    space: { tenant: "acme" },
    actions: ["read", "write"],
    visibility: "all",
  });
  await memos.governance.setAuditReads("acme", true);
  const assistant = memos.as(principal);
  const scope = { tenant: "acme", user: "ana" };
  await assistant.add("Ana keeps bees.", scope);
  await assistant.recall("What does Ana keep?", scope);
  await ask(assistant, "Hello.", scope);
  const file = join(await temporaryFolder(t), "trace.jsonl");
  await writeFile(file, JSON.stringify(await memos.audit.list("acme", { limit: 100 })));
  const trace = await readTrace(file);
  assert.deepEqual(
    trace.map(({ tenant, user, kind, cubes }) => [tenant, user, kind, cubes]),
    [
      ["acme", "ana", "add", 1],
      ["acme", "ana", "recall", undefined],
      ["acme", "ana", "chat", 0],
      ["acme", "ana", "add", 2],
    ],
  );
  const { owners, tenants, cubes, index, policies } = await simulateRecorded(trace);
  assert.deepEqual([owners, tenants, cubes], [1, 1, 3]);
  assert.ok(index.tiers.open.value > 0);
  assert.equal(policies["shipped"]?.tiers.none.value, 1, "nothing was compiled before the first prompt");
});

test("lines are operations in any order; what is none is refused with its line", async (t) => {
  const file = join(await temporaryFolder(t), "trace.jsonl");
  const line = (minute: number, more: object) =>
    JSON.stringify({ at: `2026-01-01T00:0${minute}:00.000Z`, tenant: "acme", kind: "chat", ...more });
  await writeFile(file, [line(2, { user: "ben" }), "", line(1, { tokens: 120 })].join("\n"));
  assert.deepEqual(
    (await readTrace(file)).map(({ user }) => user),
    [undefined, "ben"],
  );
  for (const [bad, message] of [
    ["{", /Line 2 .*not JSON/],
    [line(3, { kind: "sing" }), /Line 2 .*kind/],
    [line(3, { cubes: -1 }), /Line 2 .*cubes/],
    [JSON.stringify({ at: "yesterday", tenant: "acme", kind: "add" }), /Line 2 .*at/],
  ] as const) {
    await writeFile(file, `${line(1, {})}\n${bad}`);
    await assert.rejects(
      readTrace(file),
      (error) => isMemosError(error, "INVALID_INPUT") && message.test(String(error)),
    );
  }
  await assert.rejects(simulateRecorded([]), (error) => isMemosError(error, "INVALID_INPUT"));
});
