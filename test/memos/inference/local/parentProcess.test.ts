import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { atEnd, temporaryFolder } from "../../support.js";
import { MODELS } from "./support.js";

const ORPHAN = fileURLToPath(new URL("./orphanProcess.js", import.meta.url));

async function startParent(t: Parameters<typeof atEnd>[0]) {
  const folder = await temporaryFolder(t);
  const parent = fork(ORPHAN, [await generatedModel("nano", MODELS), folder], { execArgv: [] });
  atEnd(t, async () => void parent.kill("SIGKILL"));
  const [pid] = (await once(parent, "message")) as [number];
  return { parent, pid, folder };
}

/** Resolves when there is no such process any more, or only what its parent has not asked about. */
async function gone(pid: number): Promise<void> {
  while (true) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("the engine's process ends with the one that uses it, even when that is killed", async (t) => {
  const { parent, pid, folder } = await startParent(t);
  parent.kill("SIGKILL");
  await gone(pid);
  assert.deepEqual(await readdir(folder), []);
});

test("an idle engine does not keep its program alive", async (t) => {
  const { parent, pid } = await startParent(t);
  parent.disconnect();
  const [code] = await once(parent, "exit");
  assert.equal(code, 0);
  await gone(pid);
});
