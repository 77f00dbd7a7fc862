import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import * as z from "zod";
import { PACKAGE_FOLDER, trainerEnvironment } from "../../../../memos/parametric/training/trainerPackage.js";
import { PYTHON, skip } from "./python.js";

const resultSchema = z.strictObject({
  test: z.string(),
  failed: z.string().optional(),
  skipped: z.string().optional(),
});

test("the trainer's own tests", { skip }, async (t) => {
  const child = spawn(PYTHON, ["-W", "ignore", "-m", "tests"], {
    cwd: PACKAGE_FOLDER,
    env: trainerEnvironment(1),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { test: name, failed, skipped } = resultSchema.parse(JSON.parse(line));
    await t.test(name, { skip: skipped ?? false }, () => assert.equal(failed, undefined));
  }
  assert.equal(await ended, 0);
});
