import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { ListeningEngine } from "../../memos/chat/support.js";
import { startServer } from "../harness.js";
import { bundledClient } from "./bundle.js";

const LIMIT_BYTES = 15_000;
const executablePath = process.env["MEMOS_CHROMIUM"] ?? "/usr/bin/chromium";
const skip = existsSync(executablePath) ? false : `no browser at ${executablePath}; MEMOS_CHROMIUM names one`;

test("the client is under 15 kB compressed, with nothing of Node in it", async () => {
  const bytes = gzipSync(await bundledClient(), { level: 9 }).length;
  assert.ok(bytes < LIMIT_BYTES, `${bytes} bytes`);
});

test("the client remembers, streams, recalls and talks in a browser", { skip }, async (t) => {
  const engine = new ListeningEngine();
  const { address } = await startServer(t, { development: true }, { engine, upkeep: false });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const bundle = await bundledClient();
  // A page of the server's own origin: what another site may ask is not the client's affair.
  await page.route(`${address}/trial/*`, (route) =>
    route.request().url().endsWith(".js")
      ? route.fulfill({ contentType: "text/javascript", body: bundle })
      : route.fulfill({ contentType: "text/html", body: "<title>Trial</title>" }),
  );
  await page.goto(`${address}/trial/page`);
  // As text: the compiler of this file knows no page.
  const found = await page.evaluate(`(async () => {
    const { MemosClient, MemosClientError } = await import("/trial/client.js");
    const client = new MemosClient({ baseUrl: location.origin, scope: { user: "ana" } });
    await client.add("I moved to Lisbon in March.");
    const steps = [];
    for await (const step of client.ingest(["A cat.", "", "A dog."])) steps.push(step);
    const { text } = await client.recall("Where does Ana live?", { budget: 400 });
    const texts = [];
    for await (const { payload } of client.all({ limit: 1, order: "oldest" })) texts.push(payload.text);
    const kinds = new Set();
    for await (const { kind } of client.chat("Where do I live?", { maxTokens: 8 })) kinds.add(kind);
    const stopped = new AbortController();
    const cut = client.export({}, { signal: stopped.signal });
    await cut.next();
    stopped.abort();
    const error = await client.get("0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b").catch((error) => error);
    return {
      text, texts, kinds: [...kinds], steps: [steps.at(-1).added, steps.flatMap(({ skipped }) => skipped).map(({ index }) => index)],
      error: [error instanceof MemosClientError, error.code],
    };
  })()`);
  const { text, ...rest } = found as { text: string };
  assert.match(text, /I moved to Lisbon in March\./);
  assert.deepEqual(rest, {
    texts: ["I moved to Lisbon in March.", "A cat.", "A dog."],
    kinds: ["prompt", "text", "end"],
    steps: [2, [1]],
    error: [true, "NOT_FOUND"],
  });
});
