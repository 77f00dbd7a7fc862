import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { allOf, found, type Lifetime, openMemos, temporaryFolder, textIn } from "./support.js";
import type { Report } from "./writerProcess.js";

const SCOPE = { tenant: "acme" };

interface Writer {
  readonly child: ChildProcess;
  readonly acknowledged: string[];
  /** Resolves once this many memories are acknowledged. */
  readonly reached: (count: number) => Promise<void>;
  readonly ended: Promise<number | null>;
}

async function startWriter(t: Lifetime, path: string, name: string, count: number): Promise<Writer> {
  const child = fork(fileURLToPath(new URL("./writerProcess.js", import.meta.url)), [path, name, `${count}`]);
  const ended = once(child, "exit").then(([code]) => code as number | null);
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const acknowledged: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (report: Report) => {
      if ("ready" in report) resolve();
      if ("acknowledged" in report) acknowledged.push(report.acknowledged);
    });
    child.once("exit", () => reject(new Error("the writer ended before it was ready")));
  });
  await ready;
  const reached = async (wanted: number) => {
    while (acknowledged.length < wanted) await once(child, "message");
  };
  return { child, acknowledged, reached, ended };
}

test("two processes write to one folder at the same time, and a third sees all of it", async (t) => {
  const path = await temporaryFolder(t);
  const writers = [await startWriter(t, path, "alpha", 40), await startWriter(t, path, "beta", 40)];
  const { memos } = await openMemos(t, { path });
  for (const { child } of writers) child.send("go");
  for (const { ended } of writers) assert.equal(await ended, 0);
  const texts = (await allOf(memos, SCOPE)).map(textIn).sort();
  assert.deepEqual(texts, writers.flatMap(({ acknowledged }) => acknowledged).sort());
  assert.equal(texts.length, 80);
  assert.equal((await found(memos, "note", SCOPE, { k: 1000 })).length, 80);
  assert.deepEqual(
    (await memos.check()).filter(({ ok }) => !ok),
    [],
  );
});

test("a process killed in the middle of writing loses nothing that it had acknowledged", async (t) => {
  const path = await temporaryFolder(t);
  const writer = await startWriter(t, path, "gamma", 10_000);
  writer.child.send("go");
  await writer.reached(25);
  writer.child.kill("SIGKILL");
  await writer.ended;
  const { memos } = await openMemos(t, { path });
  const kept = (await allOf(memos, SCOPE)).map(textIn);
  assert.ok(kept.length >= writer.acknowledged.length);
  assert.deepEqual(
    kept,
    kept.map((_, n) => `note gamma${n}`),
    "in the order in which they were written, without a gap",
  );
  assert.equal((await found(memos, "note", SCOPE, { k: 1000 })).length, kept.length);
  await memos.add("afterwards", SCOPE);
  assert.deepEqual(
    (await memos.check()).filter(({ ok }) => !ok),
    [],
  );
});
