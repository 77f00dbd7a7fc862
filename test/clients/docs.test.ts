import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startServer } from "../api/harness.js";
import { example, root, run, scriptedModel } from "./example.js";

test("the example of docs/client.md works as printed", async (t) => {
  const { address } = await startServer(t);
  const printed = await example(t, "client.md", { "http://127.0.0.1:7077": address });
  assert.match(
    printed,
    /^<memory[\s\S]*I moved to Lisbon in March\.[\s\S]*<\/memory>\s+[0-9a-f-]{36}\nNOT_FOUND \S/,
  );
});

test("the example of docs/supermemory.md works as printed", async (t) => {
  const { address, memos } = await startServer(t, {});
  const { secret } = await memos.keys.create("local", "test");
  const put = { "http://127.0.0.1:7077": address, "apiKey: KEY": `apiKey: ${JSON.stringify(secret)}` };
  assert.equal(await example(t, "supermemory.md", put), "I moved to Lisbon in March. true\n");
});

test("the example of docs/anthropic.md works as printed, but for the model", async (t) => {
  const address = await scriptedModel(t, {
    command: "create",
    path: "/memories/ana.md",
    file_text: "Ana lives in Lisbon.",
  });
  const printed = await example(
    t,
    "anthropic.md",
    {},
    {
      ANTHROPIC_API_KEY: "test",
      ANTHROPIC_BASE_URL: address,
    },
  );
  assert.match(printed, /Noted\.[\s\S]*<memory[\s\S]*Ana lives in Lisbon\.[\s\S]*<\/memory>/);
});

test("every command of docs/import.md is one that there is", async () => {
  const guide = await readFile(join(root, "docs", "import.md"), "utf8");
  const commands = [...guide.matchAll(/npx memos import (\S+)/g)].map(([, name]) => name);
  const { stdout } = await run(process.execPath, [join(root, "bin", "memos.mjs"), "import", "--help"]);
  for (const name of commands) assert.match(stdout, new RegExp(`^ +${name} `, "m"));
  assert.ok(commands.length >= 6);
});
