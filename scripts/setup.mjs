// Brings a fresh clone to where it can run: installs when the lock file is newer than the installation,
// compiles when a source is newer than the last build. Uses nothing but Node itself.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = ["memcube", "graph", "memos", "agents", "api", "eval", "bench", "test"];
const MINIMUM_NODE = [20, 6];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  console.error(`memos needs Node ${MINIMUM_NODE.join(".")} or newer; this is ${process.version}.`);
  process.exit(1);
}

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newestSource(folder, without) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => without === undefined || !file.startsWith(without))
    .reduce((newest, file) => Math.max(newest, modified(file)), 0);
}

const installed = join(root, "node_modules", ".package-lock.json");
if (modified(join(root, "package-lock.json")) > modified(installed)) {
  console.error("memos: installing dependencies (npm ci) ...");
  run("npm", ["ci", "--no-audit", "--no-fund"]);
  utimesSync(installed, new Date(), new Date());
}

const viewer = join(root, "api", "viewer");
const viewerApp = join(viewer, "app");
const stamp = join(root, "dist", ".built");
const sources = SOURCES.map((name) => join(root, name)).filter(existsSync);
const newest = Math.max(
  modified(join(root, "tsconfig.json")),
  ...sources.map((folder) => newestSource(folder, viewerApp)),
);
if (newest > modified(stamp)) {
  console.error("memos: compiling ...");
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", root]);
  run(process.execPath, [join(root, "scripts", "bundle.mjs")]);
  writeFileSync(stamp, "");
}

const viewerStamp = join(root, "dist", ".viewer-built");
if (newestSource(viewer) > modified(viewerStamp)) {
  console.error("memos: building the viewer ...");
  run(process.execPath, [
    join(root, "node_modules", "vite", "bin", "vite.js"),
    "build",
    "--config",
    join(viewerApp, "vite.config.mjs"),
    "--logLevel",
    "warn",
  ]);
  writeFileSync(viewerStamp, "");
}
