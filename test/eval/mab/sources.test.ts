import assert from "node:assert/strict";
import { test } from "node:test";
import { competencyOf, publishedSources, sourceOf } from "../../../eval/mab/sources.js";

test("every source of the published data has its competency, metric, chunks and length", () => {
  const table = publishedSources().map(({ name, competency, metric, chunkTokens, generationTokens }) =>
    [name, competency, metric, chunkTokens, generationTokens].join(" "),
  );
  assert.equal(table.length, 22);
  for (const line of [
    "ruler_qa1_197K Accurate_Retrieval substring_exact_match 512 50",
    "longmemeval_s* Accurate_Retrieval judge 512 50",
    "eventqa_131072 Accurate_Retrieval substring_exact_match 4096 40",
    "icl_trec_fine_6400shot_balance Test_Time_Learning exact_match 4096 20",
    "recsys_redial_full Test_Time_Learning recsys_recall@5 4096 300",
    "infbench_sum_eng_shots2 Long_Range_Understanding summary_f1 4096 1200",
    "detective_qa Long_Range_Understanding exact_match 4096 2000",
    "factconsolidation_mh_262k Conflict_Resolution substring_exact_match 512 10",
  ])
    assert.ok(table.includes(line), line);
  assert.equal(sourceOf("factconsolidation_mh_262k").paperName, "FC-MH (262K)");
});

test("a source that was generated is run as the kind that it begins like", () => {
  assert.equal(sourceOf("factconsolidation_sh_16k").task, "facts");
  assert.equal(sourceOf("Recsys_redial_full").task, "movies");
  assert.equal(sourceOf("longmemeval_m").task, "dialogues");
  assert.throws(() => sourceOf("squad"), { code: "INVALID_INPUT" });
});

test("the fourth competency has two names", () => {
  assert.equal(competencyOf("Selective_Forgetting"), "Conflict_Resolution");
  assert.equal(competencyOf("conflict_resolution"), "Conflict_Resolution");
  assert.equal(competencyOf("Selective Forgetting"), "Conflict_Resolution");
  assert.throws(() => competencyOf("forgetting"), /is no split: Accurate_Retrieval/);
});
