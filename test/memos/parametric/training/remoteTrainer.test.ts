import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import { PythonTrainer, RemoteTrainer } from "../../../../memos/parametric/training/index.js";
import { PACKAGE_FOLDER } from "../../../../memos/parametric/training/trainerPackage.js";
import { onLoopback } from "../../loopback.js";
import { atEnd, type Lifetime, refused, temporaryFolder } from "../../support.js";
import { nanoJob } from "./job.js";
import { PYTHON, skip } from "./python.js";

const KEY = "a-key-of-16-characters";
const QUICK = { backOffMs: 1, attempts: 3 };

/** `memos_trainer serve` in Python; `folder` is where it keeps its jobs. */
async function startServer(t: Lifetime, folder: string): Promise<{ url: string; process: ChildProcess }> {
  const server = spawn(PYTHON, ["-m", "memos_trainer", "serve", "--port", "0", "--folder", folder], {
    cwd: PACKAGE_FOLDER,
    env: { ...process.env, MEMOS_TRAINER_KEY: KEY, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  atEnd(t, async () => {
    server.kill("SIGTERM");
    await ended;
  });
  for await (const line of createInterface({ input: server.stdout }))
    return { url: `http://127.0.0.1:${JSON.parse(line).port}`, process: server };
  throw new Error("The server said nothing.");
}

test("a server trains as the process here does, is sent the base once, and forgets what it was sent", {
  skip,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const spool = join(folder, "spool");
  const { url } = await startServer(t, spool);
  const trainer = new RemoteTrainer({ url, apiKey: KEY });
  assert.equal((await trainer.check()).ok, true);
  const steps: number[] = [];
  const job = await nanoJob(join(folder, "remote"), { onProgress: ({ step }) => steps.push(step) });
  const remote = await trainer.train(job);
  const here = await new PythonTrainer({ python: PYTHON, threads: 1 }).train(
    await nanoJob(join(folder, "here")),
  );
  assert.deepEqual(await readFile(remote.weights), await readFile(here.weights));
  assert.deepEqual(
    remote.curve.map(({ step, loss }) => ({ step, loss })),
    here.curve.map(({ step, loss }) => ({ step, loss })),
  );
  assert.deepEqual(
    steps,
    here.curve.map(({ step }) => step),
  );
  assert.equal(remote.trainer.name, "remote");
  assert.deepEqual(await readdir(join(spool, "bases")), [`${job.base.sha256}.gguf`]);
  assert.deepEqual(await readdir(join(spool, "jobs")), []);
});

test("a cancelled job is cancelled on the server too", { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const spool = join(folder, "spool");
  const { url } = await startServer(t, spool);
  const abort = new AbortController();
  const job = await nanoJob(join(folder, "job"), {
    recipe: { epochs: 1_000, stopLoss: 0 },
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await assert.rejects(new RemoteTrainer({ url, apiKey: KEY }).train(job), refused("ABORTED"));
  assert.deepEqual(await readdir(join(spool, "jobs")), []);
});

type Answer = (request: IncomingMessage, response: ServerResponse, at: number) => unknown;

/** A server that answers requests for events and artefacts as it is told to, and takes everything else. */
async function fakeServer(t: Lifetime, events: Answer, artefact: Answer = (_, response) => response.end()) {
  const requests: string[] = [];
  const counts = { events: 0, artefact: 0 };
  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    requests.push(`${method} ${url}`);
    request.resume();
    if (url.includes("/events")) events(request, response, counts.events++);
    else if (url.includes("/artefacts/")) artefact(request, response, counts.artefact++);
    else if (method === "POST") request.on("end", () => response.writeHead(202).end("{}"));
    else response.writeHead(method === "DELETE" ? 204 : 200).end();
  });
  const address = await onLoopback(t, server);
  return { url: address, requests };
}

const line = (event: object) => `${JSON.stringify(event)}\n`;
const point = (step: number) => line({ event: "progress", step, steps: 3, loss: 1, seconds: 1 });
const DONE = line({ event: "done", steps: 3 });

const ARTEFACTS: Answer = ({ url = "" }, response) => {
  if (url.endsWith("config")) return response.end(JSON.stringify({ peft_type: "LORA", r: 1, lora_alpha: 1 }));
  if (url.endsWith("result"))
    return response.end(JSON.stringify({ steps: 3, seconds: 1, release: "fake", curve: [] }));
  return response.end(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]));
};

test("events are gone on with where a connection broke off", async (t) => {
  const pieces = [point(1), point(2) + point(3).slice(0, 20), point(3) + DONE];
  const { url, requests } = await fakeServer(
    t,
    (_, response, at) => {
      response.write(pieces[at] ?? "", () => (at < 2 ? response.destroy() : response.end()));
    },
    ARTEFACTS,
  );
  const steps: number[] = [];
  const folder = join(await temporaryFolder(t), "job");
  const job = await nanoJob(folder, { onProgress: ({ step }) => steps.push(step) });
  await new RemoteTrainer({ url, apiKey: KEY }, { ...QUICK, attempts: 2 }).train(job);
  assert.deepEqual(steps, [1, 2, 3]);
  const asked = requests.filter((request) => request.includes("events"));
  assert.deepEqual(
    asked,
    [0, 1, 2].map((from) => `GET /v1/jobs/job-1/events?from=${from}`),
  );
  assert.equal(requests.filter((request) => request.startsWith("POST")).length, 1);
  assert.equal(requests.at(-1), "DELETE /v1/jobs/job-1");
});

test("a server that lost the job is sent it again", async (t) => {
  const { url, requests } = await fakeServer(
    t,
    (_, response, at) => (at === 0 ? response.writeHead(404).end() : response.end(DONE)),
    ARTEFACTS,
  );
  const job = await nanoJob(join(await temporaryFolder(t), "job"));
  await new RemoteTrainer({ url, apiKey: KEY }, QUICK).train(job);
  assert.equal(requests.filter((request) => request.startsWith("POST")).length, 2);
});

/** The sentence of the failure of a training at a server. */
async function failure(
  t: Lifetime,
  events: Answer,
  artefact: Answer = ARTEFACTS,
  supervision: object = {},
): Promise<string> {
  const { url } = await fakeServer(t, events, artefact);
  const trainer = new RemoteTrainer({ url, apiKey: KEY }, { ...QUICK, ...supervision });
  const job = await nanoJob(join(await temporaryFolder(t), "job"));
  const error: unknown = await trainer.train(job).then(
    () => assert.fail("The training did not fail."),
    (reason) => reason,
  );
  assert.ok(isMemosError(error, "TRAINING_FAILED"), String(error));
  return error.message;
}

test("a server that fails, hangs, says garbage or sends garbage is a failed training", async (t) => {
  const said = line({ event: "error", code: "notFinite", message: "The loss is no number." });
  assert.equal(await failure(t, (_, response) => response.end(said)), "The loss is no number.");
  assert.match(await failure(t, (_, response) => response.destroy()), /connection to the trainer at 127/);
  assert.match(await failure(t, (_, response) => response.end()), /broke off/);
  assert.match(await failure(t, (_, response) => response.writeHead(500).end()), /status 500/);
  assert.match(await failure(t, (_, response) => response.end("<html>\n")), /no event: <html>/);
  assert.match(
    await failure(t, (_, response) => response.write(line({ event: "heartbeat" })), ARTEFACTS, {
      silentMs: 100,
    }),
    /broke off|failed/,
  );
  assert.match(await failure(t, (_, response) => response.end(point(1).repeat(10_001))), /10000 events/);
  const done: Answer = (_, response) => response.end(DONE);
  assert.match(await failure(t, done, (_, response) => response.end("garbage")), /no usable/);
  assert.match(await failure(t, done, (_, response) => response.writeHead(404).end()), /has no weights/);
  const huge: Answer = (request, response, at) =>
    request.url?.endsWith("config")
      ? response.end(Buffer.alloc(4 * 1024 * 1024 + 1))
      : ARTEFACTS(request, response, at);
  assert.match(await failure(t, done, huge), /too large/);
});

test("a server that does not take the key or more jobs is unavailable, and the key is never told", async (t) => {
  for (const status of [401, 429]) {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status).end(JSON.stringify({ error: { code: "x", message: "Not now." } }));
    });
    const address = await onLoopback(t, server);
    const url = address;
    const trainer = new RemoteTrainer({ url, apiKey: KEY }, QUICK);
    const job = await nanoJob(join(await temporaryFolder(t), "job"));
    await assert.rejects(trainer.train(job), (error) => {
      refused("TRAINER_UNAVAILABLE")(error);
      assert.ok(isMemosError(error));
      return !JSON.stringify([error, String(error.cause), error.stack]).includes(KEY);
    });
    const report = await trainer.check();
    assert.equal(report.ok, false);
    assert.notEqual(report.remedy, undefined);
  }
});

test("only https and this machine are spoken to, unless more is allowed", () => {
  const make = (url: string, more: object = {}) => new RemoteTrainer({ url, apiKey: KEY, ...more });
  for (const url of [
    "http://example.com",
    "ftp://127.0.0.1",
    "http://user:pass@127.0.0.1",
    "x",
    "http://10.0.0.1",
  ])
    assert.throws(() => make(url), refused("INVALID_INPUT"), url);
  for (const url of ["https://example.com", "http://localhost:1", "http://127.0.0.1:1/", "http://[::1]:1"])
    assert.doesNotThrow(() => make(url), url);
  assert.doesNotThrow(() => make("http://10.0.0.1:1", { allowInsecure: true }));
  for (const apiKey of ["", "short", "with a space in it", "line\nbreak-and-more-of-it"])
    assert.throws(() => make("https://example.com", { apiKey }), refused("INVALID_INPUT"), apiKey);
});
