import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runSchema } from "../../../eval/report/run.js";
import { SUITES } from "../../../eval/suites/index.js";
import { runAll } from "../../../eval/suites/runAll.js";
import { datasetOf, type Suite, suiteRun } from "../../../eval/suites/suite.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { refused } from "../../memos/support.js";
import { temporaryFolder } from "../temporaryFolder.js";

const embedder = await StaticEmbedder.load();

const towns: Suite = {
  name: "towns",
  files: ["towns.txt"],
  run: async ({ data, progress }) => {
    progress(1, 2);
    const described = {
      name: "towns",
      about: "Whether towns are found.",
      dataset: await datasetOf(join(data, "towns.txt")),
      agent: "memos",
      mode: "retrieval",
      reader: "none",
      settings: {},
    };
    return [suiteRun(described, [{ id: "1", output: "Faro", scores: { found: 1 } }], [], 1)];
  },
};

const failing: Suite = { name: "failing", files: [], run: () => Promise.reject(new Error("It broke.")) };

test("a suite whose data is not there is left out and named, the others run", async (t) => {
  const data = await temporaryFolder(t);
  const steps: unknown[] = [];
  const options = { data, embedder, onProgress: (...step: unknown[]) => steps.push(step) };
  const without = await runAll({ ...options, suites: [towns] });
  assert.deepEqual(without.skipped, [{ name: "towns", reason: `there is no ${join(data, "towns.txt")}` }]);
  await writeFile(join(data, "towns.txt"), "Faro");
  const run = runSchema.parse(await runAll({ ...options, suites: [towns] }));
  assert.deepEqual([run.skipped, run.suites[0]?.measures[0]?.value], [[], 100]);
  assert.deepEqual(steps, [["towns", 1, 2]]);
});

test("a suite that fails ends the run, and so does a signal", async (t) => {
  const data = await temporaryFolder(t);
  const options = { data, embedder, suites: [failing], onProgress: () => {} };
  await assert.rejects(runAll(options), /It broke/);
  await assert.rejects(runAll({ ...options, signal: AbortSignal.abort() }), refused("ABORTED"));
});

test("suites have names of their own, which fit into a list", () => {
  assert.equal(new Set(SUITES.map(({ name }) => name)).size, SUITES.length);
  for (const { name } of SUITES) assert.match(name, /^[a-z0-9-]+$/);
});
