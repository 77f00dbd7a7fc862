import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { LATEST_PROTOCOL_VERSION } from "@modelcontextprotocol/sdk/types.js";
import { temporaryFile, temporaryFolder } from "../../../eval/temporaryFolder.js";
import { memos, start } from "../../cli/memosProcess.js";

const messages = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: LATEST_PROTOCOL_VERSION,
      capabilities: {},
      clientInfo: { name: "by hand", version: "1" },
    },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  {
    jsonrpc: "2.0",
    id: 2,
    method: "tools/call",
    params: { name: "remember", arguments: { text: "The otter sleeps in Lisbon." } },
  },
];

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

test("at the end of the input what was asked is answered, the output holds messages alone, and the status is 0", async (t) => {
  const store = await temporaryFolder(t);
  const { status, stdout, stderr } = await memos(["mcp", "--user", "ana", "--store", store], {
    input: lines(messages),
  });
  assert.equal(status, 0, stderr);
  const answers = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(answers.every(({ jsonrpc }) => jsonrpc === "2.0"));
  const kept = answers.find(({ id }) => id === 2);
  assert.equal(kept.result.structuredContent.remembered.length, 1);
  const recalled = await memos(["recall", "otter", "--user", "ana", "--store", store]);
  assert.match(recalled.stdout, /The otter sleeps in Lisbon/);
});

test("lines that are no messages are passed over, and too long a one ends it cleanly", async (t) => {
  const store = await temporaryFolder(t);
  const args = ["mcp", "--user", "ana", "--store", store];
  const passed = await memos(args, { input: `hello\n{"jsonrpc":"2.0"}\n${lines(messages)}` });
  assert.equal(passed.status, 0);
  assert.match(passed.stdout, /"remembered"/);
  assert.match(passed.stderr, /could not be read/);
  const child = start(args);
  assert.ok(child.stdin !== null && child.stdout !== null);
  // It is gone before it has read all of it.
  child.stdin.on("error", () => {});
  child.stdin.write("x".repeat(11 * 1024 * 1024));
  const [said, exit] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.deepEqual([said, exit], ["", [0, null]]);
});

test("SIGTERM ends it, with what was acknowledged on disk and status 0", async (t) => {
  const store = await temporaryFolder(t);
  const child = start(["mcp", "--user", "ana", "--store", store]);
  assert.ok(child.stdin !== null && child.stdout !== null);
  child.stdin.write(lines(messages));
  let said = "";
  while (!said.includes('"remembered"')) said += String((await once(child.stdout, "data"))[0]);
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
  const found = await memos(["search", "otter", "--user", "ana", "--store", store]);
  assert.match(found.stdout, /otter/);
});

test("a store that cannot be opened is told on standard error, and the output stays empty", async (t) => {
  const file = await temporaryFile(t, "file", "a file and no folder");
  const { status, stdout, stderr } = await memos(["mcp", "--store", file]);
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^error: /);
});
