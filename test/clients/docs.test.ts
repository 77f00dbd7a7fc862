import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../api/harness.js";
import { temporaryFolder } from "../memos/support.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs the first example of a guide, with what differs here put in. */
async function example(
  t: TestContext,
  guide: string,
  put: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const text = await readFile(join(root, "docs", guide), "utf8");
  let code = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  for (const [from, to] of Object.entries(put)) {
    assert.ok(code.includes(from), `the example has ${from}`);
    code = code.replaceAll(from, to);
  }
  // Inside the package, so that `import "memos/client"` means this very package.
  const script = join(root, "dist", "test", `example-${process.pid}-${guide}.mjs`);
  t.after(() => rm(script, { force: true }));
  await writeFile(script, code);
  const cwd = await temporaryFolder(t);
  return (await run(process.execPath, [script], { cwd, env: { ...process.env, ...env } })).stdout;
}

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
  let asked = 0;
  const note = { command: "create", path: "/memories/ana.md", file_text: "Ana lives in Lisbon." };
  const server = createServer((request, response) => {
    asked += 1;
    const content =
      asked === 1
        ? [{ type: "tool_use", id: "toolu_1", name: "memory", input: note }]
        : [{ type: "text", text: "Noted." }];
    const stop_reason = asked === 1 ? "tool_use" : "end_turn";
    const usage = { input_tokens: 1, output_tokens: 1 };
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        id: "msg",
        type: "message",
        role: "assistant",
        model: "m",
        content,
        stop_reason,
        usage,
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const printed = await example(
    t,
    "anthropic.md",
    {},
    {
      ANTHROPIC_API_KEY: "test",
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
