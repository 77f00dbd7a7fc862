import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type ErrorCode, isMemosError } from "../../../../memcube/index.js";
import type { TrainingJob } from "../../../../memos/parametric/trainer.js";
import { PythonTrainer } from "../../../../memos/parametric/training/index.js";
import type { TrainerSupervision } from "../../../../memos/parametric/training/trainerProcess.js";
import { type Lifetime, refused, temporaryFolder } from "../../support.js";
import { fakePython } from "./fakePython.js";
import { nanoJob } from "./job.js";

/** Trains with a stand-in for Python, and returns the sentence of its failure. */
async function failure(
  t: Lifetime,
  behaviour: string,
  {
    code = "TRAINING_FAILED",
    ...more
  }: { code?: ErrorCode } & Partial<TrainerSupervision> & Partial<TrainingJob> = {},
): Promise<{ message: string; cause: string }> {
  const folder = join(await temporaryFolder(t), "job");
  const trainer = new PythonTrainer(
    { python: await fakePython(t, behaviour) },
    { graceMs: 50, pollMs: 10, ...more },
  );
  const { limits, signal, onProgress } = more;
  const job = await nanoJob(folder, { signal, onProgress, ...(limits === undefined ? {} : { limits }) });
  try {
    await trainer.train(job);
  } catch (error) {
    refused(code)(error);
    assert.ok(isMemosError(error));
    assert.ok((await readdir(folder)).includes("job.json"), "the folder stays");
    return { message: error.message, cause: String(error.cause) };
  }
  throw new Error("The training did not fail.");
}

test("a trainer that does all well leaves only its artefacts", async (t) => {
  const folder = join(await temporaryFolder(t), "job");
  const trainer = new PythonTrainer({ python: await fakePython(t, "tell(start); adapter(); tell(done);") });
  const trained = await trainer.train(await nanoJob(folder));
  assert.deepEqual(trained.trainer, { name: "python", release: "fake" });
  assert.deepEqual(await readdir(folder), ["out"]);
});

test("a trainer that is not there is unavailable", async (t) => {
  const trainer = new PythonTrainer({ python: join(await temporaryFolder(t), "absent") });
  await assert.rejects(
    trainer.train(await nanoJob(await temporaryFolder(t))),
    refused("TRAINER_UNAVAILABLE"),
  );
  const report = await trainer.check();
  assert.equal(report.ok, false);
  assert.match(report.remedy ?? "", /memos adapters setup/);
  const lacking = `tell({ event: "error", code: "unavailable", message: "No PyTorch." }); process.exitCode = 72;`;
  assert.match((await failure(t, lacking, { code: "TRAINER_UNAVAILABLE" })).message, /No PyTorch/);
});

test("a trainer that dies fails with how it ended and what it printed last", async (t) => {
  const died = await failure(t, `tell(start); console.error("out of luck"); process.exitCode = 3;`);
  assert.match(died.message, /status 3/);
  assert.match(died.cause, /out of luck/);
  assert.match((await failure(t, `process.kill(process.pid, "SIGKILL"); stay();`)).message, /SIGKILL/);
  assert.match((await failure(t, "tell(start);")).message, /before it was done/);
  assert.match((await failure(t, "adapter(); tell(done); process.exitCode = 1;")).message, /status 1/);
});

test("a trainer says itself what is wrong", async (t) => {
  const said = `tell({ event: "error", code: "notFinite", message: "The loss is no number." }); process.exitCode = 70;`;
  assert.equal((await failure(t, said)).message, "The loss is no number.");
});

test("a trainer that hangs is killed", async (t) => {
  const hangs = `tell(start); process.on("SIGTERM", () => {}); stay();`;
  assert.match((await failure(t, hangs, { silentMs: 500 })).message, /said nothing/);
  assert.ok(!process.getActiveResourcesInfo().includes("ProcessWrap"));
});

test("a trainer that takes too long is stopped, and killed when it does not listen", async (t) => {
  const deaf = `process.on("SIGTERM", () => {}); setInterval(() => tell({ event: "heartbeat" }), 20);`;
  const limits = { seconds: 0.3, bytes: 8 * 2 ** 30 };
  assert.match((await failure(t, deaf, { limits, spareMs: 0 })).message, /longer than 0.3 seconds/);
});

test("a trainer that needs too much memory is killed", async (t) => {
  const limits = { seconds: 60, bytes: 200 * 2 ** 20 };
  const eats = "const eaten = []; setInterval(() => eaten.push(Buffer.alloc(50e6, 1)), 5);";
  assert.match((await failure(t, eats, { limits })).message, /more than 200 MB/);
  const tells = `tell({ event: "heartbeat", bytes: 1e12 }); stay();`;
  assert.match((await failure(t, tells, { limits })).message, /more than 200 MB/);
});

test("a trainer that prints something else than events is killed", async (t) => {
  assert.match((await failure(t, `console.log("Hello"); stay();`)).message, /no event: Hello/);
  assert.match((await failure(t, `tell({ event: "progress" }); stay();`)).message, /no event/);
  assert.match((await failure(t, `fs.writeSync(1, "x".repeat(70_000)); stay();`)).message, /no event: xxx/);
  assert.match((await failure(t, `tell({ event: "x".repeat(70_000) }); stay();`)).message, /no event/);
});

test("what is no adapter is refused", async (t) => {
  const left = async (changes: string) => (await failure(t, `adapter(${changes}); tell(done);`)).message;
  assert.match((await failure(t, "tell(done);")).message, /result.json/);
  assert.match(await left(`{ "result.json": "{}" }`), /result.json/);
  assert.match(await left(`{ "adapter_config.json": null }`), /adapter_config.json/);
  assert.match(await left(`{ "adapter_config.json": '{"peft_type":"IA3"}' }`), /adapter_config.json/);
  assert.match(await left(`{ "adapter_config.json": "x".repeat(5e6) }`), /adapter_config.json/);
  assert.match(await left(`{ "adapter_model.safetensors": "" }`), /adapter_model/);
  assert.match(await left(`{ "adapter_model.safetensors": "garbage all over" }`), /adapter_model/);
  assert.match(await left(`{ "adapter_model.safetensors": Buffer.alloc(64) }`), /adapter_model/);
});

test("a cancelled training ends its process, also one that does not listen", async (t) => {
  for (const listens of [true, false]) {
    const abort = new AbortController();
    const progress = `tell({ event: "progress", step: 1, steps: 4, loss: 1, seconds: 1 });`;
    const deaf = listens ? "" : `process.on("SIGTERM", () => {});`;
    await failure(t, `${deaf} ${progress} stay();`, {
      code: "ABORTED",
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
  }
  const abort = new AbortController();
  abort.abort();
  await failure(t, "throw 1;", { code: "ABORTED", signal: abort.signal });
});

test("a training process gets nothing of the environment that it does not need", async (t) => {
  process.env["MEMOS_TEST_SECRET"] = "secret";
  try {
    const shows = `console.error(Object.keys(process.env).sort().join(" ")); process.exitCode = 1;`;
    const { cause } = await failure(t, shows);
    assert.match(cause, /PATH PYTHON/);
    assert.doesNotMatch(cause, /SECRET/);
  } finally {
    delete process.env["MEMOS_TEST_SECRET"];
  }
});
