import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startMem0 } from "./support.js";

const run = promisify(execFile);
const python = process.env["MEMOS_MEM0_PYTHON"] ?? "python3";
const script = fileURLToPath(new URL("../../../../test/clients/mem0/client.py", import.meta.url));

/** Why it cannot be tried here, if it cannot. The package looks for a folder of its own at home. */
async function missing(home: string): Promise<string | false> {
  const env = { ...process.env, MEM0_TELEMETRY: "false", MEM0_DIR: home };
  return run(python, ["-c", "from mem0 import MemoryClient"], { env }).then(
    () => false,
    () => "mem0's Python package is not installed; MEMOS_MEM0_PYTHON names an interpreter that has it",
  );
}

test("every method of mem0's Python client", async (t) => {
  const home = await mkdtemp(join(tmpdir(), "memos-mem0-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const reason = await missing(home);
  if (reason !== false) {
    t.skip(reason);
    return;
  }
  const server = await startMem0(t);
  const env = { ...process.env, MEM0_TELEMETRY: "false", MEM0_DIR: home };
  const { stdout } = await run(python, [script, server.host, server.acme], { env });
  const { refused, ...rest } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
  assert.deepEqual(rest, {
    account: ["memos", "memos", null],
    added: ["SUCCEEDED", "I moved to Lisbon."],
    get: "I moved to Lisbon.",
    search: [true],
    get_all: 1,
    beyond: [],
    update: { tier: "free" },
    expires: "2999-01-31",
    history: ["ADD", "UPDATE", "UPDATE", "UPDATE"],
    feedback: "POSITIVE",
    users: [["user", "alice"]],
    batch_update: { message: "Successfully updated 2 memories" },
    batch_delete: { message: "Successfully deleted 1 memories" },
    deleted: "not found",
    left: [],
    reset: "Client reset successful. All users and memories deleted.",
    after: [],
  });
  for (const [name, message] of Object.entries(refused as Record<string, string>))
    assert.match(String(message), /nothing was done/, name);
});
