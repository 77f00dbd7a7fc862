import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryFile, temporaryFolder } from "../../eval/temporaryFolder.js";
import { memos, start } from "./memosProcess.js";

test("an evaluation that is stopped removes its store", async (context) => {
  const folder = await temporaryFolder(context);
  const corpus = Array.from({ length: 40_000 }, (_, id) => ({ id, title: `t${id}`, text: `number ${id}` }));
  const file = await temporaryFile(context, "numbers.json", {
    corpus,
    queries: [{ question: "number 1", gold: [1] }],
  });
  const evaluation = start(["eval", "retrieval", "--data", file], {
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
  });
  const ended = once(evaluation, "close");
  while ((await readdir(folder)).length === 0) await delay(20);
  evaluation.kill("SIGINT");
  assert.deepEqual(await ended, [1, null]);
  assert.deepEqual(await readdir(folder), []);
});

test("a reader that stops early is no failure", async (context) => {
  const folder = await temporaryFolder(context);
  const [store, file] = [join(folder, "store"), join(folder, "long.txt")];
  await writeFile(file, "bees and more bees ".repeat(40_000));
  await memos(["add", "--file", file, "--user", "ana", "--store", store]);
  const exporting = start(["export", "-", "--store", store]);
  exporting.stdout?.once("data", () => exporting.stdout?.destroy());
  assert.deepEqual(await once(exporting, "close"), [0, null]);
});
