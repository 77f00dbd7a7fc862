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

/** Stand-ins for models that are called over the network: they say `Noted.`, then `In Lisbon.`. */
const SCRIPTED: Record<string, { readonly replace: string; readonly by: string; readonly prints: string }> = {
  "Vercel AI SDK": {
    replace: 'import { openai } from "@ai-sdk/openai";',
    by: `import { MockLanguageModelV3 } from "ai/test";
const said = (text) => ({ content: [{ type: "text", text }], finishReason: { unified: "stop" }, usage: { inputTokens: {}, outputTokens: {} }, warnings: [] });
const openai = () => new MockLanguageModelV3({ doGenerate: [said("Noted."), said("In Lisbon.")] });`,
    prints: "In Lisbon.",
  },
  "LangChain.js": {
    replace: 'import { ChatOpenAI } from "@langchain/openai";',
    by: `import { FakeListChatModel } from "@langchain/core/utils/testing";
class ChatOpenAI extends FakeListChatModel { constructor() { super({ responses: ["Noted."] }); } }`,
    prints: "I moved to Lisbon in March. [1] user",
  },
  "OpenAI Agents SDK": {
    replace: 'import { Agent, run } from "@openai/agents";',
    by: `import { Agent, run, setDefaultModelProvider, setTracingDisabled, Usage } from "@openai/agents";
setTracingDisabled(true);
const script = ["Noted.", "In Lisbon."];
const getResponse = async () => ({ usage: new Usage(), output: [{ type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: script.shift() }] }] });
setDefaultModelProvider({ getModel: () => ({ getResponse }) });`,
    prints: "In Lisbon.",
  },
};

for (const [section, { replace, by, prints }] of Object.entries(SCRIPTED))
  test(`the example for ${section} works as printed, but for the model`, async (t) => {
    const guide = await readFile(join(root, "docs", "frameworks.md"), "utf8");
    const code = new RegExp(`\\n## ${section}\\n\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
    if (!code?.includes(replace)) assert.fail("the section begins with an example");
    const cwd = await temporaryFolder(t);
    // Inside the package, so that `import "memos"` means this very package.
    const script = join(root, "dist", "test", `example-${process.pid}-${section.replace(/\W/g, "")}.mjs`);
    try {
      await writeFile(
        script,
        code.replace(replace, () => by),
      );
      const { stdout } = await run(process.execPath, [script], { cwd });
      assert.equal(stdout.trim(), prints);
    } finally {
      await rm(script, { force: true });
    }
  });
