import { isMemosError, MemosError, sha256 } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { o200k, type PatientCounter } from "../../memos/retrieval/tokens.js";
import type { Agent, AgentMemory, Answer, Asked } from "../agents/agent.js";
import { hundredths } from "../metrics/index.js";
import type { Outcome } from "../outcome.js";
import type { RunOptions } from "../progress.js";
import type { Speaker } from "../readers/generate.js";
import { JUDGE_HASH, judge } from "../readers/judge.js";
import type { Reader } from "../readers/reader.js";
import { SUMMARY_JUDGE_HASH, summaryF1 } from "../readers/summaryJudge.js";
import { chunksOf } from "./chunks.js";
import { coverageOf, evidenceOf, isStale, PassageText } from "./coverage.js";
import { Journal } from "./journal.js";
import type { MabData, MabSet } from "./load.js";
import type { QuestionRecord } from "./record.js";
import { outputsHash, type SourceReport, sourceReport } from "./report.js";
import { type RunDescription, resultFileOf, writeResults } from "./resultFile.js";
import type { MabRow } from "./row.js";
import { ANSWER_CHARACTERS, type Entities, scoreOf } from "./score.js";
import { freshNamespace, proveNamespace, proveNamespaces } from "./selfCheck.js";
import { Stopwatch } from "./stopwatch.js";
import { memoriseMessage, queryPrompt, TEMPLATES_HASH } from "./templates.js";

export type Mode = "retrieval" | "extractive" | "llm";

export interface MabOptions extends RunOptions {
  readonly mode: Mode;
  readonly agent: Agent;
  /** Answers from what is retrieved; none in the mode `retrieval`. */
  readonly reader?: Reader | undefined;
  /** Judges conversations and summaries in the mode `llm`. */
  readonly judge?: Speaker | undefined;
  readonly ks: readonly number[];
  /** Tokens of a chunk, instead of what the source has. */
  readonly chunkTokens?: number | undefined;
  readonly entities?: Entities | undefined;
  /** The folder of the result files. */
  readonly output: string;
}

export interface MabReport {
  readonly mode: Mode;
  readonly agent: string;
  readonly reader: string | null;
  readonly judge: { readonly model: string; readonly promptHash: string } | null;
  readonly k: number;
  readonly n: number;
  readonly dataHash: string;
  readonly templatesHash: string;
  /** SHA-256 over everything that was retrieved and answered. */
  readonly outputsHash: string;
  /** Share of the wall time that neither the agent nor the reader has taken. */
  readonly harnessOverhead: number;
  readonly seconds: number;
  readonly sources: Readonly<Record<string, SourceReport>>;
}

/**
 * Runs MemoryAgentBench (Hu, Wang and McAuley, 2025): every context is memorised once, in chunks, in a fresh
 * namespace of the agent, and then asked about. What is answered is kept, so that a run that is killed goes on
 * where it was; no figure is given before the namespaces are proven.
 *
 * @throws MemosError CONFLICT when an unfinished run with other options is there, or one is still running;
 * INVALID_INPUT when results cannot be written to the folder, or summaries not be judged; INTERNAL when the self-check
 * fails; what the agent or the reader throws, with the place where it did; ABORTED.
 */
export async function evaluateMab(data: MabData, options: MabOptions): Promise<MabReport> {
  const run = new Run(data, options, await o200k());
  return run.all();
}

class Run {
  readonly #data: MabData;
  readonly #options: MabOptions;
  readonly #counter: PatientCounter;
  readonly #watch = new Stopwatch();
  readonly #total: number;
  #asked = 0;

  constructor(data: MabData, options: MabOptions, counter: PatientCounter) {
    this.#data = data;
    this.#options = options;
    this.#counter = counter;
    this.#total = data.sets
      .flatMap(({ rows }) => rows)
      .reduce((total, { questions }) => total + questions.length, 0);
  }

  async all(): Promise<MabReport> {
    const { mode, agent, judge, ks, signal } = this.#options;
    if (judge !== undefined && mode === "llm") this.#refuseUnjudgeable();
    await this.#watch.time("agent", () => proveNamespaces(agent, signal));
    const sources: Record<string, SourceReport> = {};
    const records: [string, QuestionRecord[]][] = [];
    for (const set of this.#data.sets) {
      const done = await this.#source(set);
      sources[set.source.name] = done.report;
      records.push([set.source.name, done.records]);
    }
    return {
      mode,
      agent: agent.name,
      reader: readerName(this.#options),
      judge: judge === undefined ? null : { model: judge.name, promptHash: JUDGES_HASH },
      k: Math.max(...ks),
      n: this.#total,
      dataHash: this.#data.hash,
      templatesHash: TEMPLATES_HASH,
      outputsHash: outputsHash(records),
      harnessOverhead: Math.round(this.#watch.overhead * 10_000) / 10_000,
      seconds: hundredths(this.#watch.elapsed / 1000),
      sources,
    };
  }

  /** A summary is judged by its key points: without them a verdict would be a score of nothing. */
  #refuseUnjudgeable(): void {
    for (const { source, rows } of this.#data.sets)
      for (const [context, { metadata }] of rows.entries())
        if (source.task === "summary" && (metadata.keypoints ?? []).length === 0)
          throw new MemosError(
            "INVALID_INPUT",
            `context ${context + 1} of ${source.name} has no \`metadata.keypoints\`, so no summary of it can be judged; name another --source or --mode`,
          );
  }

  async #source(set: MabSet): Promise<{ report: SourceReport; records: QuestionRecord[] }> {
    const { ks, output } = this.#options;
    const started = performance.now();
    const run = this.#description(set);
    const file = resultFileOf(output, run);
    await using journal = await Journal.open(file, configurationOf(run, this.#options));
    for (const context of set.rows.keys()) await this.#context(set, context, run, journal);
    const { records, resumed } = journal;
    for (const record of records) this.#options.onOutcome?.(outcomeOf(set.source.name, record));
    const memorised = [...set.rows.keys()].flatMap((context) => journal.memorised(context) ?? []);
    const seconds = (performance.now() - started) / 1000;
    await writeResults(file, run, records, (context) => journal.memorised(context), seconds);
    await journal.delete();
    const about = { contexts: set.rows.length, resumed, file };
    return { report: sourceReport(set.source, records, memorised, ks, about), records };
  }

  #description(set: MabSet): RunDescription {
    const { agent, mode, ks, chunkTokens } = this.#options;
    const k = Math.max(...ks);
    return {
      set,
      tag: `${agent.name}-${mode}`,
      k,
      chunkTokens: chunkTokens ?? set.source.chunkTokens,
      dataHash: this.#data.hash,
      agentConfiguration: {
        agent_name: agent.name,
        mode,
        reader: readerName(this.#options),
        retrieve_num: k,
        ...agent.settings,
      },
    };
  }

  async #context(set: MabSet, context: number, run: RunDescription, journal: Journal): Promise<void> {
    const { agent, signal } = this.#options;
    const row = set.rows[context] as MabRow;
    const open = [...row.questions.keys()].filter((question) => !journal.has(context, question));
    this.#asked += row.questions.length - open.length;
    if (open.length === 0 && journal.isProven(context)) return;
    const where = `context ${context + 1} of ${set.rows.length} of ${set.source.name}`;
    const memory = await this.#ofAgent(where, () => agent.open(freshNamespace(set.source.name, context)));
    try {
      await this.#memorise(memory.value, set, context, { where, chunkTokens: run.chunkTokens, journal });
      for (const question of open) {
        throwIfAborted(signal);
        await journal.write(await this.#question(memory.value, set, context, question, where));
        this.#options.onProgress?.("search", ++this.#asked, this.#total);
      }
      await this.#ofAgent(where, () => proveNamespace(agent, memory.value, signal));
      await journal.write({ proven: context });
    } finally {
      await memory.value.close();
    }
  }

  async #memorise(
    memory: AgentMemory,
    set: MabSet,
    context: number,
    { where, chunkTokens, journal }: { where: string; chunkTokens: number; journal: Journal },
  ): Promise<void> {
    const { signal, onProgress } = this.#options;
    const text = (set.rows[context] as MabRow).context;
    const chunks = await chunksOf(text, chunkTokens, this.#counter, signal);
    let milliseconds = 0;
    for (const [index, { text: chunk }] of chunks.entries()) {
      throwIfAborted(signal);
      const at = `chunk ${index + 1} of ${chunks.length}, ${where}`;
      const message = memoriseMessage(set.source.task, chunk);
      milliseconds += (await this.#ofAgent(at, () => memory.memorise({ text: chunk, message }, signal))).ms;
      onProgress?.("ingest", index + 1, chunks.length);
    }
    milliseconds += (await this.#ofAgent(where, async () => memory.settle?.(signal))).ms;
    const tokens = chunks.reduce((total, chunk) => total + chunk.tokens, 0);
    await journal.write({ memorised: context, seconds: milliseconds / 1000, chunks: chunks.length, tokens });
  }

  async #question(
    memory: AgentMemory,
    set: MabSet,
    context: number,
    question: number,
    inContext: string,
  ): Promise<QuestionRecord> {
    const { agent, ks, mode, signal, entities } = this.#options;
    const { source } = set;
    const row = set.rows[context] as MabRow;
    const text = row.questions[question] as string;
    const golds = row.answers[question] as string[];
    const where = `question ${question + 1} of ${row.questions.length}, ${inContext}`;
    const k = Math.max(...ks);
    const retrieved = await this.#ofAgent(where, () => memory.retrieve(text, k, signal));
    const passages = retrieved.value.slice(0, k);
    const asked = { source, question: text, prompt: queryPrompt(source.task, text, agent.flavour), k };
    const answer = await this.#answer(memory, asked, passages, where);
    const output = answer.text.slice(0, ANSWER_CHARACTERS).toWellFormed();
    const scored =
      mode === "retrieval" ? { parsed: "", scores: {} } : scoreOf(source.task, output, golds, entities);
    const found = new PassageText(passages);
    await this.#counter.ahead(passages, signal);
    const contextTokens = passages.reduce((total, passage) => total + this.#counter.count(passage), 0);
    return {
      context,
      question,
      output,
      parsed: scored.parsed as string | string[],
      ...(await this.#judged(source.task, row, question, output, scored.scores, where)),
      coverage: coverageOf(source.task, found, golds, ks),
      evidence: evidenceOf(found, row.metadata.evidence?.[question], ks),
      stale: isStale(
        mode === "retrieval" ? { passages: found } : { output },
        golds,
        row.metadata.stale?.[question],
      ),
      contextTokens,
      inputTokens: answer.inputTokens > 0 ? answer.inputTokens : contextTokens,
      outputTokens: answer.outputTokens > 0 ? answer.outputTokens : this.#counter.count(output),
      llmCalls: answer.llmCalls,
      passages: sha256(JSON.stringify(passages)),
      queryMs: retrieved.ms,
      readerMs: answer.ms,
    };
  }

  /** The agent's own answer where it counts in this mode, else the reader's; none without a reader. */
  async #answer(
    memory: AgentMemory,
    asked: Asked,
    passages: readonly string[],
    where: string,
  ): Promise<Answer & { ms: number }> {
    const { agent, mode, reader, signal } = this.#options;
    let ms = 0;
    if (memory.answer !== undefined && agent.answersIn === mode) {
      const own = await this.#ofAgent(where, async () => memory.answer?.(asked, signal));
      if (own.value !== undefined) return { ...own.value, ms: own.ms };
      ms = own.ms;
    }
    if (reader === undefined) return { text: "", inputTokens: 0, outputTokens: 0, llmCalls: 0, ms };
    const read = await this.#watch.time("reader", () =>
      located(`the reader "${reader.name}"`, where, () => reader.read(asked, passages, signal), signal),
    );
    return { ...read.value, ms: ms + read.ms };
  }

  /** The scores with what a judge adds to them. */
  async #judged(
    task: string,
    row: MabRow,
    question: number,
    output: string,
    scores: Readonly<Record<string, number>>,
    where: string,
  ): Promise<Pick<QuestionRecord, "scores" | "verdict">> {
    const { judge: engine, mode, signal } = this.#options;
    if (engine === undefined || mode !== "llm") return { scores: { ...scores } };
    const golds = row.answers[question] as string[];
    const { metadata, questions } = row;
    const ask = <T>(step: () => Promise<T>) =>
      this.#watch.time("reader", () => located(`the judge "${engine.name}"`, where, step, signal));
    if (task === "dialogues") {
      const judged = {
        question: questions[question] as string,
        golds,
        response: output,
        type: metadata.question_types?.[question],
        id: metadata.question_ids?.[question],
      };
      return { scores: { ...scores }, verdict: (await ask(() => judge(engine, judged, signal))).value };
    }
    if (task !== "summary") return { scores: { ...scores } };
    const summary = { summary: output, keypoints: metadata.keypoints ?? [], reference: golds.join("\n") };
    const f1 = (await ask(() => summaryF1(engine, summary, signal))).value;
    // What could not be judged is no summary that was judged to be good.
    return f1 === undefined
      ? { scores: { ...scores, summary_f1: 0 }, verdict: "unreadable" }
      : { scores: { ...scores, summary_f1: f1 } };
  }

  #ofAgent<T>(where: string, step: () => Promise<T>) {
    const who = `the agent "${this.#options.agent.name}"`;
    return this.#watch.time("agent", () => located(who, where, step, this.#options.signal));
  }
}

function outcomeOf(source: string, record: QuestionRecord): Outcome {
  const coverage = Object.entries(record.coverage ?? {}).map(
    ([k, found]) => [`coverage@${k}`, found] as const,
  );
  return {
    id: `${source}/${record.context}/${record.question}`,
    output: [record.output, record.passages],
    scores: {
      ...record.scores,
      ...Object.fromEntries(coverage),
      ...(record.stale === undefined ? {} : { stale: Number(record.stale) }),
    },
  };
}

const JUDGES_HASH = sha256(JUDGE_HASH + SUMMARY_JUDGE_HASH);

/** Who answers: the agent itself where it does in this mode. */
function readerName({ agent, mode, reader }: MabOptions): string | null {
  if (agent.answersIn === mode)
    return reader === undefined ? agent.name : `${agent.name}, else ${reader.name}`;
  return reader?.name ?? null;
}

/** Everything that shapes an answer or its score: a run is gone on with under the same alone. */
function configurationOf(run: RunDescription, { judge, ks, entities }: MabOptions): string {
  return sha256(
    JSON.stringify([
      run.set.source,
      run.set.rows.length,
      run.chunkTokens,
      run.dataHash,
      run.agentConfiguration,
      ks,
      judge?.name ?? null,
      entities !== undefined,
      TEMPLATES_HASH,
      JUDGES_HASH,
    ]),
  );
}

/** Says who failed and where; that a run was cancelled is nobody's failure. */
async function located<T>(
  who: string,
  where: string,
  step: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    // Servers and models report a cancelled call each in its own way.
    throwIfAborted(signal);
    if (isMemosError(cause, "ABORTED")) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MemosError(
      isMemosError(cause) ? cause.code : "INTERNAL",
      `${who} failed at ${where}: ${reason}`,
      {
        cause,
      },
    );
  }
}
