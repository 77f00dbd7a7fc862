import assert from "node:assert/strict";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import type { Agent, AgentMemory } from "../../../eval/agents/agent.js";
import { bm25Agent } from "../../../eval/agents/bm25.js";
import { grepAgent } from "../../../eval/agents/grep.js";
import { evaluateMab, type MabOptions } from "../../../eval/mab/evaluate.js";
import { loadMab } from "../../../eval/mab/load.js";
import { ANSWER_CHARACTERS } from "../../../eval/mab/score.js";
import { extractiveReader } from "../../../eval/readers/extractive.js";
import { talkingEngine } from "../readers/talkingEngine.js";
import { temporaryFile, temporaryFolder } from "../temporaryFolder.js";
import { lines, row } from "./rows.js";

const SOURCE = "factconsolidation_sh_6k";
const TOWNS = ["Tarnby", "Dunlow", "Velmouth", "Marwick"];
const LANDS = ["Velm", "Orm", "Askel", "Brin"];

/** Facts that each change once, with a question for each land; the first value is the stale one. */
const FACTS = row({
  context: [...TOWNS, ...TOWNS.toReversed()]
    .map((town, index) => `${index}. The capital of ${LANDS[index % 4]} is ${town}.`)
    .join("\n"),
  questions: LANDS.map((land) => `What is the capital of ${land}?`),
  answers: TOWNS.toReversed().map((town) => [town]),
  metadata: { stale: TOWNS.map((town) => [town]), qa_pair_ids: LANDS },
});

async function dataOf(context: TestContext, ...rows: unknown[]) {
  return loadMab(await temporaryFile(context, "rows.jsonl", lines(...rows)));
}

async function optionsIn(context: TestContext, changes: Partial<MabOptions> = {}): Promise<MabOptions> {
  return {
    mode: "extractive",
    agent: bm25Agent(),
    reader: extractiveReader(),
    ks: [1, 5],
    output: await temporaryFolder(context),
    ...changes,
  };
}

/** An agent that does one thing differently in every namespace that is not of the check. */
function changed(change: (memory: AgentMemory) => Partial<AgentMemory>, name = "changed"): Agent {
  const agent = bm25Agent();
  return {
    ...agent,
    name,
    open: async (namespace) => {
      const memory = await agent.open(namespace);
      const plain: AgentMemory = {
        memorise: (chunk) => memory.memorise(chunk),
        retrieve: (query, k) => memory.retrieve(query, k),
        close: () => memory.close(),
      };
      return namespace.startsWith("mab-check") ? plain : { ...plain, ...change(plain) };
    },
  };
}

test("a run scores, covers and counts each source", async (context) => {
  const report = await evaluateMab(await dataOf(context, FACTS), await optionsIn(context));
  const facts = report.sources[SOURCE];
  assert.ok(facts !== undefined);
  assert.equal(report.reader, "extractive/1");
  assert.deepEqual(
    [facts.n, facts.metric, facts.score, facts.subEM, facts.em, facts.f1],
    [4, "substring_exact_match", 100, 100, 100, 100],
  );
  assert.deepEqual(facts.coverage, { "1": 100, "5": 100 });
  assert.deepEqual([facts.staleRate, facts.ci95, facts.judge], [0, [100, 100], null]);
  assert.ok(facts.contextTokens > 50 && facts.memorisedTokens > 50);
  assert.ok(report.harnessOverhead >= 0 && report.harnessOverhead <= 1);
});

test("the result file has the official layout, and no journal is left", async (context) => {
  const { sources } = await evaluateMab(await dataOf(context, FACTS), await optionsIn(context));
  const file = sources[SOURCE]?.file ?? "";
  assert.match(
    file,
    /Conflict_Resolution.factconsolidation_sh_6k_bm25-extractive_inunknown_size10_shots0_max_samples1_k5_chunk512_results\.json$/,
  );
  assert.equal((await readdir(dirname(file))).length, 1);
  const results = JSON.parse(await readFile(file, "utf8"));
  assert.deepEqual(Object.keys(results), [
    "agent_config",
    "dataset_config",
    "data",
    "metrics",
    "time_cost",
    "averaged_metrics",
  ]);
  const [first] = results.data;
  for (const key of [
    "output",
    "input_len",
    "output_len",
    "memory_construction_time",
    "query_time_len",
    "parsed_output",
    "exact_match",
    "f1",
    "substring_exact_match",
    "rougeL_f1",
    "rougeL_recall",
    "rougeLsum_f1",
    "rougeLsum_recall",
    "answer",
    "query",
    "query_id",
    "qa_pair_id",
  ])
    assert.ok(key in first, key);
  assert.deepEqual(
    [first.output, first.answer, first.query_id, first.qa_pair_id],
    ["Marwick", ["Marwick"], 0, "Velm"],
  );
  assert.equal(results.metrics.exact_match.length, 4);
  assert.equal(results.averaged_metrics.exact_match, 100);
  assert.ok(results.averaged_metrics.query_time_len < 10, "times are no percentages");
});

test("two runs have the same hash of all outputs, and another agent has another", async (context) => {
  const data = await dataOf(context, FACTS);
  const hash = async (changes = {}) =>
    (await evaluateMab(data, await optionsIn(context, changes))).outputsHash;
  assert.equal(await hash(), await hash());
  assert.notEqual(await hash(), await hash({ agent: grepAgent() }));
});

test("without a reader a run says what was found, and ranks stale values against current ones", async (context) => {
  const options = await optionsIn(context, { mode: "retrieval", reader: undefined });
  const reversed = changed((memory) => ({
    retrieve: async (query, k) =>
      query.includes("capital")
        ? ["The capital of Velm is Tarnby.", "The capital of Velm is Marwick."]
        : memory.retrieve(query, k),
  }));
  const data = await dataOf(context, {
    ...FACTS,
    questions: FACTS.questions.slice(0, 1),
    answers: [["Marwick"]],
    metadata: {
      source: SOURCE,
      stale: [["Tarnby"]],
      evidence: [["capital of Velm is Marwick", "elsewhere"]],
    },
  });
  const { reader, sources } = await evaluateMab(data, { ...options, agent: reversed });
  const facts = sources[SOURCE];
  assert.equal(reader, null);
  assert.deepEqual(
    [facts?.subEM, facts?.metric, facts?.score, facts?.staleRate],
    [null, "coverage@5", 100, 100],
  );
  assert.deepEqual(facts?.coverage, { "1": 0, "5": 100 });
  assert.deepEqual(facts?.evidence, { "1": 0, "5": 50 });
});

test("a run that was stopped goes on where it was", async (context) => {
  const data = await dataOf(context, FACTS);
  const options = await optionsIn(context);
  const asked: string[] = [];
  const stopping = (after: number) =>
    changed((memory) => ({
      retrieve: async (query, k) => {
        if (query.includes("capital")) {
          if (asked.length >= after) throw new Error("killed");
          asked.push(query);
        }
        return memory.retrieve(query, k);
      },
    }));
  await assert.rejects(
    evaluateMab(data, { ...options, agent: stopping(2) }),
    /question 3 of 4, context 1 of 1/,
  );
  // As a kill in the middle of a line leaves it.
  const [journal = ""] = (await readdir(options.output, { recursive: true })).filter((name) =>
    name.endsWith(".journal"),
  );
  await appendFile(`${options.output}/${journal}`, '{"context":0,"quest');
  const { sources, outputsHash } = await evaluateMab(data, { ...options, agent: stopping(99) });
  assert.deepEqual(asked, FACTS.questions);
  assert.equal(sources[SOURCE]?.resumed, 2);
  const whole = await evaluateMab(data, await optionsIn(context, { agent: changed(() => ({})) }));
  assert.equal(outputsHash, whole.outputsHash);
});

test("a run is not gone on with under another configuration", async (context) => {
  const data = await dataOf(context, FACTS);
  const options = await optionsIn(context);
  const failing = changed(() => ({ retrieve: () => Promise.reject(new Error("down")) }));
  await assert.rejects(evaluateMab(data, { ...options, agent: failing }), /down/);
  const agent = { ...failing, settings: { passageCharacters: 7 } };
  await assert.rejects(evaluateMab(data, { ...options, agent }), {
    code: "CONFLICT",
    message: /was begun with other data, another agent or other options/,
  });
});

test("two runs are not at one file, and what a killed one has left is taken over", async (context) => {
  const data = await dataOf(context, FACTS);
  const options = await optionsIn(context);
  let second: Promise<unknown> | undefined;
  const agent: Agent = changed((memory) => ({
    retrieve: async (query, k) => {
      second ??= assert.rejects(evaluateMab(data, { ...options, agent }), {
        code: "CONFLICT",
        message: /another run \(process \d+\) is writing/,
      });
      await second;
      return memory.retrieve(query, k);
    },
  }));
  const { sources } = await evaluateMab(data, { ...options, agent });
  const file = sources[SOURCE]?.file ?? "";
  // No process has so large a number.
  await writeFile(`${file}.running`, "2147483646");
  assert.equal((await evaluateMab(data, { ...options, agent })).sources[SOURCE]?.n, 4);
  assert.deepEqual(
    (await readdir(dirname(file))).map((name) => name.endsWith("results.json")),
    [true],
  );
});

test("a journal that is not one, and a folder that is none, are said to be", async (context) => {
  const data = await dataOf(context, FACTS);
  const options = await optionsIn(context);
  const { sources } = await evaluateMab(data, options);
  await writeFile(`${sources[SOURCE]?.file}.journal`, '{"context":0,"question":1}\n');
  await assert.rejects(evaluateMab(data, options), {
    code: "INVALID_INPUT",
    message: /journal, line 1: not what a run writes/,
  });
  const output = await temporaryFile(context, "outputs", "a file");
  await assert.rejects(evaluateMab(data, { ...options, output }), {
    code: "INVALID_INPUT",
    message: /results cannot be written to .*outputs/,
  });
});

test("summaries without key points are not judged", async (context) => {
  const source = "infbench_sum_eng_shots2";
  const data = await dataOf(context, row({ metadata: { source } }));
  const options = await optionsIn(context, { mode: "llm", judge: talkingEngine(() => "") });
  await assert.rejects(evaluateMab(data, options), {
    code: "INVALID_INPUT",
    message: /context 1 of infbench_sum_eng_shots2 has no `metadata.keypoints`/,
  });
});

test("an agent that ends in its own way when a run is cancelled has not failed", async (context) => {
  const stop = new AbortController();
  const agent = changed(() => ({
    retrieve: () => {
      stop.abort();
      return Promise.reject(new DOMException("This operation was aborted", "AbortError"));
    },
  }));
  const options = await optionsIn(context, { signal: stop.signal, agent });
  await assert.rejects(evaluateMab(await dataOf(context, FACTS), options), { code: "ABORTED" });
});

test("an agent that crashes at its tenth chunk ends the run with the place", async (context) => {
  const long = row({
    context: Array.from({ length: 100 }, (_, index) => `${index}. Sentence number ${index}.`).join("\n"),
  });
  let chunks = 0;
  const agent = changed((memory) => ({
    memorise: async (chunk) => {
      if (++chunks === 10) throw new Error("out of memory");
      return memory.memorise(chunk);
    },
  }));
  const options = await optionsIn(context, { agent, chunkTokens: 16 });
  await assert.rejects(evaluateMab(await dataOf(context, long), options), {
    message: `the agent "changed" failed at chunk 10 of 50, context 1 of 1 of ${SOURCE}: out of memory`,
  });
});

test("an empty answer scores nothing, and one of ten megabytes is scored by its beginning", async (context) => {
  const data = await dataOf(context, FACTS);
  const answering = (text: string): Agent => ({
    ...changed(() => ({ answer: async () => ({ text, inputTokens: 0, outputTokens: 0, llmCalls: 0 }) })),
    answersIn: "extractive",
  });
  const empty = await evaluateMab(data, await optionsIn(context, { agent: answering("") }));
  assert.deepEqual([empty.sources[SOURCE]?.subEM, empty.sources[SOURCE]?.staleRate], [0, 0]);
  const one = row({ answers: [["Marwick"]] });
  const agent = answering(`Marwick ${"words ".repeat(1_700_000)} Velmouth`);
  const long = await evaluateMab(await dataOf(context, one), await optionsIn(context, { agent }));
  assert.equal(long.sources[SOURCE]?.subEM, 100);
  const file = await readFile(long.sources[SOURCE]?.file ?? "", "utf8");
  assert.ok(JSON.parse(file).data[0].output.length <= ANSWER_CHARACTERS);
});

test("an agent's own answer counts in its mode, and the reader's where it has none", async (context) => {
  const data = await dataOf(context, FACTS);
  const agent: Agent = {
    ...changed(() => ({
      answer: async ({ question }) =>
        question.includes("Velm")
          ? { text: "Nowhere", inputTokens: 1, outputTokens: 1, llmCalls: 0 }
          : undefined,
    })),
    answersIn: "extractive",
  };
  const own = await evaluateMab(data, await optionsIn(context, { agent }));
  assert.deepEqual([own.reader, own.sources[SOURCE]?.subEM], ["changed, else extractive/1", 75]);
  const others = await evaluateMab(data, await optionsIn(context, { agent: { ...agent, answersIn: "llm" } }));
  assert.equal(others.sources[SOURCE]?.subEM, 100);
});

test("an agent whose namespaces are not what they seem gets no figure", async (context) => {
  const data = await dataOf(context, FACTS);
  const shared = await bm25Agent().open("one");
  const leaking: Agent = { ...bm25Agent(), open: async () => shared };
  await assert.rejects(evaluateMab(data, await optionsIn(context, { agent: leaking })), {
    code: "INTERNAL",
    message: /found in another/,
  });
  const deaf = changed(() => ({ memorise: async () => {} }));
  await assert.rejects(evaluateMab(data, await optionsIn(context, { agent: deaf })), {
    code: "INTERNAL",
    message: /is not found in it/,
  });
});

test("a judge that answers neither yes nor no is counted apart", async (context) => {
  const source = "longmemeval_s*";
  const data = await dataOf(
    context,
    row({
      questions: ["a?", "b?", "c?", "d?"],
      answers: [["x"], ["x"], ["x"], ["x"]],
      metadata: { source, qa_pair_ids: null },
    }),
  );
  const verdicts: Readonly<Record<string, string>> = { "a?": "Yes.", "b?": "no", "c?": "perhaps", "d?": "" };
  const judge = talkingEngine((user) => verdicts[/Question: (.*)/.exec(user)?.[1] ?? ""] ?? "");
  const options = await optionsIn(context, { mode: "llm", judge });
  const report = await evaluateMab(data, options);
  assert.deepEqual(report.sources[source]?.judge, { yes: 1, no: 1, unreadable: 2 });
  assert.deepEqual([report.sources[source]?.metric, report.sources[source]?.score], ["judge", 25]);
  assert.match(report.judge?.promptHash ?? "", /^[0-9a-f]{64}$/);
  assert.match(report.sources[source]?.file ?? "", /longmemeval_s__/);
});

test("a run can be cancelled between two questions", async (context) => {
  const stop = new AbortController();
  const options = await optionsIn(context, {
    signal: stop.signal,
    onProgress: (phase, done) => {
      if (phase === "search" && done === 2) stop.abort();
    },
  });
  await assert.rejects(evaluateMab(await dataOf(context, FACTS), options), { code: "ABORTED" });
});
