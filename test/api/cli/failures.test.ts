import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos } from "./memosProcess.js";

const ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

const WRONG_USE: [args: string[], message: RegExp][] = [
  [[], /./],
  [["remember"], /unknown command 'remember'/],
  [["add"], /--user/],
  [["add", "--user", "ana"], /give a text/],
  [["add", "x"], /--user/],
  [["add", "", "--user", "ana"], /the text is empty/],
  [["add", "x", "--file", "y", "--user", "ana"], /not both/],
  [["add", "x", "--user", "ana", "--nonsense"], /--nonsense/],
  [["add", "x", "--user", "a\u0007na"], /--user/],
  [["recall", "--user", "ana"], /missing required argument 'query'/],
  [["recall", " ", "--user", "ana"], /QUERY/],
  [["recall", "x", "--user", "ana", "--budget", "many"], /--budget/],
  [["recall", "x", "--user", "ana", "--budget", "0"], /--budget/],
  [["recall", "x", "--user", "ana", "--as-of", "soon"], /--as-of/],
  [["search", "x", "--user", "ana", "-k", "0"], /-k/],
  [["get", "not-an-id"], /ID/],
  [["keys"], /./],
  [["import", "csv", "file"], /unknown command 'csv'/],
  [["export", "-", "--json"], /standard output/],
  [["serve", "--port", "70000"], /--port/],
  [["eval", "retrieval"], /--data/],
  [["eval", "retrieval", "--data", "x", "--k", "2,five"], /--k/],
  [["eval", "retrieval", "--data", "x", "--channels", "smell"], /--channels/],
  [["eval", "locomo", "--data", "x", "--k", "0"], /--k/],
  [["bench", "ingest", "--n", "0"], /--n must be at least 1/],
  [["chat", "Hello."], /--user/],
  [["chat", " ", "--user", "ana", "--model", "x"], /MESSAGE/],
  [["chat", "Hello.", "--user", "ana", "--model", "x", "--max-tokens", "0"], /--max-tokens/],
  [["chat", "Hello.", "--user", "ana", "--model", "x", "--temperature", "hot"], /--temperature/],
  [["chat", "Hello.", "--user", "ana", "--model", "x", "--budget", "-1"], /--budget/],
  [["activations"], /./],
  [["search", "x", "--user", "ana", "--embedder", "crystal"], /--embedder must be one of/],
  [["search", "x", "--user", "ana", "--embedder", "openai"], /MEMOS_EMBEDDER_URL/],
];

for (const [args, message] of WRONG_USE)
  test(`wrong use ends with 2: memos ${args.join(" ")}`, async (context) => {
    const environment = { MEMOS_STORE: join(await temporaryFolder(context), "store") };
    const { status, stdout, stderr } = await memos(args, { environment });
    assert.equal(status, 2, stderr);
    // --json may be what is wrong with the command line; the error is then the object.
    assert.match(args.includes("--json") ? stdout : stderr, message);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(existsSync(environment.MEMOS_STORE), false);
  });

const READERS: string[][] = [
  ["recall", "x", "--user", "ana"],
  ["search", "x", "--user", "ana"],
  ["get", ID],
  ["history", ID],
  ["forget", ID],
  ["restore", ID],
  ["keys", "list"],
  ["keys", "revoke", ID],
  ["export", "out.jsonl"],
  ["rebuild"],
  ["activations", "list", "--user", "ana"],
  ["activations", "drop", "--user", "ana"],
  ["activations", "compile", "--user", "ana", "--model", "x.gguf"],
  ["activations", "plan", "--user", "ana", "--model", "x.gguf"],
  ["doctor"],
];

for (const args of READERS)
  test(`where there is no store, memos ${args.join(" ")} fails and creates none`, async (context) => {
    const folder = await temporaryFolder(context);
    const store = join(folder, "store");
    const { status, stderr, stdout } = await memos([...args, "--store", store]);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: no store at .+; add something first\.\nSTORE_INVALID: .+\n$/);
    assert.deepEqual(await readdir(folder), []);
  });

test("with --json a failure is one object on standard output", async (context) => {
  const store = join(await temporaryFolder(context), "store");
  const failed = await memos(["doctor", "--store", store, "--json"]);
  assert.equal(failed.status, 1);
  assert.equal(failed.stderr, "");
  assert.equal(failureSchema.parse(JSON.parse(failed.stdout)).error.code, "STORE_INVALID");

  const misused = await memos(["recall", "--json"]);
  assert.equal(misused.status, 2);
  assert.equal(misused.stderr, "");
  assert.equal(failureSchema.parse(JSON.parse(misused.stdout)).error.code, "INVALID_INPUT");
});

test("an id that is in nobody's scope is not found", async (context) => {
  const store = join(await temporaryFolder(context), "store");
  await memos(["add", "x y z", "--user", "ana", "--store", store]);
  const { status, stderr } = await memos(["get", ID, "--store", store]);
  assert.equal(status, 1);
  assert.match(stderr, /^error: .+\nNOT_FOUND: Check the id and the scope/);
});

test("a file that cannot be read or is not text is a failure", async (context) => {
  const folder = await temporaryFolder(context);
  const missing = await memos([
    "add",
    "--file",
    join(folder, "none.txt"),
    "--user",
    "ana",
    "--store",
    folder,
  ]);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^error: cannot read .+none\.txt/);

  const binary = join(folder, "image.bin");
  await writeFile(binary, Buffer.from([0xff, 0xfe, 0x00, 0x9f]));
  const unreadable = await memos([
    "add",
    "--file",
    binary,
    "--user",
    "ana",
    "--store",
    join(folder, "store"),
  ]);
  assert.equal(unreadable.status, 1);
  assert.match(unreadable.stderr, /is not UTF-8 text/);
});
