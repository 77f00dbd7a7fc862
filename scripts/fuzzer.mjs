// Makes the Python environment with Schemathesis that the contract test needs, in node_modules/.cache/memos-fuzzer.
// Fails no build: what is missing is printed and left in a file, so that the test can say why it is skipped.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCHEMATHESIS = "4.32.5";
const LIMIT_MINUTES = 5;

const cache = join(fileURLToPath(new URL("..", import.meta.url)), "node_modules", ".cache");
const folder = join(cache, `memos-fuzzer-${SCHEMATHESIS}`);
const bin = join(folder, process.platform === "win32" ? "Scripts" : "bin");
const program = join(bin, process.platform === "win32" ? "schemathesis.exe" : "schemathesis");

function run(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: LIMIT_MINUTES * 60_000 });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(result.stderr.trim().split("\n").at(-1) ?? `${command} failed`);
}

function leave(content) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "memos-fuzzer.json"), `${JSON.stringify(content)}\n`);
}

try {
  if (!existsSync(program)) {
    console.log(`fuzzer: installing Schemathesis ${SCHEMATHESIS} into ${folder} ...`);
    run(process.platform === "win32" ? "python" : "python3", ["-m", "venv", folder]);
    run(join(bin, "python"), ["-m", "pip", "install", "--quiet", `schemathesis==${SCHEMATHESIS}`]);
  }
  leave({ program });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.log(`fuzzer: none, and the test that needs it is skipped: ${reason}`);
  leave({ absent: reason });
}
