import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { runCrashBench } from "../../bench/crash.js";
import { runIngestBench } from "../../bench/ingest.js";
import { runSearchBench } from "../../bench/search.js";
import { runWritersBench } from "../../bench/writers.js";
import { temporaryFolder } from "../eval/temporaryFolder.js";

const BENCHES = {
  ingest: (signal: AbortSignal) => runIngestBench({ n: 100_000, signal }, () => undefined),
  search: (signal: AbortSignal) => runSearchBench({ n: 100_000, signal }, () => undefined),
  writers: (signal: AbortSignal) => runWritersBench({ n: 100_000, signal }, () => undefined),
  crash: (signal: AbortSignal) => runCrashBench({ cycles: 1_000, signal }, () => undefined),
};

for (const [name, run] of Object.entries(BENCHES))
  test(`an interrupted ${name} bench ends and leaves nothing behind`, async (context) => {
    const folder = await temporaryFolder(context);
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    context.after(() => {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    });
    await assert.rejects(run(AbortSignal.timeout(1_500)), { code: "ABORTED" });
    // LanceDB keeps scratch folders of its own there, which are not ours to delete.
    const left = (await readdir(folder)).filter((entry) => entry.startsWith("memos-"));
    assert.deepEqual(left, []);
  });
