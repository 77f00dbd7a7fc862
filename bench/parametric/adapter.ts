import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { INSTRUCTIONS } from "../../memos/activation/instructions.js";
import { MemOS, NoneEmbedder, type Scope } from "../../memos/index.js";
import type { AdapterUse, ChatMessage } from "../../memos/inference/engine.js";
import { LocalEngine } from "../../memos/inference/local/localEngine.js";
import { ADAPTER_NAMES, AdapterFolder } from "../../memos/parametric/adapterFolder.js";
import { baseShape, mergeIntoBase, readPeft } from "../../memos/parametric/files/index.js";
import type { GateResult } from "../../memos/parametric/manifest.js";
import type { Trainer } from "../../memos/parametric/trainer.js";
import { correlation } from "../correlation.js";
import { middle } from "../latency.js";
import { inChild } from "../process/task.js";
import { type InventedFact, inventedFacts } from "./facts.js";
import type { LogitsFigures, LogitsTask } from "./logitsProcess.js";

const LOGITS = new URL("./logitsProcess.js", import.meta.url);
const SCOPE: Scope = { tenant: "bench", user: "ana" };

/** Switches of which the middle is told. */
const SWITCHES = 15;
/** What is asked of the base before an adapter is attached and after it was taken back. */
const CHOICES = ["yes", "no", "unknown"] as const;

const ANSWER_TOKENS = 24;

export interface AdapterFigures {
  readonly facts: number;
  readonly state: string;
  readonly reason: string;
  /** Everything that the job did, and training alone. */
  readonly jobSeconds: number;
  readonly trainingSeconds: number;
  readonly steps: number;
  readonly gates: readonly GateResult[];
  /** A token under other adapters than the last one, and under the same: what changing takes is the difference. */
  readonly attachMs: number;
  readonly detachMs: number;
  readonly baseline: { readonly sameMs: number };
  /** Share of the facts that are told when nothing but the question is in the prompt. */
  readonly closedBook: { readonly before: number; readonly attached: number; readonly revoked: number };
  /** Whether the base's probabilities are the same bit by bit once the adapter was taken back. */
  readonly revoked: { readonly bitEqual: boolean };
  /** Logits of the adapter at run time and merged into the base by us; the base without it for comparison. */
  readonly merge: { readonly correlation: number; readonly baseline: { readonly base: number } };
}

/** Trains an adapter of facts that nobody can know, and measures it, what it costs to change and what is left of it. */
export async function measureAdapter(
  model: string,
  facts: number,
  trainer: Trainer,
  folder: string,
  report: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<AdapterFigures> {
  const engine = new LocalEngine({ model });
  const path = join(folder, "store");
  const memos = await MemOS.open({
    path,
    engine,
    trainer,
    embedder: new NoneEmbedder(),
    activations: { automatic: false },
  });
  try {
    const invented = inventedFacts(facts);
    await memos.add(
      invented.map(({ statement }) => statement),
      SCOPE,
    );
    const questions = invented.map(({ question }) => askedOf(question));
    const before = await probabilitiesOf(engine, questions);
    const toldBefore = await told(engine, invented, []);
    const started = performance.now();
    report(`training an adapter of ${facts} facts`);
    const { adapter: id, job } = await memos.adapters.train(SCOPE, { attach: true, signal });
    await trained(memos, job);
    const jobSeconds = (performance.now() - started) / 1000;
    const view = await memos.adapters.get(id, SCOPE);
    const { manifest, files } = view;
    if (manifest === null || files === null) throw new Error(`There is no adapter: ${view.reason}`);
    const kept = new AdapterFolder(join(path, "adapters")).folderOf(id);
    const gguf = join(kept, ADAPTER_NAMES.gguf);
    const use: AdapterUse = { path: gguf, sha256: files.gguf.sha256, scale: 1 };
    const toldAttached = await told(engine, invented, [use]);
    report("changing adapters");
    const changes = await switches(engine, use);
    report("merging into the base");
    const merge = await merged(model, kept, gguf, files.gguf.sha256, folder, signal);
    await memos.adapters.revoke(id, SCOPE);
    const after = await probabilitiesOf(engine, questions);
    const toldRevoked = await told(engine, invented, []);
    return {
      facts,
      state: view.state,
      reason: view.reason,
      jobSeconds,
      trainingSeconds: manifest.seconds,
      steps: manifest.steps,
      gates: manifest.gates,
      ...changes,
      closedBook: { before: toldBefore, attached: toldAttached, revoked: toldRevoked },
      revoked: { bitEqual: equal(before, after) },
      merge,
    };
  } finally {
    await memos.close();
    await engine[Symbol.asyncDispose]();
  }
}

async function trained(memos: MemOS, job: string): Promise<void> {
  for (;;) {
    const { state } = await memos.jobs.get(job, { tenant: SCOPE.tenant });
    if (state !== "waiting" && state !== "running" && state !== "delayed") return;
    await memos.jobs.barrier({ tenant: SCOPE.tenant }, { timeoutMs: 10_000 });
  }
}

/** Asks with nothing but the question in the prompt: what is told comes out of the weights. */
async function told(
  engine: LocalEngine,
  facts: readonly InventedFact[],
  adapters: readonly AdapterUse[],
): Promise<number> {
  let right = 0;
  for (const { question, object } of facts) {
    let answer = "";
    for await (const event of engine.generate({
      messages: askedOf(question),
      maxTokens: ANSWER_TOKENS,
      adapters,
    }))
      if (event.kind === "text") answer += event.text;
    if (answer.includes(object)) right++;
  }
  return right / facts.length;
}

function askedOf(question: string): ChatMessage[] {
  return [
    { role: "system", content: INSTRUCTIONS },
    { role: "user", content: question },
  ];
}

async function probabilitiesOf(
  engine: LocalEngine,
  questions: readonly ChatMessage[][],
): Promise<(readonly number[])[]> {
  await engine.drop();
  const all: (readonly number[])[] = [];
  for (const messages of questions) all.push((await engine.decide(messages, CHOICES)).probabilities);
  return all;
}

function equal(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): boolean {
  return one.every((values, at) => values.every((value, place) => Object.is(value, other[at]?.[place])));
}

async function switches(engine: LocalEngine, use: AdapterUse) {
  const token = async (adapters: readonly AdapterUse[]): Promise<number> => {
    const messages: ChatMessage[] = [{ role: "user", content: randomUUID().slice(0, 4) }];
    const started = performance.now();
    for await (const _ of engine.generate({ messages, maxTokens: 1, adapters }));
    return performance.now() - started;
  };
  const times: Record<"attach" | "attached" | "detach" | "detached", number[]> = {
    attach: [],
    attached: [],
    detach: [],
    detached: [],
  };
  for (let round = 0; round <= SWITCHES; round++) {
    const [attach, attached] = [await token([use]), await token([use])];
    const [detach, detached] = [await token([]), await token([])];
    // The first one loads the file.
    if (round === 0) continue;
    times.attach.push(attach);
    times.attached.push(attached);
    times.detach.push(detach);
    times.detached.push(detached);
  }
  return {
    attachMs: middle(times.attach),
    detachMs: middle(times.detach),
    baseline: { sameMs: middle([...times.attached, ...times.detached]) },
  };
}

async function merged(
  model: string,
  peft: string,
  gguf: string,
  sha256: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<AdapterFigures["merge"]> {
  const base = await baseShape(model);
  const path = join(folder, "merged.gguf");
  const adapter = await readPeft(peft);
  await mergeIntoBase({
    base,
    adapters: [{ adapter, weight: 1, sha256 }],
    path,
    ...(signal === undefined ? {} : { signal }),
  });
  const tokens = Array.from({ length: 24 }, (_, at) => 300 + at * 17);
  const models = [{ path: model }, { path: model, adapter: gguf }, { path }];
  const [bare = [], runtime = [], ours = []] = await inChild<LogitsTask, LogitsFigures>(
    LOGITS,
    { tokens, models },
    signal,
  );
  return { correlation: correlation(runtime, ours), baseline: { base: correlation(runtime, bare) } };
}
