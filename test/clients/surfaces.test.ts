import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startServer } from "../api/harness.js";
import { ListeningEngine } from "../memos/chat/support.js";
import { temporaryFolder } from "../memos/support.js";
import { type Block, blocksOf, root, run, runProgram, scriptedModel } from "./example.js";

const SERVER = "http://127.0.0.1:7077";
const SAID = "I moved to Lisbon in March.";
const blocks = blocksOf(await readFile(join(root, "docs", "surfaces.md"), "utf8"));
const python = process.env["MEMOS_PYTHON"] ?? "python3";

const NO_PYTHON = await run(python, ["-c", "import sys; assert sys.version_info >= (3, 9)"]).then(
  () => undefined,
  () => "no Python of 3.9 or newer; MEMOS_PYTHON names one",
);

/** Runs a block as whoever copies it, against a server of its own; what it prints. */
async function printed(t: TestContext, { language, code }: Block): Promise<string> {
  const { address, memos } = await startServer(t, {}, { engine: new ListeningEngine(), upkeep: false });
  const { secret } = await memos.keys.create("acme", "app");
  const model = await scriptedModel(t, { command: "create", path: "/memories/ana.md", file_text: SAID });
  const here = code.replaceAll(SERVER, address).replaceAll("http://127.0.0.1:8080", model);
  const cwd = await temporaryFolder(t);
  const env = {
    KEY: secret,
    MEM0_TELEMETRY: "false",
    ANTHROPIC_API_KEY: "test",
    ANTHROPIC_BASE_URL: model,
    PYTHONPATH: join(root, "clients", "python"),
    PYTHONDONTWRITEBYTECODE: "1",
    HOME: cwd,
    XDG_CONFIG_HOME: cwd,
  };
  if (language === "ts") return runProgram(t, here, {}, env);
  const options = { cwd, env: { ...process.env, ...env } };
  if (language === "python") return (await run(python, ["-c", here], options)).stdout;
  // `open` shows a page: here it prints the page.
  const shell = `memos() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(root, "bin", "memos.mjs"))} "$@"; }
open() { curl -sf "$1"; }
${here.replaceAll("npx memos", "memos")}`;
  return (await run("sh", ["-e", "-c", shell], options)).stdout;
}

/** What the last line of each block comes to, where that is not the memory itself. */
const PRINTS: Record<string, RegExp> = {
  "OpenAI SDK ts": /^Yes\. [1-9]\d*\n$/,
  "MCP sh": /"?memos"?[\s\S]*mcp/,
  "Viewer sh": /<title>MemOS/,
};

const programs = blocks.filter(({ section }) => section !== "Every way in");

for (const block of programs) {
  const name = `${block.section} ${block.language}`;
  const skip = block.language === "python" ? (NO_PYTHON ?? false) : false;
  test(`the block of docs/surfaces.md for ${name} does as printed`, { skip }, async (t) => {
    assert.match(await printed(t, block), PRINTS[name] ?? new RegExp(SAID.replace(".", "\\.")));
  });
}

test("docs/surfaces.md has every surface, and fits on a page or two", () => {
  assert.deepEqual(
    [...new Set(programs.map(({ section }) => section))],
    [
      "SDK",
      "REST",
      "Typed client",
      "Python",
      "mem0",
      "supermemory",
      "OpenAI SDK",
      "Vercel AI SDK",
      "MCP",
      "Anthropic's memory tool",
      "Viewer",
    ],
  );
  for (const { code } of programs) assert.ok(code.split("\n").length <= 18, code);
});
