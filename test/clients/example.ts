import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "../memos/support.js";

export const run = promisify(execFile);
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A block of a guide, in the language that it is marked with. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The heading that it stands under. */
  readonly section: string;
}

/** The blocks of a text in Markdown. */
export function blocksOf(markdown: string): Block[] {
  let section = "";
  return [...markdown.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, heading, language = "", code = ""]) => {
      if (heading !== undefined) section = heading;
      return heading === undefined ? [{ language, code, section }] : [];
    },
  );
}

let scripts = 0;

/** Runs a program of a guide in a folder of its own, with what differs here put in; what it prints. */
export async function runProgram(
  t: TestContext,
  code: string,
  put: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  for (const [from, to] of Object.entries(put)) {
    assert.ok(code.includes(from), `the example has ${from}`);
    code = code.replaceAll(from, () => to);
  }
  // Inside the package, so that `import "memos/client"` means this very package.
  const script = join(root, "dist", "test", `example-${process.pid}-${scripts++}.mjs`);
  t.after(() => rm(script, { force: true }));
  await writeFile(script, code);
  const cwd = await temporaryFolder(t);
  return (await run(process.execPath, [script], { cwd, env: { ...process.env, ...env } })).stdout;
}

/** Runs the first program of a guide. */
export async function example(
  t: TestContext,
  guide: string,
  put: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const blocks = blocksOf(await readFile(join(root, "docs", guide), "utf8"));
  return runProgram(t, blocks.find(({ language }) => language === "ts")?.code ?? "", put, env);
}

/**
 * A model behind HTTP that follows a script, for programs that pay for one: as Anthropic's it writes one note and then
 * says `Noted.`, as OpenAI's it says `Noted.` at once.
 */
export async function scriptedModel(t: TestContext, note: object): Promise<string> {
  let asked = 0;
  const anthropic = () => {
    asked += 1;
    const content =
      asked === 1
        ? [{ type: "tool_use", id: "toolu_1", name: "memory", input: note }]
        : [{ type: "text", text: "Noted." }];
    const stop_reason = asked === 1 ? "tool_use" : "end_turn";
    const usage = { input_tokens: 1, output_tokens: 1 };
    return { id: "msg", type: "message", role: "assistant", model: "m", content, stop_reason, usage };
  };
  const openAI = () => ({
    id: "chatcmpl",
    object: "chat.completion",
    created: 0,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "Noted." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  const server = createServer((request, response) => {
    request.resume();
    const answer = request.url?.startsWith("/v1/messages") ? anthropic() : openAI();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
