import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { ingestReceiptSchema } from "../../../agents/resources/index.js";
import { recallResultSchema } from "../../../memos/operations.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { memos, memosJson } from "./memosProcess.js";

const reportSchema = z.strictObject({
  operation: z.literal("ingest"),
  documents: z.array(ingestReceiptSchema),
  refused: z.array(
    z.strictObject({ file: z.string(), error: z.looseObject({ code: z.string(), remedy: z.string() }) }),
  ),
});

test("documents are ingested from the command line, and recalled", async (context) => {
  const folder = await temporaryFolder(context);
  const store = ["--user", "ana", "--store", join(folder, "store")];
  const guide = join(folder, "guide.md");
  await writeFile(guide, "# Guide\n\nAna keeps bees in Quillmere.\n");
  const { documents } = await memosJson(["ingest", guide, ...store], reportSchema);
  assert.deepEqual([documents[0]?.status, documents[0]?.chunks.added], ["new", 1]);
  const { text } = await memosJson(["recall", "where are the bees?", ...store], recallResultSchema);
  assert.match(text, /guide\.md \(document, markdown\)/);
  assert.match((await memos(["ingest", guide, ...store])).stdout, /^guide\.md: unchanged, 1 chunk /);
});

test("a file that cannot be read fails the command, and the others are taken in", async (context) => {
  const folder = await temporaryFolder(context);
  const store = ["--user", "ana", "--store", join(folder, "store")];
  const good = join(folder, "good.txt");
  const bad = join(folder, "bad.pdf");
  await writeFile(good, "Words.\n");
  await writeFile(bad, "no PDF");
  const { status, stdout } = await memos(["ingest", bad, good, ...store, "--json"]);
  assert.equal(status, 1);
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    report.refused.map(({ error }) => error.code),
    ["DOCUMENT_INVALID"],
  );
  assert.deepEqual(
    report.documents.map(({ name }) => name),
    ["good.txt"],
  );
});

test("wrong use of ingest is status 2", async () => {
  assert.equal((await memos(["ingest", "--user", "ana"])).status, 2);
  assert.equal((await memos(["ingest", "a.md"])).status, 2);
  assert.equal((await memos(["ingest", "a.md", "b.md", "--id", "x", "--user", "ana"])).status, 2);
});
