import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type ProgramStatus, Programs } from "../../../agents/programs/index.js";
import { seededRandom } from "../../../eval/metrics/index.js";
import { MemOS, type Scope } from "../../../memos/index.js";
import { onLoopback } from "../../memos/loopback.js";
import { atEnd, openMemos, temporaryFolder, WordEmbedder } from "../../memos/support.js";
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

const SCOPE: Scope = { tenant: "acme", user: "ana" };
const INSTRUCTIONS = 60;
const KILLS = 8;

const bodySchema = z.looseObject({ messages: z.array(z.looseObject({ content: z.string() })) });

/** A chat API whose answers are a function of the prompt; told of each request before it answers. */
async function scriptedServer(t: TestContext, onRequest: () => unknown): Promise<string> {
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

function startRun(t: TestContext, args: readonly string[]): { child: ChildProcess; ended: Promise<string> } {
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

async function plannedIn(path: string): Promise<ProgramStatus> {
  const memos = await MemOS.open({ path, embedder: new WordEmbedder() });
  const programs = new Programs(memos, new ScriptedModel(writesSections));
  const planned = await programs.plan("A long document.", SCOPE, {
    instructions: sectionInstructions(INSTRUCTIONS),
  });
  await memos.close();
  return planned;
}

/** The whole of what the program was to do is there, each part of it once, and in order. */
async function assertComplete(memos: MemOS, id: string): Promise<void> {
  const programs = new Programs(memos, new ScriptedModel(writesSections));
  const status = await programs.status(id, SCOPE);
  assert.equal(status.state, "done");
  assert.equal(status.receipt.instructionsDone, INSTRUCTIONS);
  assert.equal(await programs.read(id, DOCUMENT, SCOPE), writtenDocument(INSTRUCTIONS));
  assert.equal(await programs.read(id, INDEX, SCOPE), writtenIndex(INSTRUCTIONS));
  const [document] = await programs.files(id, SCOPE);
  const { versions, intact } = await memos.history(document?.cube ?? "", SCOPE);
  assert.ok(intact);
  const kept = versions.filter(({ operation }) => operation !== "restore");
  // A version that was cut off together with its second file is undone and made again; nothing else is.
  const undone = versions.length - kept.length;
  assert.ok(undone <= KILLS);
  assert.equal(kept.length, INSTRUCTIONS + undone);
  assert.deepEqual(
    (await memos.check()).filter(({ ok }) => !ok),
    [],
  );
}

test("a document of 60 instructions whose process is killed at random points completes, no instruction lost and none done twice", async (t) => {
  const path = await temporaryFolder(t);
  const { id } = await plannedIn(path);
  const random = seededRandom(7);
  let requests = 0;
  let onRequest = () => {};
  const url = await scriptedServer(t, () => {
    requests++;
    onRequest();
  });
  let kills = 0;
  for (let state = ""; state !== "done"; ) {
    const { child, ended } = startRun(t, [path, id, url]);
    if (kills < KILLS) {
      // So many calls later, and then some time later: while it asks, writes, or writes down that it is done.
      let left = 1 + Math.floor((random() * 2 * INSTRUCTIONS) / KILLS);
      onRequest = () => {
        if (--left === 0) setTimeout(() => child.kill("SIGKILL"), random() * 60);
      };
    } else onRequest = () => {};
    state = await ended;
    if (state === "") kills++;
  }
  assert.ok(kills >= 3, `${kills} kills`);
  const { memos } = await openMemos(t, { path });
  await assertComplete(memos, id);
  // Each kill costs the call under way, and an attempt that was cut off between two files one more.
  assert.ok(requests <= INSTRUCTIONS + 2 * kills, `${requests} requests`);
  t.diagnostic(`${kills} kills, ${requests} requests for ${INSTRUCTIONS} instructions`);
});

test("a program that was started goes on in another process when the one that ran it is killed", async (t) => {
  const path = await temporaryFolder(t);
  const { id } = await plannedIn(path);
  let onRequest = () => {};
  let requests = 0;
  const url = await scriptedServer(t, () => {
    requests++;
    onRequest();
  });
  const { memos } = await openMemos(t, { path });
  const programs = new Programs(memos, new ScriptedModel(writesSections));
  const job = await programs.start(id, SCOPE);
  assert.equal((await programs.start(id, SCOPE)).id, job.id);
  const first = startRun(t, [path, id, url, "job"]);
  await new Promise<void>((resolve) => {
    onRequest = () => {
      if (requests === 10) {
        first.child.kill("SIGKILL");
        resolve();
      }
    };
  });
  await first.ended;
  startRun(t, [path, id, url, "job"]);
  const events = memos.jobs.events(SCOPE, { after: 0, kinds: ["job.done", "job.dead"] });
  const ended = (await events.next()).value;
  assert.deepEqual([ended?.kind, ended?.subject], ["job.done", job.id]);
  await assertComplete(memos, id);
  assert.deepEqual((await memos.jobs.get(job.id, SCOPE)).attempts, 2);
});
