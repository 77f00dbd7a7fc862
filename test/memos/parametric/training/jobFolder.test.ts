import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import type { TokenExample, TrainingJob } from "../../../../memos/parametric/trainer.js";
import { writeJob } from "../../../../memos/parametric/training/jobFolder.js";
import { refused, temporaryFolder } from "../../support.js";
import { nanoJob, randomExamples } from "./job.js";

test("a job is written as the trainer reads it, for its owner alone", async (t) => {
  const job = await nanoJob(join(await temporaryFolder(t), "job"), { train: randomExamples(5_000) });
  await writeJob(job, 7);
  const lines = (await readFile(join(job.folder, "train.jsonl"), "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    job.train,
  );
  const described = JSON.parse(await readFile(join(job.folder, "job.json"), "utf8"));
  assert.deepEqual(described, {
    version: 1,
    id: job.id,
    base: job.base,
    recipe: job.recipe,
    limits: job.limits,
    checkpointSeconds: 7,
  });
  if (process.platform === "win32") return;
  for (const name of ["", "job.json", "train.jsonl", "heldOut.jsonl"])
    assert.equal((await stat(join(job.folder, name))).mode & 0o077, 0, name);
});

test("what is no job or beyond a limit is refused", async (t) => {
  const folder = join(await temporaryFolder(t), "job");
  const one = (tokens: number[], learnFrom: number): TokenExample[] => [{ tokens, learnFrom }];
  const many = (length: number) => Object.assign([], { length }) as TokenExample[];
  const wrong: [Partial<TrainingJob>, "INVALID_INPUT" | "TOO_LARGE"][] = [
    [{ id: "../x" }, "INVALID_INPUT"],
    [{ id: "" }, "INVALID_INPUT"],
    [{ train: [] }, "INVALID_INPUT"],
    [{ train: one([1], 0) }, "INVALID_INPUT"],
    [{ train: one([1, 2], 2) }, "INVALID_INPUT"],
    [{ train: one([1, 2.5], 0) }, "INVALID_INPUT"],
    [{ heldOut: one([1, -1], 0) }, "INVALID_INPUT"],
    [{ limits: { seconds: ADAPTER_LIMITS.trainingSeconds + 1, bytes: 1 } }, "INVALID_INPUT"],
    [{ limits: { seconds: 1, bytes: ADAPTER_LIMITS.trainingBytes + 1 } }, "INVALID_INPUT"],
    [{ train: many(ADAPTER_LIMITS.examples + 1) }, "TOO_LARGE"],
    [{ train: one(new Array(ADAPTER_LIMITS.exampleTokens + 1).fill(1), 0) }, "TOO_LARGE"],
  ];
  for (const [changes, code] of wrong)
    await assert.rejects(writeJob({ ...(await nanoJob(folder)), ...changes }, 1), refused(code));
});
