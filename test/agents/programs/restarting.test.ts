import assert from "node:assert/strict";
import { test } from "node:test";
import { Programs } from "../../../agents/programs/index.js";
import { openMemos, temporaryFolder } from "../../memos/support.js";
import { assertComplete, plannedIn, SCOPE, scriptedServer, startRun } from "./processes.js";
import { ScriptedModel, writesSections } from "./scripted.js";

const INSTRUCTIONS = 12;
const KILLED_AT = 5;

test("a program that was started goes on in another process when the one that ran it is killed", async (t) => {
  const path = await temporaryFolder(t);
  const id = await plannedIn(path, INSTRUCTIONS);
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
      if (requests === KILLED_AT) {
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
  await assertComplete(memos, id, INSTRUCTIONS, 1);
  const { attempts } = await memos.jobs.get(job.id, SCOPE);
  assert.ok(attempts >= 2);
});
