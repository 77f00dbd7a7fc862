import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../eval/metrics/index.js";
import { openMemos, temporaryFolder } from "../../memos/support.js";
import { assertComplete, plannedIn, scriptedServer, startRun } from "./processes.js";

const INSTRUCTIONS = 60;
const KILLS = 6;

test("a document of 60 instructions whose process is killed at random points completes, no instruction lost and none done twice", async (t) => {
  const path = await temporaryFolder(t);
  const id = await plannedIn(path, INSTRUCTIONS);
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
  await assertComplete(memos, id, INSTRUCTIONS, kills);
  // Each kill costs the call under way, and an attempt that was cut off between two files one more.
  assert.ok(requests <= INSTRUCTIONS + 2 * kills, `${requests} requests`);
  t.diagnostic(`${kills} kills, ${requests} requests for ${INSTRUCTIONS} instructions`);
});
