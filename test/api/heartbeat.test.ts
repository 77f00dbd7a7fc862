import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { heartbeat } from "../../api/serverSentEvents.js";

test("a quiet stream has its comments, and a reader that is behind gets none on top", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const response = new ServerResponse({ method: "GET" } as never);
  const beat = heartbeat(response, 1_000);
  t.mock.timers.tick(5_000);
  assert.equal(response.headersSent, false);
  response.flushHeaders();
  const before = response.writableLength;
  t.mock.timers.tick(2_000);
  assert.ok(response.writableLength > before);
  // Nobody reads it.
  assert.equal(response.write("x".repeat(1_000_000)), false);
  const { writableLength } = response;
  t.mock.timers.tick(60_000);
  assert.equal(response.writableLength, writableLength);
  clearInterval(beat);
});
