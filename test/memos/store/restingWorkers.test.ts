import assert from "node:assert/strict";
import { test } from "node:test";
import { REST_MS, RestingWorkers } from "../../../memos/store/sql/restingWorkers.js";

const PROGRAM = new URL("data:text/javascript,setInterval(() => {}, 1000)");

test("a thread whose work is done is given to who comes next", async () => {
  const workers = new RestingWorkers(PROGRAM, 1);
  const first = workers.take();
  await workers.leave(first);
  const next = workers.take();
  assert.equal(next, first);
  await next.terminate();
});

test("a thread that is about to end is given to nobody", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const workers = new RestingWorkers(PROGRAM, 1);
  const first = workers.take();
  await workers.leave(first);
  t.mock.timers.tick(REST_MS);
  const next = workers.take();
  assert.notEqual(next, first);
  await next.terminate();
});

test("so many threads rest and no more", async () => {
  const workers = new RestingWorkers(PROGRAM, 1);
  const [one, other] = [workers.take(), workers.take()];
  await workers.leave(one);
  await workers.leave(other);
  assert.equal(workers.take(), one);
  assert.equal(other.threadId, -1);
  await one.terminate();
});
