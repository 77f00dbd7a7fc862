import assert from "node:assert/strict";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Trained } from "../../../../memos/parametric/trainer.js";
import { PythonTrainer } from "../../../../memos/parametric/training/index.js";
import { tokenLoss } from "../../inference/local/tokenLoss.js";
import { gate, refused, temporaryFolder } from "../../support.js";
import { nanoJob } from "./job.js";
import { PYTHON, skip } from "./python.js";

const trainer = new PythonTrainer({ python: PYTHON, threads: 1 });

const weightsOf = (trained: Trained) => readFile(trained.weights);

test("training brings the loss down from where llama.cpp has it, and leaves an adapter of PEFT", {
  skip,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const points: number[] = [];
  // All examples are one batch: the first loss is that of the base model over all of them.
  const job = await nanoJob(join(folder, "job"), {
    recipe: { batchTokens: 4_096 },
    onProgress: ({ step, steps, loss }) => {
      assert.ok(step <= steps);
      points.push(loss);
    },
  });
  const trained = await trainer.train(job);
  const base = await tokenLoss(
    job.base.path,
    job.train.map(({ tokens, learnFrom }) => ({ tokens, from: learnFrom })),
  );
  assert.ok(Math.abs((points[0] ?? 0) - base) < 0.01, `${points[0]} and ${base}`);
  assert.ok((points.at(-1) ?? 0) < base * 0.9, `${points.at(-1)}`);
  assert.equal(trained.steps, 12);
  assert.equal(trained.curve.length, points.length);
  assert.ok(trained.curve.some(({ heldOutLoss }) => heldOutLoss !== undefined));
  assert.match(trained.trainer.release, /^memos-trainer .*peft .*torch /);
  assert.equal(trained.trainer.name, "python");
  const config = JSON.parse(await readFile(trained.config, "utf8"));
  assert.deepEqual([config.peft_type, config.r, config.use_dora], ["LORA", 8, false]);
  assert.match((await weightsOf(trained)).subarray(8, 4_000).toString("latin1"), /q_proj\.lora_A\.weight/);
  assert.deepEqual(await readdir(job.folder), ["out"]);
});

test("what was killed goes on where it was, and ends with the same adapter", { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const whole = await trainer.train(await nanoJob(join(folder, "whole")));
  const pid = join(folder, "pid");
  const wrapper = join(folder, "python");
  await writeFile(wrapper, `#!/bin/sh\necho $$ > '${pid}'\nexec '${PYTHON}' "$@"\n`);
  await chmod(wrapper, 0o755);
  const often = new PythonTrainer({ python: wrapper, threads: 1, checkpointSeconds: 0 });
  const steps: number[] = [];
  const job = await nanoJob(join(folder, "killed"), { onProgress: ({ step }) => steps.push(step) });
  const killed = gate();
  const kill = async () => {
    process.kill(Number(await readFile(pid, "utf8")), "SIGKILL");
    killed.open();
  };
  await assert.rejects(
    often.train({ ...job, onProgress: ({ step }) => step === 9 && void kill() }),
    (error) => refused("TRAINING_FAILED")(error) && /SIGKILL/.test(String(error)),
  );
  await killed.opened;
  const resumed = await trainer.train(job);
  assert.ok((steps[0] ?? 0) >= 9, `${steps}`);
  assert.deepEqual(await weightsOf(resumed), await weightsOf(whole));
  assert.equal(resumed.steps, whole.steps);
});

test("a training that is cancelled leaves a checkpoint and no process, and goes on later", {
  skip,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const abort = new AbortController();
  const job = await nanoJob(join(folder, "job"), { recipe: { epochs: 400, stopLoss: 0 } });
  let last = 0;
  const cancelled = trainer.train({
    ...job,
    signal: abort.signal,
    onProgress: ({ step }) => {
      last = step;
      abort.abort();
    },
  });
  await assert.rejects(cancelled, refused("ABORTED"));
  assert.ok((await readdir(job.folder)).includes("checkpoint.pt"));
  let first: number | undefined;
  const goesOn = new AbortController();
  await assert.rejects(
    trainer.train({
      ...job,
      signal: goesOn.signal,
      onProgress: ({ step }) => {
        first ??= step;
        goesOn.abort();
      },
    }),
    refused("ABORTED"),
  );
  assert.ok((first ?? 0) > last, `${first} after ${last}`);
});

test("the trainer says that it can work", { skip }, async () => {
  const report = await trainer.check();
  assert.equal(report.ok, true);
  assert.match(report.detail, /PyTorch .*PEFT/);
});
