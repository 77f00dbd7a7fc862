import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type ErrorCode, isMemosError, sha256 } from "../../../../memcube/index.js";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { ModelFolder } from "../../../../memos/inference/models/modelFolder.js";
import { READER } from "../../../../memos/inference/models/reader.js";
import { temporaryFolder } from "../../support.js";
import { MODELS } from "../local/support.js";
import { type Behaviour, startModelServer } from "./modelServer.js";

const NANO = await readFile(await generatedModel("nano", MODELS));
const HASH = sha256(NANO);

async function setUp(t: Parameters<typeof temporaryFolder>[0], behaviour: Behaviour = {}, bytes = NANO) {
  const folder = await temporaryFolder(t);
  const server = await startModelServer(t, bytes, behaviour);
  return { folder, server, models: new ModelFolder(folder) };
}

const refusal = (code: ErrorCode, sentence: RegExp) => (error: unknown) =>
  isMemosError(error, code) && sentence.test(error.message);

test("a model comes whole, with progress, and is not fetched twice", async (t) => {
  const { folder, server, models } = await setUp(t);
  const progress: (number | undefined)[][] = [];
  const fetched = await models.pull(server.url, { onProgress: (...told) => progress.push(told) });
  assert.deepEqual(fetched, {
    path: join(folder, "model.gguf"),
    bytes: NANO.length,
    sha256: HASH,
    checkedBy: "header",
    found: false,
  });
  assert.deepEqual(await readFile(fetched.path), NANO);
  assert.deepEqual(progress.at(-1), [NANO.length, NANO.length]);
  assert.deepEqual((await readdir(folder)).sort(), ["model.gguf", "model.gguf.json"]);
  assert.equal((await models.pull(server.url)).found, true);
  assert.equal(server.requests.length, 1);
});

test("a connection that breaks is taken up where it broke", async (t) => {
  const { server, models } = await setUp(t, { breakAfter: { bytes: 100_000, times: 2 } });
  const { sha256: found } = await models.pull(server.url);
  assert.equal(found, HASH);
  assert.deepEqual(
    server.requests.map(({ headers }) => headers.range),
    [undefined, "bytes=100000-", "bytes=200000-"],
  );
});

test("a server that is away is a clear failure; what came is kept for the next attempt", async (t) => {
  const { server, models, folder } = await setUp(t, { breakAfter: { bytes: 100_000, times: 1 } });
  const stop = new AbortController();
  await assert.rejects(
    models.pull(server.url, {
      signal: stop.signal,
      onProgress: (done) => {
        if (done >= 100_000) stop.abort();
      },
    }),
    (error) => isMemosError(error, "ABORTED"),
  );
  assert.deepEqual((await readdir(folder)).sort(), ["model.gguf.part", "model.gguf.part.json"]);
  server.behaviour.status = 503;
  await assert.rejects(models.pull(server.url), refusal("MODEL_FAILED", /503.*What came is kept/));
  delete server.behaviour.status;
  assert.equal((await models.pull(server.url)).sha256, HASH);
  assert.ok(server.requests.at(-1)?.headers.range?.startsWith("bytes="));
});

test("nobody at the address is a clear failure", async (t) => {
  const { models, server } = await setUp(t);
  await server.close();
  await assert.rejects(models.pull(server.url), refusal("MODEL_FAILED", /127\.0\.0\.1:\d+ \(ECONNREFUSED\)/));
});

test("a server that sends nothing more is given up", async (t) => {
  const { server, models } = await setUp(t, { stall: true });
  await assert.rejects(models.pull(server.url, { stallMs: 30 }), refusal("MODEL_FAILED", /127\.0\.0\.1/));
});

test("a server that does not go on begins again, and so does one that has another file now", async (t) => {
  for (const change of [{ ignoreRange: true }, { etag: '"two"' }]) {
    const { server, models } = await setUp(t, { breakAfter: { bytes: 100_000, times: 1 } });
    const pulling = models.pull(server.url, {
      onProgress: (done) => {
        if (done > 0) Object.assign(server.behaviour, change);
      },
    });
    assert.equal((await pulling).sha256, HASH);
  }
});

test("other bytes than the server announced are thrown away", async (t) => {
  const { server, models, folder } = await setUp(t, { linkedSha256: "0".repeat(64) });
  await assert.rejects(models.pull(server.url), refusal("MODEL_INVALID", /instead of 0000/));
  assert.deepEqual(await readdir(folder), []);
  server.behaviour.linkedSha256 = HASH;
  assert.equal((await models.pull(server.url)).checkedBy, "server");
});

test("other bytes than the list promises are thrown away", async (t) => {
  const folder = await temporaryFolder(t);
  const { url } = await startModelServer(t, NANO);
  const entry = { name: "small", url, aboutBytes: 1, licence: "none", purpose: "tests" };
  const wrong = new ModelFolder(folder, [{ ...entry, sha256: "0".repeat(64) }]);
  await assert.rejects(wrong.pull("small"), refusal("MODEL_INVALID", /instead of 0000/));
  await assert.rejects(wrong.find("small"), refusal("MODEL_INVALID", /memos models pull small/));
  const right = new ModelFolder(folder, [{ ...entry, sha256: HASH }]);
  assert.equal((await right.pull("small")).checkedBy, "list");
  assert.equal(await right.find("small"), join(folder, "model.gguf"));
});

test("what is no model is thrown away", async (t) => {
  const { server, models, folder } = await setUp(t, {}, Buffer.from("<html>Please sign in</html>"));
  await assert.rejects(models.pull(server.url), (error) => isMemosError(error, "MODEL_INVALID"));
  assert.deepEqual(await readdir(folder), []);
});

test("a server that does not have it, or not for everybody, is not asked again", async (t) => {
  for (const status of [403, 404]) {
    const { server, models } = await setUp(t, { status });
    await assert.rejects(models.pull(server.url), refusal("INVALID_INPUT", new RegExp(`status ${status}`)));
    assert.equal(server.requests.length, 1);
  }
});

test("what is neither a name nor the address of a GGUF file is refused", async (t) => {
  const { models, folder } = await setUp(t);
  for (const wrong of [
    "gpt",
    "ftp://host/model.gguf",
    "http://host/model.bin",
    "http://host/..%2Fmodel.gguf",
  ])
    await assert.rejects(models.pull(wrong), (error) => isMemosError(error, "INVALID_INPUT"), wrong);
  assert.deepEqual(await readdir(folder), []);
});

test("a model that another process fetches is left to it, unless that process is gone", async (t) => {
  const { server, models, folder } = await setUp(t);
  const lock = join(folder, "model.gguf.lock");
  await writeFile(lock, String(process.ppid));
  await assert.rejects(models.pull(server.url), (error) => isMemosError(error, "CONFLICT"));
  // No process has this number.
  await writeFile(lock, "4194999");
  assert.equal((await models.pull(server.url)).sha256, HASH);
});

test("a model that was changed after it was fetched is noticed", async (t) => {
  const { server, models } = await setUp(t);
  const { path } = await models.pull(server.url);
  const before = await models.check(path);
  assert.deepEqual([before.unchanged, before.architecture, before.sha256], [true, "llama", HASH]);
  const changed = Buffer.from(NANO);
  changed[changed.length - 2] = 1;
  await writeFile(path, changed);
  assert.equal((await models.check(path)).unchanged, false);
  await writeFile(path, "no model");
  await assert.rejects(models.check(path), (error) => isMemosError(error, "MODEL_INVALID"));
});

test("the list has the model of the package, the catalogue and whatever else lies in the folder", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "mine.gguf"), NANO);
  await writeFile(join(folder, "mine.gguf.part"), "");
  const listed = await new ModelFolder(folder).list();
  assert.ok(listed.length > 3);
  assert.deepEqual(
    listed.filter(({ path }) => path !== undefined).map(({ name, file, bytes }) => [name, file, bytes]),
    [
      [READER.name, "memos-reader.gguf", (await stat(READER.path)).size],
      [undefined, "mine.gguf", NANO.length],
    ],
  );
  assert.deepEqual(
    (await new ModelFolder(join(folder, "absent")).list()).flatMap(({ name, path }) => (path ? [name] : [])),
    [READER.name],
  );
});
