import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { portableCubeSchema } from "../../../memcube/index.js";
import { recallResultSchema, writeReceiptSchema } from "../../../memos/operations.js";
import { syntheticLocomo } from "../../eval/synthetic.js";
import { temporaryFile, temporaryFolder } from "../../eval/temporaryFolder.js";
import { memos, memosJson } from "./memosProcess.js";

const reasonSchema = z.object({ line: z.int(), reason: z.string() });
const importSchema = z.object({
  operation: z.literal("import"),
  added: z.int(),
  duplicates: z.int(),
  skipped: z.array(reasonSchema),
  rejected: z.array(reasonSchema),
});
const exportSchema = z.object({ operation: z.literal("export"), file: z.string(), cubes: z.int() });

function sortedLines(jsonLines: string): string[] {
  return jsonLines.trimEnd().split("\n").sort();
}

test("an exported store is imported into another one as it was", async (context) => {
  const folder = await temporaryFolder(context);
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  for (const text of ["Ana keeps bees.", "Bram repairs clocks.", "Ana keeps bees."])
    await memos(["add", text, "--user", "ana", "--session", "s1", "--store", first]);
  const { written } = await memosJson(
    ["add", "A secret.", "--user", "bram", "--store", first],
    writeReceiptSchema,
  );
  await memos(["forget", written[0]?.id ?? "", "--store", first]);

  const file = join(folder, "all.jsonl");
  const exported = await memosJson(["export", file, "--store", first], exportSchema);
  const content = await readFile(file, "utf8");
  const cubes = sortedLines(content).map((line) => portableCubeSchema.parse(JSON.parse(line)));
  assert.equal(cubes.length, exported.cubes);
  assert.deepEqual((await readdir(folder)).sort(), ["all.jsonl", "first"]);

  const imported = await memosJson(["import", "jsonl", file, "--store", second], importSchema);
  assert.deepEqual([imported.skipped, imported.rejected], [[], []]);
  const again = await memos(["export", "-", "--store", second]);
  assert.deepEqual(sortedLines(again.stdout), sortedLines(content));

  const repeated = await memosJson(["import", "jsonl", file, "--store", second], importSchema);
  assert.equal(repeated.added, 0);
  assert.equal(repeated.skipped.length, exported.cubes);
});

test("an export of one user holds nobody else's memory", async (context) => {
  const folder = await temporaryFolder(context);
  const store = join(folder, "store");
  await memos(["add", "Ana keeps bees.", "--user", "ana", "--store", store]);
  await memos(["add", "Bram repairs clocks.", "--user", "bram", "--store", store]);
  const { stdout } = await memos(["export", "-", "--user", "ana", "--store", store]);
  assert.match(stdout, /bees/);
  assert.doesNotMatch(stdout, /clocks/);
});

test("an export that cannot be written leaves nothing behind", async (context) => {
  const folder = await temporaryFolder(context);
  const store = join(folder, "store");
  await memos(["add", "Ana keeps bees.", "--user", "ana", "--store", store]);
  const { status, stderr } = await memos(["export", join(folder, "no", "such.jsonl"), "--store", store]);
  assert.equal(status, 1);
  assert.match(stderr, /^error: cannot write /);
  assert.deepEqual(await readdir(folder), ["store"]);
});

test("lines that are no good are reported by number and the others are imported", async (context) => {
  const folder = await temporaryFolder(context);
  const file = join(folder, "mixed.jsonl");
  const lines = [
    '{"text": "Ana keeps bees.", "occurredAt": "2031-05-08"}',
    "{not json",
    "",
    '"Bram repairs clocks."',
    '{"role": "assistant", "content": "Noted."}',
    '{"text": ""}',
    '{"cube": {}, "versions": []}',
    '{"text": "x", "colour": "red"}',
  ];
  await writeFile(file, `\ufeff${lines.join("\r\n")}`);
  const { status, stdout } = await memos([
    "import",
    "jsonl",
    file,
    "--user",
    "ana",
    "--store",
    join(folder, "store"),
    "--json",
  ]);
  assert.equal(status, 1);
  const report = importSchema.parse(JSON.parse(stdout));
  assert.equal(report.added, 3);
  assert.deepEqual(
    report.rejected.map(({ line }) => line),
    [2, 6, 7, 8],
  );
  assert.match(report.rejected[3]?.reason ?? "", /colour/);

  const people = await memos(["import", "jsonl", file, "--user", "ana", "--store", join(folder, "store")]);
  assert.equal(people.status, 1);
  assert.match(people.stdout, /^line 2: is not JSON\.$/m);
});

test("an import file that cannot be read is a failure", async (context) => {
  const folder = await temporaryFolder(context);
  for (const format of ["jsonl", "locomo"]) {
    const store = join(folder, "store");
    const { status, stderr } = await memos(["import", format, join(folder, "none"), "--store", store]);
    assert.equal(status, 1);
    assert.match(stderr, /^error: cannot read .+none/);
    const directory = await memos(["import", format, folder, "--store", store]);
    assert.equal(directory.status, 1);
    assert.match(directory.stderr, /^error: cannot read /);
  }
});

test("an imported LoCoMo conversation is recalled with its evidence", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  const [sample] = syntheticLocomo(2);
  const file = await temporaryFile(context, "locomo.json", syntheticLocomo(2));
  const report = await memosJson(
    ["import", "locomo", file, ...store],
    z.object({ added: z.int(), conversations: z.array(z.object({ user: z.string(), sessions: z.int() })) }),
  );
  assert.equal(report.added, 18);
  assert.deepEqual(report.conversations, [
    { user: "syn-1", sessions: 3 },
    { user: "syn-2", sessions: 3 },
  ]);
  const question = sample?.qa[1]?.question ?? "";
  const recalled = await memosJson(["recall", question, "--user", "syn-1", ...store], recallResultSchema);
  assert.match(recalled.text, /We adopted/);
});
