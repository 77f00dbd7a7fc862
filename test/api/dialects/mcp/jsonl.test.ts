import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod";
import { graphLines } from "../../../../api/dialects/mcp/graph/graphLines.js";
import { KnowledgeGraph } from "../../../../api/dialects/mcp/graph/knowledgeGraph.js";
import { type GraphReport, importGraph } from "../../../../api/dialects/mcp/importGraph.js";
import type { MemOS, Scope } from "../../../../memos/index.js";
import { openMemos, temporaryFolder } from "../../../memos/support.js";
import { memos as commandLine, memosJson } from "../../cli/memosProcess.js";

const reportSchema = z.object({
  entities: z.int(),
  observations: z.int(),
  relations: z.int(),
  present: z.int(),
  rejected: z.array(z.object({ line: z.int(), reason: z.string() })),
});

async function* numbered(lines: readonly string[]) {
  for (const [index, json] of lines.entries()) yield { line: index + 1, json };
}

function importInto(memos: MemOS, scope: Scope, lines: readonly object[]): Promise<GraphReport> {
  const signal = new AbortController().signal;
  const text = lines.map((line) => JSON.stringify(line));
  return importGraph(memos, numbered(text), scope, { signal, onLine: () => undefined });
}

/** Words that no rule takes for a secret or an instruction. */
const phrase = fc
  .array(fc.constantFrom("heron", "sleeps", "Lisbon", "of", "the", "über", "猫", "😀", "2026", ":", "it's"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((words) => words.join(" "));
const graph = fc.record({
  entities: fc.uniqueArray(
    fc.record({
      name: phrase,
      entityType: fc.oneof(phrase, fc.constant("")),
      observations: fc.uniqueArray(phrase, { maxLength: 4 }),
    }),
    { selector: ({ name }) => name, maxLength: 6 },
  ),
  relations: fc.uniqueArray(fc.record({ from: phrase, to: phrase, relationType: phrase }), {
    selector: (relation) => JSON.stringify(relation),
    maxLength: 6,
  }),
});

test("whatever graph is imported is exported as it was, line by line, and a second import adds nothing", async (t) => {
  const { memos } = await openMemos(t);
  let users = 0;
  await fc.assert(
    fc.asyncProperty(graph, async (wanted) => {
      const scope = { tenant: "acme", user: `user${++users}` };
      const lines = graphLines(wanted);
      const report = await importInto(memos, scope, lines);
      assert.deepEqual(report.rejected, []);
      const exported = graphLines(await new KnowledgeGraph(memos, scope).read());
      assert.deepEqual(exported, lines);
      const again = await importInto(memos, scope, exported);
      assert.equal(again.entities + again.observations + again.relations, 0);
    }),
    { numRuns: 40 },
  );
});

test("a file of the reference server is imported and exported from the command line, byte for byte", async (t) => {
  const folder = await temporaryFolder(t);
  const store = ["--store", join(folder, "store"), "--user", "ana"];
  const lines = [
    '{"type":"entity","name":"John_Smith","entityType":"person","observations":["Speaks fluent Spanish","Graduated in 2019"]}',
    '{"type":"entity","name":"Anthropic","entityType":"organization","observations":[]}',
    '{"type":"relation","from":"John_Smith","to":"Anthropic","relationType":"works_at"}',
  ];
  const file = join(folder, "memory.jsonl");
  await writeFile(file, `${lines.join("\n")}\n`);
  const report = await memosJson(["import", "mcp-jsonl", file, ...store], reportSchema);
  assert.deepEqual(report, { entities: 2, observations: 2, relations: 1, present: 0, rejected: [] });
  const copy = join(folder, "copy.jsonl");
  const exported = await memosJson(
    ["export", copy, "--format", "mcp-jsonl", ...store],
    z.object({ format: z.literal("mcp-jsonl"), lines: z.literal(3) }),
  );
  assert.equal(exported.lines, 3);
  assert.equal(await readFile(copy, "utf8"), await readFile(file, "utf8"));
  const found = await commandLine(["recall", "who speaks Spanish?", ...store]);
  assert.match(found.stdout, /John_Smith: Speaks fluent Spanish/);
});

test("lines and observations that are no good are reported by number, and the others are imported", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "memory.jsonl");
  const lines = [
    "{not json",
    '{"type":"entity","name":"Ana","entityType":"person","observations":["likes tea"," ",7,"her password is hunter2XYZ!9"]}',
    '{"type":"relation","from":"Ana","to":"Nobody"}',
    '{"type":"planet","name":"Mars"}',
    "[]",
    '{"type":"relation","from":"Ana","to":"Acme","relationType":"works_at"}',
  ];
  await writeFile(file, lines.join("\n"));
  const { status, stdout } = await commandLine([
    ...["import", "mcp-jsonl", file, "--user", "ana", "--store", join(folder, "store"), "--json"],
  ]);
  assert.equal(status, 1);
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    report.rejected.map(({ line }) => line),
    [1, 2, 2, 2, 3, 4, 5],
  );
  assert.doesNotMatch(stdout, /hunter2/);
  assert.deepEqual([report.entities, report.observations, report.relations], [1, 1, 1]);
});
