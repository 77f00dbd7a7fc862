// Everything that must hold before a change lands: formatter, linter, import direction, tests. The last
// line is the count.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { run as runTests } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath, pathToFileURL } from "node:url";
import "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
const count = { passed: 0, failed: 0, skipped: 0 };
/** Milliseconds of the tests of each file; how many of the slowest are named in the end. */
const milliseconds = new Map();
const SLOWEST = 20;
/** Files of one folder that share a process, at most: to start one takes longer than most of them run. */
const GROUP_FILES = 6;
/** Processes at a time: one more than the cores of a small machine, since a test waits for a disk or a browser, too. */
const CONCURRENCY = 3;
/**
 * A file that does something to its whole process, looks into it, or has something for all of its tests, has a process
 * for itself: what ends "after all tests" would end at another time.
 */
const ALONE = new RegExp(
  [
    String.raw`^import \{[^}]*\b(after|before)(Each)?\b[^}]*\} from "node:test"`,
    String.raw`\bprocess\.(env|on|once|exitCode)\b`,
    String.raw`\bmock\.timers\b`,
    '"node:inspector',
  ].join("|"),
  "m",
);
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

// `--postgres PART…` runs those tests on a ledger in Postgres alone, with a schema for each store.
const onPostgres = process.argv[2] === "--postgres";
const only = process.argv.slice(onPostgres ? 3 : 2);
const preparing = [];
if (only.length === 0) {
  spawnSync(process.execPath, [join(root, "scripts", "postgres.mjs")], { cwd: root, stdio: "inherit" });
  for (const needed of ["trainer.mjs", "fuzzer.mjs"]) preparing.push(started(join(root, "scripts", needed)));
  check("formatter and linter", bin("biome"), ["check", "."]);
  check("types of the viewer", bin("tsc"), ["-p", join(root, "api", "viewer", "app")]);
  check("imports run one way", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "dist"]);
}

const folder = join(root, "dist", "test");
/** Compiled tests that a part of their path names; all of them when there is no part. */
const filesOf = (parts) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".test.js"))
    // A deleted source leaves its compiled test behind; only what still has a source runs.
    .filter((file) => existsSync(join(root, "test", file.replace(/\.js$/, ".ts"))))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort()
    .map((file) => join(folder, file));

/** Many short stores, none of which outlives a loss of power. */
const POSTGRES_SETTINGS = {
  max_connections: "200",
  autovacuum: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
};
/** What needs an environment of Python, which takes minutes to make: it comes when half of the others have run. */
const PREPARED = /^(api.contract\b|memos.parametric.training\b)/;
/** Parts that are run a second time on Postgres: what opens a store, and what its tables are asked. */
const ON_POSTGRES = ["agents/", "api/", "memos/"];
/**
 * Of these not: what a model decides or computes, other ways to the same calls, what Postgres does for itself, and
 * large or long histories of what shorter tests ask as well. All of it twice would take two cores longer than an hour.
 */
const NOT_AGAIN = new RegExp(
  [
    "^agents.(chat|controller|frameworks|longContext|programs|resources|routing|tools|types)",
    "^api.(chat|cli|dialects|openapi|stream|viewer)",
    "^memos.(inference|extraction|chat|prompts|model|backup|fullDisk)",
    "^memos.activation.(?!state[A-Z])|^memos.activation.stateFiles",
    "^memos.parametric.(?!adapterScopes|purgedSources)",
    "^agents.reflection.histories|^memos.(graph.symmetry|index.crowding|lifecycle.(forgetting.many|histories))",
  ].join("|"),
);
/** What is about the file of a SQLite ledger, or copies it, or has a Postgres of its own. */
const OF_ONE_DATABASE = /\binLedgerFile\b|["/]ledger\.db\b|from "libsql"|postgresServer|\bcp\(/;

if (!onPostgres) {
  const isPrepared = (file) => PREPARED.test(relative(folder, file));
  const files = filesOf(only);
  const others = files.filter((file) => !isPrepared(file));
  const half = Math.ceil(others.length / 2);
  await run([...others.slice(0, half), ...files.filter(isPrepared), ...others.slice(half)]);
  await Promise.all(preparing);
}
if (onPostgres || only.length === 0)
  await runOnPostgres(filesOf(only.length === 0 ? ON_POSTGRES : only).filter(ofAnyLedger));
const skips = [...reasons].map(([reason, times]) => `${times} × ${reason}`);
console.log(`\nslowest: ${slowest()}`);
if (skips.length > 0) console.log(`skipped: ${skips.join("; ")}`);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;

function ofAnyLedger(file) {
  return !NOT_AGAIN.test(relative(folder, file)) && !OF_ONE_DATABASE.test(readFileSync(file, "utf8"));
}

async function runOnPostgres(files) {
  const { startServer, withoutPostgres } = await import("../dist/bench/process/postgresServer.js");
  const data = await mkdtemp(join(tmpdir(), "memos-postgres-"));
  const server = await startServer({ folder: data, fsync: false, settings: POSTGRES_SETTINGS });
  if (server === undefined) skip(withoutPostgres);
  else {
    console.log(`\n${files.length} files again, on Postgres`);
    process.env.MEMOS_LEDGER = `${server.url}?schema={path}&readers=1`;
    await run(files);
    delete process.env.MEMOS_LEDGER;
    await server.stop("immediate");
  }
  await rm(data, { recursive: true, force: true });
}

function started(script) {
  const child = spawn(process.execPath, [script], { cwd: root, stdio: "inherit" });
  return new Promise((resolve) => child.once("exit", resolve));
}

async function run(files) {
  if (files.length === 0) return;
  const entries = await mkdtemp(join(tmpdir(), "memos-tests-"));
  const groups = await Promise.all(
    groupsOf(files).map((group, at) => entryOf(group, join(entries, `${at}`))),
  );
  const stream = runTests({ files: groups, concurrency: CONCURRENCY, timeout: 15 * 60_000 });
  stream.on("test:pass", (event) => {
    noteTime(event);
    if (event.details.type === "suite") return;
    if (event.skip !== undefined && event.skip !== false)
      skip(typeof event.skip === "string" && event.skip !== "" ? event.skip : "no reason given");
    else if (!isFile(event)) count.passed++;
  });
  stream.on("test:fail", (event) => {
    noteTime(event);
    if (event.details.type !== "suite") count.failed++;
  });
  for await (const text of stream.compose(spec)) process.stdout.write(text);
  await rm(entries, { recursive: true });
}

function groupsOf(files) {
  const groups = [];
  const open = new Map();
  for (const file of files) {
    const folder = dirname(file);
    let group = open.get(folder);
    const alone = ALONE.test(readFileSync(file, "utf8"));
    if (alone || group === undefined || group.length === GROUP_FILES) {
      group = [];
      groups.push(group);
      if (!alone) open.set(folder, group);
    }
    group.push(file);
  }
  return groups;
}

/** A program that runs all tests of a group, one after the other. */
async function entryOf(group, name) {
  const entry = `${name}.test.mjs`;
  await writeFile(
    entry,
    group.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`).join(""),
  );
  return entry;
}

function skip(reason) {
  count.skipped++;
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}

function noteTime({ file, nesting, details }) {
  if (nesting === 0) milliseconds.set(file, (milliseconds.get(file) ?? 0) + details.duration_ms);
}

function slowest() {
  const files = [...milliseconds].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
  return files.map(([file, took]) => `${relative(folder, file)} ${Math.round(took / 1_000)} s`).join(", ");
}

// The runner reports each file as a test of its own beside the tests inside it.
function isFile(event) {
  return event.nesting === 0 && /[/\\]memos-tests-[^/\\]+[/\\]\d+\.test\.mjs$/.test(event.name);
}
