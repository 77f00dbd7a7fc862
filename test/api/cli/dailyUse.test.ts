import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { memCubeSchema, textOf } from "../../../memcube/index.js";
import { MemOS } from "../../../memos/index.js";
import {
  historyResultSchema,
  recallResultSchema,
  searchResultSchema,
  writeReceiptSchema,
} from "../../../memos/operations.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

test("a memory is added, recalled, found, shown, and forgotten", async (context) => {
  const store = ["--store", join(await temporaryFolder(context), "store")];
  const added = await memosJson(
    ["add", "Ana keeps bees in Quillmere.", "--user", "ana", ...store],
    writeReceiptSchema,
  );
  const id = added.written[0]?.id ?? "";

  const recalled = await memosJson(
    ["recall", "where are the bees?", "--user", "ana", "--explain", ...store],
    recallResultSchema,
  );
  assert.match(recalled.text, /Ana keeps bees in Quillmere\./);
  assert.equal(recalled.items[0]?.id, id);
  assert.notEqual(recalled.items[0]?.explanation, undefined);

  const found = await memosJson(["search", "bees", "--user", "ana", "-k", "3", ...store], searchResultSchema);
  assert.equal(found.hits[0]?.cube.id, id);

  const cube = await memosJson(["get", id, ...store], memCubeSchema);
  assert.deepEqual(cube.scope, { tenant: "local", user: "ana" });

  const history = await memosJson(["history", id, ...store], historyResultSchema);
  assert.equal(history.intact, true);
  assert.deepEqual(
    history.versions.map(({ version, operation }) => [version, operation]),
    [[1, "add"]],
  );

  const forgotten = await memosJson(["forget", id, ...store], writeReceiptSchema);
  assert.equal(forgotten.written[0]?.version, 2);
  const gone = await memosJson(["search", "bees", "--user", "ana", ...store], searchResultSchema);
  assert.deepEqual(gone.hits, []);
  const after = await memos(["get", id, "--json", ...store]);
  assert.equal(after.status, 1);
  assert.equal(failureSchema.parse(JSON.parse(after.stdout)).error.code, "NOT_FOUND");
});

test("people read text and tables", async (context) => {
  const store = ["--store", join(await temporaryFolder(context), "store")];
  const added = await memos(["add", "Bram repairs clocks.", "--user", "bram", ...store]);
  assert.match(added.stdout, /^remembered [0-9a-f-]{36} \(episodic\)\n$/);
  const id = added.stdout.split(" ")[1] ?? "";

  assert.match(
    (await memos(["recall", "clocks", "--user", "bram", ...store])).stdout,
    /Bram repairs clocks\./,
  );
  const explained = await memos(["recall", "clocks", "--user", "bram", "--explain", ...store]);
  assert.match(explained.stdout, /text #1/);
  assert.match(
    (await memos(["search", "clocks", "--user", "bram", ...store])).stdout,
    /Bram repairs clocks\./,
  );
  assert.match((await memos(["get", id, ...store])).stdout, /Bram repairs clocks\./);
  assert.match((await memos(["history", id, ...store])).stdout, /the chain is intact/);
  assert.equal((await memos(["forget", id, ...store])).stdout, `forgot ${id}\n`);
  assert.equal((await memos(["search", "clocks", "--user", "bram", ...store])).stdout, "nothing found\n");
  assert.equal((await memos(["recall", "clocks", "--user", "bram", ...store])).stdout, "nothing to recall\n");
});

test("what was changed is restored, to a version or to the one before", async (context) => {
  const path = join(await temporaryFolder(context), "store");
  const opened = await MemOS.open({ path });
  const scope = { tenant: "local", user: "ana" };
  const id = (await opened.add("I live in Porto.", scope)).written[0]?.id ?? "";
  await opened.update(id, { text: "I live in Faro." }, scope);
  await opened.update(id, { text: "I live in Braga." }, scope);
  await opened.close();
  const ana = ["--user", "ana", "--store", path];
  const textNow = async () => textOf(await memosJson(["get", id, ...ana], memCubeSchema));
  assert.equal((await memos(["restore", id, ...ana])).stdout, `restored ${id}, now at version 4\n`);
  assert.equal(await textNow(), "I live in Faro.");
  const receipt = await memosJson(["restore", id, "--to", "1", ...ana], writeReceiptSchema);
  assert.equal(receipt.written[0]?.version, 5);
  assert.equal(await textNow(), "I live in Porto.");
  assert.equal((await memos(["restore", id, "--to", "9", ...ana])).status, 1);
  assert.equal((await memos(["restore", id, "--to", "first", ...ana])).status, 2);
});

test("a memory comes from standard input or from a file, word for word", async (context) => {
  const folder = await temporaryFolder(context);
  const store = ["--store", join(folder, "store")];
  const piped = await memos(["add", "-", "--user", "ana", "--json", ...store], { input: "Two\nlines\n" });
  const [first] = writeReceiptSchema.parse(JSON.parse(piped.stdout)).written;
  const fromInput = await memosJson(["get", first?.id ?? "", ...store], memCubeSchema);
  assert.deepEqual(fromInput.payload, { kind: "plaintext", text: "Two\nlines\n", format: "text" });

  const file = join(folder, "notes.md");
  await writeFile(file, "# Züge\n\nfahren nach Tarnby\n");
  const [second] = (await memosJson(["add", "--file", file, "--user", "ana", ...store], writeReceiptSchema))
    .written;
  const fromFile = await memosJson(["get", second?.id ?? "", ...store], memCubeSchema);
  assert.equal(fromFile.attributes.title, "notes.md");
  assert.equal(fromFile.provenance.origin, "document");
  assert.deepEqual(fromFile.payload, {
    kind: "plaintext",
    text: "# Züge\n\nfahren nach Tarnby\n",
    format: "text",
  });
});

test("a user, an agent and a session are kept apart", async (context) => {
  const store = ["--store", join(await temporaryFolder(context), "store")];
  await memos(["add", "The password hint is heron.", "--user", "ana", "--session", "s1", ...store]);
  const other = await memosJson(["search", "hint", "--user", "bram", ...store], searchResultSchema);
  assert.deepEqual(other.hits, []);
  const session = ["search", "hint", "--user", "ana", "--session"];
  assert.equal((await memosJson([...session, "s1", ...store], searchResultSchema)).hits.length, 1);
  assert.equal((await memosJson([...session, "s2", ...store], searchResultSchema)).hits.length, 0);
  const tenant = ["search", "hint", "--user", "ana", "--tenant", "acme", ...store];
  assert.equal((await memosJson(tenant, searchResultSchema)).hits.length, 0);
});

test("--as-of shows what was known then", async (context) => {
  const store = ["--store", join(await temporaryFolder(context), "store")];
  await memos(["add", "Ana likes plums.", "--user", "ana", ...store]);
  const before = ["recall", "plums", "--user", "ana", "--as-of", "2001-01-01", ...store];
  assert.deepEqual((await memosJson(before, recallResultSchema)).items, []);
});
