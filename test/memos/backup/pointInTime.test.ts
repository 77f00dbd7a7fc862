import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { blocksOf, root } from "../../clients/example.js";
import {
  asPostgres,
  postgresBin,
  postgresFolder,
  startPostgres,
  withoutPostgres,
} from "../../support/postgresServer.js";
import { gate } from "../support.js";

const run = promisify(execFile);

/** The server's binaries alone are in some packages. */
const PROGRAMS = ["psql", "pg_basebackup", "pg_verifybackup"];
const skip =
  withoutPostgres ||
  (PROGRAMS.some((name) => !existsSync(join(postgresBin ?? "", name))) &&
    `no ${PROGRAMS.join(", ")} beside the PostgreSQL server here`);

/** Runs commands as Postgres' user, with its programs at hand. */
async function shell(code: string, env: Readonly<Record<string, string>>): Promise<string> {
  const PATH = `${postgresBin}${delimiter}${process.env["PATH"]}`;
  return (await run("sh", ["-e", "-c", code], { ...asPostgres, env: { ...process.env, ...env, PATH } }))
    .stdout;
}

/** Resolves once a file is in a folder. */
async function appears(folder: string, name: string): Promise<void> {
  const there = gate();
  const look = () => existsSync(join(folder, name)) && there.open();
  const watcher = watch(folder, look);
  look();
  await there.opened;
  watcher.close();
}

test("a base backup and the archive bring a ledger back to the instant before a mistake, as docs/backup.md says", {
  skip,
}, async (t) => {
  const guide = await readFile(join(root, "docs", "backup.md"), "utf8");
  const [nightly = "", restoring = "", ...others] = blocksOf(guide)
    .filter(({ section, language }) => section.startsWith("Point in time") && language === "sh")
    .map(({ code }) => code);
  assert.deepEqual(others, []);
  const folder = await postgresFolder(t);
  const [ARCHIVE, BASE, RESTORED] = ["archive", "base", "restored"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await shell(`mkdir "${ARCHIVE}"`, {});
  const [settings = ""] = blocksOf(guide).flatMap(({ language, code }) =>
    language === "conf" ? [code] : [],
  );
  const server = await startPostgres(t, {
    settings: settingsOf(settings.replaceAll("/mnt/archive", ARCHIVE)),
  });
  assert.ok(server);
  const ask = (url: string, sql: string) =>
    shell(`psql "$LEDGER" -XAtq -v ON_ERROR_STOP=1 -c "${sql}"`, { LEDGER: url });

  await ask(
    server.url,
    "CREATE TABLE said (n int PRIMARY KEY); INSERT INTO said SELECT generate_series(1, 1000)",
  );
  await shell(nightly, { LEDGER: server.url, BASE });
  await ask(server.url, "INSERT INTO said SELECT generate_series(1001, 2000)");
  const INSTANT = (await ask(server.url, "SELECT clock_timestamp()")).trim();
  await ask(server.url, "DELETE FROM said WHERE n > 10");
  const segment = (await ask(server.url, "SELECT pg_walfile_name(pg_switch_wal())")).trim();
  await appears(ARCHIVE, segment);
  await server.stop("immediate");
  await rm(server.dataDir, { recursive: true });

  await shell(restoring, { BASE, RESTORED, ARCHIVE, INSTANT });
  const restored = await startPostgres(t, { dataDir: RESTORED });
  assert.ok(restored);
  const state = "SELECT count(*), max(n), pg_is_in_recovery() FROM said";
  assert.equal((await ask(restored.url, state)).trim(), "2000|2000|f");
  await ask(restored.url, "INSERT INTO said VALUES (2001)");
  await restored.stop("immediate");
  await restored.restart();
  assert.equal((await ask(restored.url, state)).trim(), "2001|2001|f");
});

function settingsOf(conf: string): Record<string, string> {
  return Object.fromEntries(
    conf
      .split("\n")
      .filter((line) => line.includes(" = "))
      .map((line) => {
        const [name = "", value = ""] = line.split(/ = (.*)/);
        return [name, value.replace(/^'(.*)'$/, "$1")];
      }),
  );
}
