import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Packages that a user of an entry has installed; the AI SDK's entry needs only types. */
const ENTRIES = {
  memos: [],
  "memos/ai-sdk": [],
  "memos/langchain": ["@langchain/"],
  "memos/openai-agents": ["@openai/"],
  "memos/anthropic": [],
  "memos/client": [],
} as const;

const FRAMEWORKS = ["ai", "@ai-sdk/", "@langchain/", "@openai/", "@anthropic-ai/"];

/** Imports an entry where only these packages of frameworks are installed; the names that it exports. */
async function importedWith(entry: string, installed: readonly string[]): Promise<string[]> {
  const missing = FRAMEWORKS.filter((name) => !installed.includes(name));
  const hook = `
    export function resolve(specifier, context, next) {
      const missing = ${JSON.stringify(missing)};
      if (missing.some((name) => (name.endsWith("/") ? specifier.startsWith(name) : specifier === name)))
        throw new Error("not installed: " + specifier);
      return next(specifier, context);
    }`;
  const script = `
    import { register } from "node:module";
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});
    console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(entry)}))));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: root });
  return JSON.parse(stdout);
}

for (const [entry, installed] of Object.entries(ENTRIES))
  test(`${entry} is imported where no other framework is installed`, async () => {
    assert.ok((await importedWith(entry, installed)).length > 0);
  });

test("an entry without its framework says what is missing", async () => {
  await assert.rejects(importedWith("memos/langchain", []), /not installed: @langchain\/core/);
});
