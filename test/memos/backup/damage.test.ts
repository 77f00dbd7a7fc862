import assert from "node:assert/strict";
import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { contentHash, sha256 } from "../../../memcube/index.js";
import { restoreBackup, verifyBackup } from "../../../memos/index.js";
import {
  allOf,
  inLedgerFile,
  openMemos,
  openStore,
  refused,
  temporaryFolder,
  textIn,
  WordEmbedder,
} from "../support.js";
import { restored, SCOPE } from "./support.js";

/** One good backup, with a blob; each test works on a copy of it. */
const source = await temporaryFolder({ after });
const { memos } = await openMemos({ after }, { path: source });
await memos.add("the truth", SCOPE);
const store = await openStore({ after }, source);
const blob = await store.blobs.put(new TextEncoder().encode("bytes of a blob"), "application/octet-stream");
const { path: good } = await memos.backup(await temporaryFolder({ after }));
const blobFile = join("blobs", blob.sha256.slice(0, 2), blob.sha256);

type Manifest = Record<string, unknown> & { tenants: { cubes: number }[]; files: { path: string }[] };

/** Changes a manifest and makes its hash right again, as somebody would who means it. */
async function forge(backup: string, change: (manifest: Manifest) => void): Promise<void> {
  const file = join(backup, "manifest.json");
  const { sha256: _, ...content } = JSON.parse(await readFile(file, "utf8"));
  change(content);
  await writeFile(file, JSON.stringify({ ...content, sha256: contentHash(content) }));
}

const DAMAGES: Record<
  string,
  [spoil: (backup: string) => Promise<unknown>, code?: "STORE_NEWER" | "TOO_LARGE"]
> = {
  "whose ledger was cut short": [
    async (backup) => {
      const bytes = await readFile(join(backup, "ledger.db"));
      await writeFile(join(backup, "ledger.db"), bytes.subarray(0, bytes.length - 4096));
    },
  ],
  "with one other bit in a blob": [
    async (backup) => {
      const bytes = await readFile(join(backup, blobFile));
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      await writeFile(join(backup, blobFile), bytes);
    },
  ],
  "without a file that its manifest names": [(backup) => rm(join(backup, blobFile))],
  "without a manifest": [(backup) => rm(join(backup, "manifest.json"))],
  "whose manifest was cut short": [
    async (backup) => {
      const text = await readFile(join(backup, "manifest.json"), "utf8");
      await writeFile(join(backup, "manifest.json"), text.slice(0, -20));
    },
  ],
  "whose manifest says another time": [
    async (backup) => {
      const file = join(backup, "manifest.json");
      await writeFile(file, (await readFile(file, "utf8")).replace(/"createdAt":"20/, '"createdAt":"21'));
    },
  ],
  "whose manifest is larger than any": [
    // The end of the file is a hole: it takes no room.
    (backup) => truncate(join(backup, "manifest.json"), 256 * 1024 * 1024 + 1),
    "TOO_LARGE",
  ],
  "of another program": [
    (backup) => writeFile(join(backup, "manifest.json"), '{"format":"tar","version":1}'),
  ],
  "of a later program": [
    (backup) =>
      forge(backup, (manifest) => {
        manifest["version"] = 2;
      }),
    "STORE_NEWER",
  ],
  "that names a file outside": [
    (backup) =>
      forge(backup, ({ files }) => {
        (files[0] as { path: string }).path = "../../outside";
      }),
  ],
};

for (const [which, [spoil, code = "BACKUP_INVALID"]] of Object.entries(DAMAGES))
  test(`a backup ${which} is refused, and nothing is left of the attempt`, async (t) => {
    const folder = await temporaryFolder(t);
    const backup = join(folder, "backup");
    await cp(good, backup, { recursive: true });
    await spoil(backup);
    await assert.rejects(verifyBackup(backup), refused(code));
    await assert.rejects(
      restoreBackup({ backup, path: join(folder, "store"), embedder: new WordEmbedder() }),
      refused(code),
    );
    assert.deepEqual(await readdir(folder), ["backup"]);
  });

/** What only restoring shows: every hash of a file is right, and what is in it is not. */
const DEEPER: Record<string, (backup: string) => Promise<unknown>> = {
  "whose chain of versions was rewritten": async (backup) =>
    inLedgerFile(backup, (db) => db.exec("UPDATE versions SET actor = 'mallory'")),
  "that has other cubes than its manifest says": async () => undefined,
  "of a ledger of another program": async (backup) =>
    inLedgerFile(backup, (db) => db.exec("PRAGMA application_id = 7")),
  "of a ledger that is no database": (backup) => writeFile(join(backup, "ledger.db"), "no database"),
};

for (const [which, change] of Object.entries(DEEPER))
  test(`a backup ${which} is not restored, though its files are as its manifest says`, async (t) => {
    const folder = await temporaryFolder(t);
    const backup = join(folder, "backup");
    await cp(good, backup, { recursive: true });
    await change(backup);
    const ledger = await readFile(join(backup, "ledger.db"));
    await forge(backup, (manifest) => {
      const file = manifest.files.find(({ path }) => path === "ledger.db");
      Object.assign(file ?? {}, {
        bytes: ledger.length,
        sha256: sha256(ledger),
      });
      if (which.startsWith("that has")) (manifest.tenants[0] as { cubes: number }).cubes++;
    });
    await verifyBackup(backup);
    await assert.rejects(
      restoreBackup({ backup, path: join(folder, "store"), embedder: new WordEmbedder() }),
      refused("BACKUP_INVALID"),
    );
    assert.deepEqual(await readdir(folder), ["backup"]);
  });

test("a ledger of a later program in a backup is refused as one", async (t) => {
  const folder = await temporaryFolder(t);
  const backup = join(folder, "backup");
  await cp(good, backup, { recursive: true });
  inLedgerFile(backup, (db) => db.exec("PRAGMA user_version = 9999"));
  const ledger = await readFile(join(backup, "ledger.db"));
  await forge(backup, ({ files }) =>
    Object.assign(files.find(({ path }) => path === "ledger.db") ?? {}, {
      sha256: sha256(ledger),
    }),
  );
  await assert.rejects(
    restoreBackup({ backup, path: join(folder, "store"), embedder: new WordEmbedder() }),
    refused("STORE_NEWER"),
  );
  assert.deepEqual(await readdir(folder), ["backup"]);
});

test("a backup is restored over nothing", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "occupied");
  await mkdir(path);
  await writeFile(join(path, "mine"), "mine");
  const options = { backup: good, embedder: new WordEmbedder() };
  await assert.rejects(restoreBackup({ ...options, path }), refused("INVALID_INPUT"));
  await assert.rejects(restoreBackup({ ...options, path: join(path, "mine") }), refused("INVALID_INPUT"));
  await assert.rejects(restoreBackup({ ...options, path: source }), refused("INVALID_INPUT"));
  assert.deepEqual(await readdir(folder), ["occupied"]);
  await rm(join(path, "mine"));
  await restoreBackup({ ...options, path });
  assert.ok((await readdir(path)).includes("ledger.db"), "an empty folder is as good as none");
});

test("what was cut short is never taken for a backup, and goes with the next one", async (t) => {
  const folder = await temporaryFolder(t);
  await cp(good, join(folder, ".partial-elsewhere-1-01234567"), { recursive: true });
  // No process has this number: the kernel stops far below.
  await mkdir(join(folder, `.partial-${hostname()}-999999999-01234567`));
  for (const backup of [folder, join(folder, ".partial-elsewhere-1-01234567")])
    await assert.rejects(verifyBackup(backup), refused("BACKUP_INVALID"));
  const { path } = await memos.backup(folder);
  assert.equal((await verifyBackup(folder)).path, path);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith(".partial")),
    [".partial-elsewhere-1-01234567"],
    "another machine may still be writing its own",
  );
});

test("a backup that is cancelled leaves nothing behind, and neither does a restore", async (t) => {
  const folder = await temporaryFolder(t);
  const controller = new AbortController();
  const backing = memos.backup(join(folder, "backups"), {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(backing, refused("ABORTED"));
  assert.deepEqual(await readdir(join(folder, "backups")), []);
  const stopped = new AbortController();
  await assert.rejects(
    restoreBackup({
      backup: good,
      path: join(folder, "store"),
      embedder: new WordEmbedder(),
      signal: stopped.signal,
      onProgress: () => stopped.abort(),
    }),
    refused("ABORTED"),
  );
  assert.deepEqual(await readdir(folder), ["backups"]);
});

test("a backup is not put into the store, nor where nothing can be written", async (t) => {
  for (const folder of [source, join(source, "backups")])
    await assert.rejects(memos.backup(folder), refused("INVALID_INPUT"));
  const file = join(await temporaryFolder(t), "file");
  await writeFile(file, "");
  await assert.rejects(memos.backup(file), refused("INVALID_INPUT"));
});

test("what the store itself has lost is named, and everything else is backed up", async (t) => {
  const { memos: own, path } = await openMemos(t);
  const its = await openStore(t, path);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const [kept, lost, spoilt] = [
    await its.blobs.put(bytes("kept"), "text/plain"),
    await its.blobs.put(bytes("lost"), "text/plain"),
    await its.blobs.put(bytes("spoilt"), "text/plain"),
  ].map(({ sha256 }) => join("blobs", sha256.slice(0, 2), sha256)) as [string, string, string];
  await own.add("beside them", SCOPE);
  await rm(join(path, lost));
  await appendFile(join(path, spoilt), "!");
  const receipt = await own.backup(await temporaryFolder(t));
  assert.deepEqual([...receipt.missing].sort(), [lost, spoilt].sort());
  const copy = await restored(t, { backup: receipt.path });
  assert.deepEqual(copy.receipt.missing, receipt.missing);
  assert.equal(await readFile(join(copy.path, kept), "utf8"), "kept");
  assert.deepEqual((await allOf(copy.memos, SCOPE)).map(textIn), ["beside them"]);
});

test("a backup that is moved, renamed or reached by a link is one all the same", async (t) => {
  const folder = await temporaryFolder(t);
  await cp(good, join(folder, "first"), { recursive: true });
  await rename(join(folder, "first"), join(folder, "offsite copy"));
  await symlink(join(folder, "offsite copy"), join(folder, "link"));
  assert.equal((await verifyBackup(join(folder, "link"))).cubes, 1);
});
