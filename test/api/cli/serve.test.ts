import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import * as z from "zod";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { memos, start } from "./memosProcess.js";

test("serve says where it is, answers, and stops on a signal", async (context) => {
  const store = await temporaryFolder(context);
  const server = start(["serve", "--dev", "--port", "0", "--store", store, "--json"]);
  context.after(() => server.kill("SIGKILL"));
  assert.ok(server.stdout !== null);
  const [line] = await once(createInterface(server.stdout), "line");
  const { address } = z.object({ address: z.url(), development: z.literal(true) }).parse(JSON.parse(line));

  const response = await fetch(`${address}/v1/memories`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ scope: { user: "ana" }, input: "Ana keeps bees." }),
  });
  assert.equal(response.status, 201);

  server.kill("SIGTERM");
  const [status] = await once(server, "close");
  assert.equal(status, 0);
  assert.match((await memos(["search", "bees", "--user", "ana", "--store", store])).stdout, /Ana keeps bees/);
});

test("serve shows three things to try", async (context) => {
  const server = start(["serve", "--dev", "--port", "0", "--store", await temporaryFolder(context)]);
  context.after(() => server.kill("SIGKILL"));
  assert.ok(server.stdout !== null);
  let shown = "";
  for await (const line of createInterface(server.stdout)) {
    shown += `${line}\n`;
    if (line.endsWith("/docs")) break;
  }
  assert.match(shown, /curl -s http:\/\/127\.0\.0\.1:\d+\/v1\/memories/);
  assert.match(shown, /curl -s http:\/\/127\.0\.0\.1:\d+\/v1\/recall/);
  server.kill("SIGINT");
  assert.deepEqual(await once(server, "close"), [0, null]);
});

test("a port that is taken is a failure, not a crash", async (context) => {
  const folder = await temporaryFolder(context);
  const first = start(["serve", "--dev", "--port", "0", "--store", folder, "--json"]);
  context.after(() => first.kill("SIGKILL"));
  assert.ok(first.stdout !== null);
  const [line] = await once(createInterface(first.stdout), "line");
  const { address } = z.object({ address: z.string() }).parse(JSON.parse(line));
  const { port } = new URL(address);
  const second = await memos(["serve", "--dev", "--port", port, "--store", folder]);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /error: cannot listen on 127\.0\.0\.1:\d+/);
});
