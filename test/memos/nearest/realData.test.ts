import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadLabelled } from "../../../eval/classify/format.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { joinedVector } from "../../../memos/nearest/encoding.js";
import { ExampleIndex } from "../../../memos/nearest/exampleIndex.js";
import { beginningOf } from "../../../memos/nearest/features.js";

const DATA =
  process.env["MEMOS_DATA"] ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

// A vote of the nearest ten by BM25 gives 83.0 on this file.
test("questions of TREC are given their class better than by BM25", async (context) => {
  const folder = join(DATA, "classification", "trec_coarse");
  if (!existsSync(folder)) return context.skip(`no evaluation data: set MEMOS_DATA (looked for ${folder})`);
  const [train, questions] = [
    await loadLabelled(join(folder, "train.tsv")),
    await loadLabelled(join(folder, "test.tsv")),
  ];
  const embedder = await StaticEmbedder.load();
  const vectorsOf = async (texts: readonly string[]) => {
    const [whole, beginnings] = [await embedder.embed(texts), await embedder.embed(texts.map(beginningOf))];
    return whole.map((vector, at) => joinedVector(vector, beginnings[at] as Float32Array));
  };
  const index = await ExampleIndex.of(
    train.map((example, at) => ({ ...example, cube: at, span: [0, example.text.length] as const })),
    await vectorsOf(train.map(({ text }) => text)),
  );
  const vectors = await vectorsOf(questions.map(({ text }) => text));
  let right = 0;
  for (const [at, { text, label }] of questions.entries()) {
    const { votes } = await index.vote(text, vectors[at] as Float32Array, 10);
    if (votes[0]?.label === label) right++;
  }
  assert.ok(right / questions.length >= 0.88, `${right} of ${questions.length}`);
});
