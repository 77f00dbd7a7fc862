import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readJsonLines } from "../../../eval/mab/jsonLines.js";
import { loadMab } from "../../../eval/mab/load.js";
import { isMemosError } from "../../../memcube/index.js";
import { temporaryFile, temporaryFolder } from "../temporaryFolder.js";
import { lines, row } from "./rows.js";

/** Two rows as the published files have them: written by Arrow, compressed with snappy, lists in structs. */
const PARQUET = fileURLToPath(new URL("../../../../test/eval/mab/rows.parquet", import.meta.url));

test("Parquet rows come with their nested lists, and null fields are absent", async () => {
  const { sets, hash } = await loadMab(PARQUET);
  assert.deepEqual(
    sets.map(({ source, rows }) => [source.name, rows.length]),
    [
      ["factconsolidation_sh_6k", 1],
      ["longmemeval_s*", 1],
    ],
  );
  const [facts, dialogues] = sets.map(({ rows }) => rows[0]);
  assert.deepEqual(facts?.answers, [["Town83"], ["Town87", "town 87"]]);
  assert.deepEqual(facts?.metadata.qa_pair_ids, ["fc_0", "fc_1"]);
  assert.equal(facts?.metadata.question_types, undefined);
  assert.deepEqual(dialogues?.metadata.question_types, ["single-session-user"]);
  assert.match(dialogues?.context ?? "", /Łukasz said 東京/);
  assert.match(hash, /^[0-9a-f]{64}$/);
});

test("JSON lines may have single answers and numbers", async (context) => {
  const file = await temporaryFile(
    context,
    "rows.jsonl",
    `${lines(row({ answers: ["Tarnby"] }))}\r\n${lines(row({ answers: [[43, "x"]] as unknown as string[][] }))}`,
  );
  const { sets } = await loadMab(file);
  assert.deepEqual(
    sets[0]?.rows.map(({ answers }) => answers),
    [[["Tarnby"]], [["43", "x"]]],
  );
});

test("a line ends at a line feed alone", async (context) => {
  const text = "one\u2028two\u2029three\u0085four";
  const file = await temporaryFile(context, "rows.jsonl", lines(row({ context: text })));
  assert.equal((await loadMab(file)).sets[0]?.rows[0]?.context, text);
});

test("a folder is read with what is below it, and only what is wanted of it", async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, "data"));
  await cp(PARQUET, join(folder, "data", "Conflict_Resolution-00000-of-00001.parquet"));
  await writeFile(join(folder, "more.jsonl"), lines(row({ metadata: { source: "eventqa_full" } })));
  await writeFile(join(folder, "README.md"), "not data");
  assert.equal((await loadMab(folder)).sets.length, 3);
  const facts = await loadMab(folder, { competency: "Conflict_Resolution" });
  assert.deepEqual(
    facts.sets.map(({ source }) => source.name),
    ["factconsolidation_sh_6k"],
  );
  assert.equal((await loadMab(folder, { source: "eventqa_full" })).sets[0]?.rows.length, 1);
  await assert.rejects(loadMab(folder, { source: "detective_qa" }), /no row of what was asked for/);
});

test("data that is missing says where it is to be had", async (context) => {
  const folder = await temporaryFolder(context);
  for (const path of [folder, join(folder, "none.parquet")])
    await assert.rejects(loadMab(path), (error: Error) => {
      assert.match(error.message, /ai-hyz\/MemoryAgentBench/);
      return true;
    });
  const text = await temporaryFile(context, "rows.csv", "a,b");
  await assert.rejects(loadMab(text), /neither a .parquet nor a .jsonl/);
});

test("a Parquet file that is cut short is said to be", async (context) => {
  const bytes = await readFile(PARQUET);
  const folder = await temporaryFolder(context);
  for (const length of [0, 3, 100, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const path = join(folder, `${length}.parquet`);
    await writeFile(path, bytes.subarray(0, length));
    await assert.rejects(loadMab(path), { code: "INVALID_INPUT", message: /damaged or cut short/ });
  }
});

test("a Parquet file with damaged pages is refused, and ends nothing else", async (context) => {
  const bytes = await readFile(PARQUET);
  const path = join(await temporaryFolder(context), "damaged.parquet");
  let refusals = 0;
  for (let at = 5; at < bytes.length; at += 13) {
    const damaged = Buffer.from(bytes);
    for (const place of [at, (at * 7) % bytes.length])
      damaged.writeUInt8(255 - damaged.readUInt8(place), place);
    await writeFile(path, damaged);
    await loadMab(path).catch((error: unknown) => {
      assert.ok(isMemosError(error, "INVALID_INPUT"), String(error));
      refusals++;
    });
  }
  assert.ok(refusals > 0);
});

test("a line that is too long for a row is refused with its number", async (context) => {
  const file = await temporaryFile(context, "rows.jsonl", `{"a":1}\n{"b":"${"x".repeat(200_000)}"}\n`);
  assert.equal((await readJsonLines(file)).length, 2);
  await assert.rejects(readJsonLines(file, 100_000), {
    code: "INVALID_INPUT",
    message: /line 2: longer than 100000 bytes/,
  });
});

test("a folder that is named like a file is looked into", async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, "all.jsonl"));
  await writeFile(join(folder, "all.jsonl", "rows.jsonl"), lines(row({})));
  assert.equal((await loadMab(folder)).sets.length, 1);
});

test("a row that is not of the format is named with what is wrong", async (context) => {
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [{ context: "x" }, /row 1: `questions`/],
    [row({ questions: [] }), /`questions`/],
    [row({ answers: [["a"], ["b"]] }), /`answers`: has 2 entries for 1 questions/],
    [row({ answers: [[]] }), /has no answer/],
    [row({ metadata: { source: "" } }), /`metadata.source`/],
    [row({ metadata: { stale: [] } }), /`stale`: has 0 entries/],
    [row({ metadata: { source: "gsm8k" } }), /"gsm8k", which is of no known kind/],
    [["a list"], /row 1/],
  ];
  for (const [value, message] of bad) {
    const file = await temporaryFile(context, "rows.jsonl", lines(value));
    await assert.rejects(loadMab(file), { code: "INVALID_INPUT", message });
  }
  const cut = await temporaryFile(context, "cut.jsonl", `${lines(row({}))}{"context": "Qu`);
  await assert.rejects(loadMab(cut), /line 2: not JSON, or cut short/);
});
