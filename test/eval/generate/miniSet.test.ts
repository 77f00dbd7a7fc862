import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createEmbedder } from "../../../api/cli/embedder.js";
import type { Agent } from "../../../eval/agents/agent.js";
import { bm25Agent } from "../../../eval/agents/bm25.js";
import { grepAgent } from "../../../eval/agents/grep.js";
import { memosAgent } from "../../../eval/agents/memos.js";
import { generateMiniSet } from "../../../eval/generate/miniSet.js";
import { writeMiniSet } from "../../../eval/generate/writeMiniSet.js";
import { evaluateMab } from "../../../eval/mab/evaluate.js";
import { loadMab, type MabData } from "../../../eval/mab/load.js";
import { Entities } from "../../../eval/mab/score.js";
import { publishedSources } from "../../../eval/mab/sources.js";
import { extractiveReader } from "../../../eval/readers/extractive.js";
import { temporaryFolder } from "../temporaryFolder.js";

const FIELDS = [
  "source",
  "demo",
  "haystack_sessions",
  "keypoints",
  "previous_events",
  "qa_pair_ids",
  "question_dates",
  "question_ids",
  "question_types",
];
/** Fewer than the set has otherwise: what is tested here is that it runs. */
const TOKENS = 1_500;
const SOURCES = publishedSources().map(({ name }) => name);

async function prepared(context: TestContext) {
  const { folder, entities } = await writeMiniSet(await temporaryFolder(context), 1, TOKENS);
  const data = await loadMab(folder);
  const titles = await Entities.load(entities);
  const run = async (agent: Agent, mode: "retrieval" | "extractive", part: MabData = data) => {
    try {
      return await evaluateMab(part, {
        mode,
        agent,
        reader: mode === "extractive" ? extractiveReader() : undefined,
        ks: [1, 10],
        entities: titles,
        output: await temporaryFolder(context),
      });
    } finally {
      await agent.close();
    }
  };
  return { data, run };
}

/** One source for each task. */
function everyTask({ hash, sets }: MabData): MabData {
  const first = new Map(sets.toReversed().map((set) => [set.source.task, set]));
  return { hash, sets: [...first.values()] };
}

test("every published source has a row with the fields of the published data", async () => {
  const { rows } = await generateMiniSet(1);
  assert.deepEqual(
    rows.map(({ row }) => row.metadata.source),
    SOURCES,
  );
  const questions = rows.flatMap(({ row }) => row.questions.map((question) => `${row.context}\n${question}`));
  assert.equal(new Set(questions).size, questions.length);
  for (const { row } of rows) {
    const metadata = new Map(Object.entries(row.metadata));
    for (const field of FIELDS) assert.ok(metadata.has(field), `${row.metadata.source} has no ${field}`);
    assert.ok(row.context.length > 2_000);
    assert.equal(row.answers.length, row.questions.length);
    assert.equal(row.metadata.qa_pair_ids.length, row.questions.length);
  }
  assert.deepEqual(await generateMiniSet(1), await generateMiniSet(1));
});

for (const make of [bm25Agent, grepAgent])
  test(`${make().name} runs over every source in both modes, twice alike`, async (context) => {
    const { run } = await prepared(context);
    for (const mode of ["retrieval", "extractive"] as const) {
      const report = await run(make(), mode);
      assert.deepEqual(Object.keys(report.sources).sort(), SOURCES.toSorted());
      assert.equal((await run(make(), mode)).outputsHash, report.outputsHash);
    }
  });

test("memos runs over every source, and answers each task twice alike", async (context) => {
  const { data, run } = await prepared(context);
  const embedder = await createEmbedder({ kind: "static" });
  const { sources } = await run(memosAgent(embedder), "retrieval");
  assert.deepEqual(Object.keys(sources).sort(), SOURCES.toSorted());
  const tasks = everyTask(data);
  const answered = await run(memosAgent(embedder), "extractive", tasks);
  assert.equal(Object.keys(answered.sources).length, 8);
  assert.equal((await run(memosAgent(embedder), "extractive", tasks)).outputsHash, answered.outputsHash);
  for (const [source, { score }] of Object.entries(answered.sources))
    if (source.startsWith("fact") || source.startsWith("icl")) assert.ok((score ?? 0) >= 80, source);
});
