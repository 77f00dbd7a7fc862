import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../api/harness.js";
import { ListeningEngine } from "../memos/chat/support.js";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../../clients/python", import.meta.url));
const python = process.env["MEMOS_PYTHON"] ?? "python3";

/** Why it cannot be tried here, if it cannot. */
async function missing(): Promise<string | false> {
  const asks = "import sys; raise SystemExit(0 if sys.version_info >= (3, 9) else 1)";
  return run(python, ["-c", asks]).then(
    () => false,
    () => "no Python of 3.9 or newer; MEMOS_PYTHON names one",
  );
}

const skip = await missing();

test("the Python client passes its own tests against this server", { skip }, async (t) => {
  const engine = new ListeningEngine();
  const { address } = await startServer(t, { development: true }, { engine, upkeep: false });
  const { stderr } = await run(python, ["-m", "unittest", "discover", "-s", "tests"], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1", MEMOS_TEST_URL: address },
  });
  const ran = Number(/Ran (\d+) tests/.exec(stderr)?.[1]);
  assert.ok(ran >= 15, stderr);
  assert.match(stderr, /\nOK\s*$/, "none was skipped");
});

test("the example of the Python client's README does what it says", { skip }, async (t) => {
  const { address } = await startServer(t);
  const readme = await readFile(`${folder}/README.md`, "utf8");
  const code = /```python\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  assert.match(code, /127\.0\.0\.1:7077/);
  const { stdout } = await run(python, ["-c", code.replace("http://127.0.0.1:7077", address)], {
    env: { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" },
  });
  assert.match(stdout, /^<memory[\s\S]*<\/memory>\s+I moved to Lisbon in March\.\nNOT_FOUND \S/);
});
