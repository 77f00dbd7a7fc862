import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { Programs } from "../../../agents/programs/index.js";
import { MemOS, type Scope } from "../../../memos/index.js";
import { onLoopback } from "../../memos/loopback.js";
import { atEnd, type Lifetime, WordEmbedder } from "../../memos/support.js";
import {
  askedIn,
  DOCUMENT,
  INDEX,
  ScriptedModel,
  sectionInstructions,
  writesSections,
  writtenDocument,
  writtenIndex,
} from "./scripted.js";

export const SCOPE: Scope = { tenant: "acme", user: "ana" };

const bodySchema = z.looseObject({ messages: z.array(z.looseObject({ content: z.string() })) });

/** A chat API whose answers are a function of the prompt; told of each request before it answers. */
export async function scriptedServer(t: Lifetime, onRequest: () => unknown): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const { messages } = bodySchema.parse(await json(incoming));
    onRequest();
    const content = JSON.stringify(writesSections(askedIn(messages[1]?.content ?? "")));
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content } }], usage }));
  });
  return `${await onLoopback(t, server)}/v1`;
}

export function startRun(
  t: Lifetime,
  args: readonly string[],
): { child: ChildProcess; ended: Promise<string> } {
  const child = fork(fileURLToPath(new URL("./runProcess.js", import.meta.url)), args);
  let state = "";
  child.on("message", (message) => {
    state = z.object({ state: z.string() }).parse(message).state;
  });
  const ended = once(child, "exit").then(([code]) => {
    assert.ok(code === null || code === 0, `ended with ${String(code)}`);
    return state;
  });
  atEnd(t, async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended };
}

export async function plannedIn(path: string, instructions: number): Promise<string> {
  const memos = await MemOS.open({ path, embedder: new WordEmbedder() });
  const programs = new Programs(memos, new ScriptedModel(writesSections));
  const { id } = await programs.plan("A long document.", SCOPE, {
    instructions: sectionInstructions(instructions),
  });
  await memos.close();
  return id;
}

/** The whole of what the program was to do is there, each part of it once, and in order. */
export async function assertComplete(
  memos: MemOS,
  id: string,
  instructions: number,
  kills: number,
): Promise<void> {
  const programs = new Programs(memos, new ScriptedModel(writesSections));
  const status = await programs.status(id, SCOPE);
  assert.equal(status.state, "done");
  assert.equal(status.receipt.instructionsDone, instructions);
  assert.equal(await programs.read(id, DOCUMENT, SCOPE), writtenDocument(instructions));
  assert.equal(await programs.read(id, INDEX, SCOPE), writtenIndex(instructions));
  const [document] = await programs.files(id, SCOPE);
  const { versions, intact } = await memos.history(document?.cube ?? "", SCOPE);
  assert.ok(intact);
  const kept = versions.filter(({ operation }) => operation !== "restore");
  // A version that was cut off together with its second file is undone and made again; nothing else is.
  const undone = versions.length - kept.length;
  assert.ok(undone <= kills);
  assert.equal(kept.length, instructions + undone);
  assert.deepEqual(
    (await memos.check()).filter(({ ok }) => !ok),
    [],
  );
}
