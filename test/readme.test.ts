import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

test("the quick start of the README works as printed", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  const printed = /```\n(<memory[\s\S]*?<\/memory>)\n```/.exec(readme)?.[1];
  assert.ok(code !== undefined && printed !== undefined, "the README has a quick start and what it prints");
  assert.equal(code.trim().split("\n").length, 5, "five lines");

  const work = await mkdtemp(join(tmpdir(), "memos-readme-"));
  // Inside the package, so that `import "memos"` means this very package.
  const script = join(root, "dist", "test", `quickstart-${process.pid}.mjs`);
  try {
    await writeFile(script, code);
    const { stdout } = await run(process.execPath, [script], { cwd: work });
    const today = new Date().toISOString().slice(0, 10);
    assert.equal(stdout.trim(), printed.replace(/\d{4}-\d{2}-\d{2}/, today));
  } finally {
    await rm(script, { force: true });
    await rm(work, { recursive: true, force: true });
  }
});
