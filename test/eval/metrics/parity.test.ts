import assert from "node:assert/strict";
import { test } from "node:test";
import { locomoScore } from "../../../eval/locomo/answerScore.js";
import {
  editDistance,
  entityNames,
  eventRecall,
  exactMatch,
  lenientScores,
  NearestTitle,
  normalizeAnswer,
  parseOutput,
  recommendationRecall,
  recommendedItems,
  rougeL,
  rougeLsum,
  substringMatch,
  tokenF1,
} from "../../../eval/metrics/index.js";
import { porterStem } from "../../../eval/metrics/porterStem.js";
import { editDistanceVectors } from "./vectors/editDistance.js";
import { eventRecallVectors } from "./vectors/eventRecall.js";
import { exactMatchVectors } from "./vectors/exactMatch.js";
import { lenientScoresVectors } from "./vectors/lenientScores.js";
import { locomoF1Vectors } from "./vectors/locomoF1.js";
import { normalizeAnswerVectors } from "./vectors/normalizeAnswer.js";
import { parseOutputVectors } from "./vectors/parseOutput.js";
import { porterStemVectors } from "./vectors/porterStem.js";
import { entities, recommendationVectors } from "./vectors/recommendation.js";
import { rougeLVectors } from "./vectors/rougeL.js";
import { rougeLsumVectors } from "./vectors/rougeLsum.js";
import { substringMatchVectors } from "./vectors/substringMatch.js";
import { tokenF1Vectors } from "./vectors/tokenF1.js";

const LEAST_VECTORS = 200;

/** The vectors were computed by other programs: Google's rouge_score, NLTK, and the protocol in Python. */
function parity<Row extends readonly unknown[]>(
  name: string,
  rows: readonly Row[],
  compute: (row: Row) => unknown,
  expected: (row: Row) => unknown = (row) => row.at(-1),
) {
  test(`${name} agrees with its vectors`, () => {
    assert.ok(rows.length >= LEAST_VECTORS);
    for (const row of rows)
      assert.deepEqual(rounded(compute(row)), rounded(expected(row)), JSON.stringify(row));
  });
}

/** Twelve digits: two programs may add the same numbers in another order. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) => (typeof part === "number" ? Number(part.toPrecision(12)) : part)),
  );
}

parity("normalisation", normalizeAnswerVectors, ([text]) => normalizeAnswer(text));
parity("exact match", exactMatchVectors, ([prediction, gold]) => exactMatch(prediction, gold));
parity("substring match", substringMatchVectors, ([prediction, gold]) => substringMatch(prediction, gold));
parity("token F1", tokenF1Vectors, ([prediction, gold]) => tokenF1(prediction, gold));
parity("LoCoMo's score", locomoF1Vectors, ([category, output, gold]) => locomoScore(category, output, gold));
parity("the answer in an output", parseOutputVectors, ([output]) => parseOutput(output));
parity("Porter's stem", porterStemVectors, ([word]) => porterStem(word));
parity("the recall of events", eventRecallVectors, ([output, golds]) => eventRecall(output, golds));
parity("the best score over golds", lenientScoresVectors, ([output, golds]) => lenientScores(output, golds));
parity("edit distance", editDistanceVectors, ([from, to]) => editDistance([...from], [...to]));

for (const [name, rouge, rows] of [
  ["ROUGE-L", rougeL, rougeLVectors],
  ["ROUGE-Lsum", rougeLsum, rougeLsumVectors],
] as const)
  parity(
    name,
    rows,
    ([prediction, gold]) => rouge(prediction, gold),
    ([, , recall, f1]) => ({ recall, f1 }),
  );

const names = entityNames(entities);
const nearest = new NearestTitle(names);
parity("the recall of recommendations", recommendationVectors, ([output, golds]) => {
  const recommended = recommendedItems(output).map((item) => nearest.of(item));
  const titles = golds.map((id) => names.get(id) as string);
  return [1, 5, 10].map((k) => recommendationRecall(recommended, titles, k));
});
