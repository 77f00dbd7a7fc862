import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import { checkPython, findPython, preparePython } from "../../../../memos/parametric/training/index.js";
import { LOCK_FILE } from "../../../../memos/parametric/training/trainerPackage.js";
import { atEnd, type Lifetime, refused, temporaryFolder } from "../../support.js";

/** A Python of a version that makes environments with copies of itself; `pip` is what its pip does, in shell. */
async function standIn(t: Lifetime, version: string, pip: string): Promise<string> {
  const path = join(await temporaryFolder(t), "python");
  await writeFile(
    path,
    `#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"-m pip"*) ${pip} ;;
  *torch*) echo '{"python":"${version}","torch":"1","peft":"2"}' ;;
  *) echo '{"python":"${version}"}' ;;
esac
`,
  );
  await chmod(path, 0o755);
  return path;
}

test("an environment is made once, whole, and found by the name of its lock file", async (t) => {
  const folder = join(await temporaryFolder(t), "cache");
  const log = join(await temporaryFolder(t), "log");
  const python = await standIn(t, "3.11.7", `echo "$*" >> '${log}'; echo installing`);
  assert.equal(await findPython(folder), undefined);
  const lines: string[] = [];
  const options = { folder, python, onProgress: (text: string) => lines.push(text) };
  const [made, other] = await Promise.all([preparePython(options), preparePython(options)]);
  assert.deepEqual(made, other);
  assert.deepEqual(await findPython(folder), made);
  assert.deepEqual(await preparePython({ folder, python: "none" }), made);
  assert.ok(lines.includes("installing"));
  assert.equal((await readdir(folder)).length, 1);
  assert.deepEqual(await checkPython(folder), { ok: true, detail: "Python 3.11.7, PyTorch 1, PEFT 2" });
  assert.match(await readFile(log, "utf8"), /--no-deps .*--require-hashes -r .*requirements\.lock/);
});

test("PyTorch comes from another index alone, without what its CUDA build needs", async (t) => {
  const folder = join(await temporaryFolder(t), "cache");
  const log = join(await temporaryFolder(t), "log");
  const python = await standIn(
    t,
    "3.12.0",
    `echo "$*" >> '${log}'; for last; do :; done; cat "$last" >> '${log}' || true`,
  );
  await preparePython({ folder, python, torchIndex: "https://index.example/cpu" });
  const said = await readFile(log, "utf8");
  assert.match(said, /--index-url https:\/\/index\.example\/cpu torch==\d+\.\d+\.\d+\n/);
  assert.match(said, /^peft==/m);
  assert.match(said, /^numpy==.*\n +--hash=sha256:/m);
  assert.doesNotMatch(said, /^(torch|nvidia-\w+|triton)==/m);
});

test("an environment that cannot be made leaves nothing, and the reason is told", async (t) => {
  const folder = join(await temporaryFolder(t), "cache");
  const fails = await standIn(t, "3.13.1", "echo 'ERROR: No matching distribution' >&2; exit 1");
  await assert.rejects(
    preparePython({ folder, python: fails }),
    (error) => refused("TRAINER_UNAVAILABLE")(error) && /No matching distribution/.test(String(error)),
  );
  assert.deepEqual(await readdir(folder), []);
  for (const version of ["3.9.1", "3.14.0", "2.7.18"])
    await assert.rejects(
      preparePython({ folder, python: await standIn(t, version, "true") }),
      (error) => refused("TRAINER_UNAVAILABLE")(error) && String(error).includes(version),
    );
  await assert.rejects(preparePython({ folder, python: "/absent" }), refused("TRAINER_UNAVAILABLE"));
  const report = await checkPython(folder);
  assert.equal(report.ok, false);
  assert.match(report.remedy ?? "", /memos adapters setup.*--torch-index/);
});

test("making an environment can be cancelled", async (t) => {
  const folder = join(await temporaryFolder(t), "cache");
  const abort = new AbortController();
  const python = await standIn(t, "3.11.7", "echo waiting; exec sleep 600");
  const made = preparePython({
    folder,
    python,
    signal: abort.signal,
    onProgress: (text) => text === "waiting" && abort.abort(),
  });
  await assert.rejects(made, refused("ABORTED"));
  assert.deepEqual(await readdir(folder), []);
});

test("an environment without its mark, or that does not work, is not taken for one", async (t) => {
  const folder = await temporaryFolder(t);
  const good = await preparePython({ folder, python: await standIn(t, "3.11.7", "true") });
  await writeFile(good.python, "#!/bin/sh\nexit 1\n");
  const report = await checkPython(folder);
  assert.equal(report.ok, false);
  assert.match(report.remedy ?? "", /setup/);
  const other = await temporaryFolder(t);
  const broken = join(other, good.folder.split("/").at(-1) ?? "");
  await mkdir(join(broken, "bin"), { recursive: true });
  assert.equal(await findPython(other), undefined);
  const made = await preparePython({ folder: other, python: await standIn(t, "3.11.7", "true") });
  assert.equal(made.folder, broken);
  assert.deepEqual(await readdir(other), [broken.split("/").at(-1)]);
});

test("pip is not given keys", async (t) => {
  process.env["MEMOS_TEST_KEY"] = "secret";
  atEnd(t, async () => void delete process.env["MEMOS_TEST_KEY"]);
  const python = await standIn(t, "3.11.7", "env | grep MEMOS_ && exit 1; exit 0");
  await preparePython({ folder: await temporaryFolder(t), python }).catch((error: unknown) =>
    assert.fail(isMemosError(error) ? error.message : String(error)),
  );
});

test("everything in the lock file has one version and its hashes", async () => {
  const requirements = (await readFile(LOCK_FILE, "utf8"))
    .split(/\n(?=[a-z0-9])/i)
    .filter((text) => !text.startsWith("#"));
  assert.ok(requirements.length > 40);
  for (const text of requirements)
    assert.match(text, /^[a-z0-9._-]+==[^ ;]+( ; [^\\]+)? \\\n +--hash=sha256:[0-9a-f]{64}/i);
});
