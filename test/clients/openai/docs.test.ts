import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startListening } from "./support.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../..", import.meta.url));

test("the code of docs/openai.md works as printed, and says what its comments say", async (t) => {
  const { address, acme } = await startListening(t);
  const text = await readFile(join(root, "docs", "openai.md"), "utf8");
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  assert.equal(blocks.length, 2);
  for (const [at, code] of blocks.entries()) {
    // Inside the package, so that imports find what is installed there.
    const script = join(root, "dist", "test", `openai-${at}-${process.pid}.mjs`);
    try {
      const here = code.replaceAll("http://127.0.0.1:7077", address);
      await writeFile(script, `const KEY = ${JSON.stringify(acme)};\n${here}`);
      const { stdout } = await run(process.execPath, [script]);
      const told = [...code.matchAll(/console\.log.*\/\/ (\w+)/g)].map(([, value]) => value);
      assert.deepEqual(stdout.trim().split("\n"), told);
    } finally {
      await rm(script, { force: true });
    }
  }
});
