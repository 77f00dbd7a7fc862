// Everything that must hold before a change lands: formatter, linter, import direction, tests. The last
// line is the count.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run as runTests } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
const count = { passed: 0, failed: 0, skipped: 0 };
/** Milliseconds of the tests of each file; how many of the slowest are named in the end. */
const milliseconds = new Map();
const SLOWEST = 20;
/** How often each reason for skipping was given. */
const reasons = new Map();

function check(name, command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.status === 0) {
    count.passed++;
    console.log(`✔ ${name}`);
  } else {
    count.failed++;
    console.log(`✖ ${name}\n${result.stdout}${result.stderr}`);
  }
}

const only = process.argv.slice(2);
if (only.length === 0) {
  for (const needed of ["trainer.mjs", "fuzzer.mjs", "postgres.mjs"])
    spawnSync(process.execPath, [join(root, "scripts", needed)], { cwd: root, stdio: "inherit" });
  check("formatter and linter", bin("biome"), ["check", "."]);
  check("types of the viewer", bin("tsc"), ["-p", join(root, "api", "viewer", "app")]);
  check("imports run one way", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "dist"]);
}

const folder = join(root, "dist", "test");
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".test.js"))
  // A deleted source leaves its compiled test behind; only what still has a source runs.
  .filter((file) => existsSync(join(root, "test", file.replace(/\.js$/, ".ts"))))
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .sort()
  .map((file) => join(folder, file));

const stream = runTests({ files, concurrency: 2, timeout: 5 * 60_000 });
stream.on("test:pass", (event) => {
  noteTime(event);
  if (event.details.type === "suite") return;
  if (event.skip !== undefined && event.skip !== false) {
    count.skipped++;
    const reason = typeof event.skip === "string" && event.skip !== "" ? event.skip : "no reason given";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  } else if (!isFile(event)) count.passed++;
});
stream.on("test:fail", (event) => {
  noteTime(event);
  if (event.details.type !== "suite") count.failed++;
});
stream.compose(spec).pipe(process.stdout);
stream.on("end", () => {
  process.on("exit", () => {
    const skips = [...reasons].map(([reason, times]) => `${times} × ${reason}`);
    console.log(`\nslowest: ${slowest()}`);
    if (skips.length > 0) console.log(`skipped: ${skips.join("; ")}`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  });
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
});

function noteTime({ file, nesting, details }) {
  if (nesting === 0) milliseconds.set(file, (milliseconds.get(file) ?? 0) + details.duration_ms);
}

function slowest() {
  const files = [...milliseconds].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
  return files.map(([file, took]) => `${relative(folder, file)} ${Math.round(took / 1_000)} s`).join(", ");
}

// The runner reports each file as a test of its own beside the tests inside it.
function isFile(event) {
  return event.nesting === 0 && event.name.endsWith(".test.js");
}
