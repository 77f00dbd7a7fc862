import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import * as z from "zod";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { memosJson, start } from "./memosProcess.js";

const SAID = { scope: { user: "ana" }, input: { role: "user", content: "I'm a vegetarian." } };

test("what a server without workers takes in waits until another process reads it", async (t) => {
  const store = ["--store", await temporaryFolder(t)];
  const server = start(["serve", "--dev", "--port", "0", "--no-workers", "--json", ...store]);
  t.after(() => server.kill("SIGKILL"));
  assert.ok(server.stdout !== null);
  const [line] = await once(createInterface(server.stdout), "line");
  const { address } = z.object({ address: z.url() }).parse(JSON.parse(line));
  const response = await fetch(`${address}/v1/memories`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ scope: SAID.scope, input: [SAID.input] }),
  });
  assert.equal(response.status, 201);
  server.kill("SIGTERM");
  await once(server, "close");
  const { read } = await memosJson(["read", ...store], z.looseObject({ read: z.int() }));
  assert.equal(read, 1);
});

test("a worker says what it works on, goes on until a signal, and ends well", async (t) => {
  const store = await temporaryFolder(t);
  const worker = start(["work", "--store", store, "--json"]);
  t.after(() => worker.kill("SIGKILL"));
  assert.ok(worker.stdout !== null);
  const [line] = await once(createInterface(worker.stdout), "line");
  assert.deepEqual(JSON.parse(line), { working: store });
  worker.kill("SIGTERM");
  assert.deepEqual(await once(worker, "close"), [0, null]);
});
