import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { backupReceiptSchema, backupVerificationSchema, restoreReceiptSchema } from "../../../memos/index.js";
import { blocksOf, root } from "../../clients/example.js";
import { temporaryFolder } from "../../memos/support.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const run = promisify(execFile);

test("the drill of docs/backup.md works as it is printed", {
  skip: process.platform === "win32" && "its commands are for a POSIX shell",
}, async (t) => {
  const folder = await temporaryFolder(t);
  const bin = join(folder, "bin");
  await mkdir(bin);
  const program = join(bin, "memos");
  await writeFile(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", "memos.mjs")}" "$@"\n`,
  );
  await chmod(program, 0o755);
  const guide = await readFile(join(root, "docs", "backup.md"), "utf8");
  const steps = blocksOf(guide).filter(
    ({ section, language }) => section === "The drill" && language === "sh",
  );
  assert.equal(steps.length, 6);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MEMOS_"));
  const { stdout } = await run("sh", ["-e", "-c", steps.map(({ code }) => code).join("")], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), PATH: `${bin}${delimiter}${process.env["PATH"]}` },
  });
  assert.match(stdout, /purged 1 memory again/);
  assert.match(stdout, /The drill began in the harbour\./);
  assert.match(stdout, /nothing is left\n/);
  assert.doesNotMatch(stdout, /FAIL|Rua Nova 5.*Rua Nova 5/s);
  assert.deepEqual((await readdir(folder)).sort(), [".memos", ".memos.lost", "backups", "bin", "receipts"]);
  assert.equal((await readdir(join(folder, "backups"))).length, 2);
});

test("backups say as JSON what is in them, and a store made of one says the same", async (t) => {
  const folder = await temporaryFolder(t);
  const [store, backups, copy] = ["store", "backups", "copy"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await memos(["add", "Ana keeps bees.", "--user", "ana", "--store", store]);
  const made = await memosJson(["backup", "create", backups, "--store", store], backupReceiptSchema);
  const verified = await memosJson(["backup", "verify", backups], backupVerificationSchema);
  assert.deepEqual([verified.path, verified.cubes, verified.bytes], [made.path, 1, made.bytes]);
  const restored = await memosJson(["backup", "restore", backups, "--store", copy], restoreReceiptSchema);
  assert.deepEqual([restored.cubes, restored.rows, restored.createdAt], [1, 1, made.createdAt]);
  const again = await memos(["backup", "restore", backups, "--store", copy, "--json"]);
  assert.equal(again.status, 1);
  assert.equal(failureSchema.parse(JSON.parse(again.stdout || again.stderr)).error.code, "INVALID_INPUT");
});

test("a backup of nothing, and a receipt that is none, are refused in words", async (t) => {
  const folder = await temporaryFolder(t);
  const none = await memos(["backup", "create", join(folder, "backups"), "--store", join(folder, "store")]);
  assert.equal(none.status, 1);
  assert.match(none.stderr, /no store at/);
  assert.deepEqual(await readdir(folder), []);
  const empty = await memos(["backup", "restore", folder, "--store", join(folder, "store")]);
  assert.equal(empty.status, 1);
  assert.match(empty.stderr, /There is no backup in this folder/);
  await writeFile(join(folder, "receipt"), "no receipt");
  const wrong = await memos([
    "backup",
    "restore",
    folder,
    "--store",
    join(folder, "store"),
    "--purges",
    join(folder, "receipt"),
  ]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /is not the receipt of a purge/);
});
