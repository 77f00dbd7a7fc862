import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Progress } from "../../../api/cli/progress.js";

function stream(isTTY: boolean) {
  const sink = new PassThrough({ encoding: "utf8" });
  return Object.assign(sink, { isTTY }) as unknown as NodeJS.WriteStream & PassThrough;
}

test("a terminal gets a bar that is removed at the end", (context) => {
  const terminal = stream(true);
  const clock = context.mock.method(performance, "now", () => 0);
  const progress = new Progress(terminal);
  clock.mock.mockImplementation(() => 200);
  progress.update("ingest", 5, 10);
  progress.update("ingest", 6, 10);
  progress.clear();
  assert.equal(terminal.read(), "\r\u001b[Kingest [############............] 5/10\r\u001b[K");
});

test("a file gets a line every few seconds", (context) => {
  const file = stream(false);
  const clock = context.mock.method(performance, "now", () => 0);
  const progress = new Progress(file);
  for (let second = 1; second <= 7; second++) {
    clock.mock.mockImplementation(() => second * 1_000);
    progress.update("ingest", second);
  }
  progress.clear();
  assert.equal(file.read(), "ingest 3\ningest 6\n");
});

test("what has not changed is not said again in a file", (context) => {
  const file = stream(false);
  const clock = context.mock.method(performance, "now", () => 0);
  const progress = new Progress(file);
  for (const [second, done] of [
    [4, 1],
    [8, 1],
    [12, 2],
  ] as const) {
    clock.mock.mockImplementation(() => second * 1_000);
    progress.update("training", done, 3);
  }
  assert.equal(file.read(), "training 1/3\ntraining 2/3\n");
});
