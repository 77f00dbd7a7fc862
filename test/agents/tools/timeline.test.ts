import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listTimeline, TOOL_LIMITS } from "../../../agents/tools/index.js";
import { openMemos } from "../../memos/support.js";

const { memos } = await openMemos({ after });
const SCOPE = { tenant: "acme", user: "ana" };
await memos.add(
  [
    { text: "third", occurredAt: "2026-03-03T09:00:00Z" },
    { text: "first", occurredAt: "2026-01-01" },
    { text: "second", validFrom: "2026-02-02" },
    { text: "fourth", occurredAt: "2026-03-03T23:59:59.999Z" },
    { text: "last" },
  ],
  SCOPE,
);

async function listed(input: unknown): Promise<{ texts: string[]; more: number; code?: string }> {
  const output = (await listTimeline.execute(input, { memos, scope: SCOPE })) as {
    memory?: string;
    more?: number;
    error?: { code: string };
  };
  const texts = [...(output.memory ?? "").matchAll(/^\[\d+\] .* · (\w+)$/gm)].map(([, text]) => text ?? "");
  return {
    texts,
    more: output.more ?? 0,
    ...(output.error === undefined ? {} : { code: output.error.code }),
  };
}

test("memories come in the order in which they happened: what is known of the world before the recording", async () => {
  const { texts } = await listed({});
  assert.deepEqual(texts, ["first", "second", "third", "fourth", "last"]);
});

test("a span holds its first day and all of its last one", async () => {
  assert.deepEqual((await listed({ from: "2026-02-02", to: "2026-03-03" })).texts, [
    "second",
    "third",
    "fourth",
  ]);
  assert.deepEqual((await listed({ from: "2026-02-03", to: "2026-03-03T09:00:00Z" })).texts, ["third"]);
  assert.deepEqual((await listed({ to: "2026-02-01" })).texts, ["first"]);
});

test("with a beginning the first are given, without one the last, and how many more there are", async () => {
  assert.deepEqual(await listed({ from: "2026-01-01", limit: 2 }), { texts: ["first", "second"], more: 3 });
  assert.deepEqual(await listed({ limit: 2 }), { texts: ["fourth", "last"], more: 3 });
});

test("a span that ends before it begins, no date and too many are refused", async () => {
  for (const input of [
    { from: "2026-03-01", to: "2026-02-01" },
    { from: "yesterday" },
    { limit: TOOL_LIMITS.entries + 1 },
  ])
    assert.equal((await listed(input)).code, "INVALID_INPUT");
});

test("of more memories than are put in order the ones recorded last are, and it is said", async () => {
  const scope = { tenant: "acme", user: "old" };
  const texts = Array.from({ length: TOOL_LIMITS.scanned + 1 }, (_, n) => ({ text: `entry${n}` }));
  for await (const { skipped } of memos.addMany(texts, scope)) assert.deepEqual(skipped, []);
  const output = await listTimeline.execute({ from: "2020-01-01", limit: 1 }, { memos, scope });
  const { memory, incomplete } = output as { memory: string; incomplete: boolean };
  assert.match(memory, /entry1\n/);
  assert.equal(incomplete, true);
});
