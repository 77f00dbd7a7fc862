import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "../../memos/support.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../..", import.meta.url));

test("the example of two agents works as printed", async (t) => {
  const guide = await readFile(join(root, "docs", "sharing.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(guide)?.[1];
  assert.ok(code !== undefined, "the page begins with an example");
  // Inside the package, so that `import "memos"` means this very package.
  const script = join(root, "dist", "test", `sharing-example-${process.pid}.mjs`);
  try {
    await writeFile(script, code);
    const { stdout } = await run(process.execPath, [script], { cwd: await temporaryFolder(t) });
    assert.equal(stdout, "1 conflict\nLisbon\ntrue\n");
  } finally {
    await rm(script, { force: true });
  }
});
