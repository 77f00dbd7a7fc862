import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import { temporaryFolder } from "../../support.js";
import { generated } from "../engineContract.js";
import { LONG, localEngine } from "./support.js";

test("an abort during prefill is obeyed after the chunk; what was evaluated is used later", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const stop = new AbortController();
  const progress: number[] = [];
  await assert.rejects(
    engine.compile({
      messages: LONG,
      path: join(folder, "state"),
      signal: stop.signal,
      onProgress: (tokens) => {
        progress.push(tokens);
        stop.abort();
      },
    }),
    (error) => isMemosError(error, "ABORTED"),
  );
  assert.deepEqual(await readdir(folder), []);
  const { end } = await generated(engine, { messages: LONG, maxTokens: 2 });
  assert.ok(end.tokens.reused >= (progress[0] ?? 0));
  assert.ok(end.tokens.reused < end.tokens.prompt - 1);
});

test("an abort of a request that waits for others leaves them alone", async (t) => {
  const engine = await localEngine(t, { sequences: 1 });
  const stop = new AbortController();
  const messages = (content: string) => [{ role: "user" as const, content }];
  const running = generated(engine, { messages: messages("one"), maxTokens: 60 });
  const waiting = generated(engine, { messages: messages("two"), maxTokens: 2, signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, (error) => isMemosError(error, "ABORTED"));
  assert.ok((await running).text.length > 0);
  assert.ok((await generated(engine, { messages: messages("two"), maxTokens: 2 })).text.length > 0);
});
