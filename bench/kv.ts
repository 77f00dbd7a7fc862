import { stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hundredths, seededRandom } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { readContainer } from "../memos/activation/container.js";
import { decodePayload } from "../memos/activation/decode.js";
import { compacted, PRESSES, withGaps, worthKeeping } from "../memos/activation/press/index.js";
import { writeState } from "../memos/activation/stateFile.js";
import { type ChatReceipt, isMemosError, MemOS, NoneEmbedder, runBatch, type Scope } from "../memos/index.js";
import { type GeneratedModel, generatedModel } from "../memos/inference/gguf/generated/generatedModel.js";
import { LocalEngine } from "../memos/inference/local/localEngine.js";
import { fillBlock } from "./activation/blocks.js";
import { codecReport } from "./activation/codecs.js";
import type { FirstTokenTask } from "./activation/firstTokenProcess.js";
import { madeUpConversations, measurePromptCache } from "./activation/promptCache.js";
import type { RawFigures, RawTask } from "./activation/rawProcess.js";
import { middle, timed } from "./latency.js";
import { inChild } from "./process/task.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText } from "./text.js";

const RAW = new URL("./activation/rawProcess.js", import.meta.url);
const FIRST_TOKEN = new URL("./activation/firstTokenProcess.js", import.meta.url);

/** Runs of which the middle is told; a cold prompt is long enough to be measured once. */
const RUNS = 5;
const ANSWER_TOKENS = 8;

const REMOTE_TURNS = 30;

/** With what the template adds, some sixteen tokens of the model. */
const QUESTION = "Why?";

/** Compressed states: names of presses and what they are told. */
const CODECS = [
  { codec: "kivi 8", name: "kivi", options: { bits: 8 } },
  { codec: "kivi 4", name: "kivi", options: { bits: 4 } },
  { codec: "kivi 2", name: "kivi", options: { bits: 2 } },
  { codec: "mikv 8/4", name: "mikv", options: { precise: 8, coarse: 4 } },
] as const;

/** Shares of the tokens that smaller working copies keep. */
const KEPT = [0.9, 0.5] as const;

/** How the generated models turn their keys. */
const ROPE = { base: 10_000, pairs: "adjacent" } as const;

export interface KvBenchOptions {
  readonly prefixes: readonly number[];
  readonly model: GeneratedModel;
  readonly turns: number;
  readonly requests: number;
  readonly signal?: AbortSignal;
}

interface PrefixFigures {
  readonly prefix: number;
  readonly tokens: number;
  /** What is evaluated after the state. */
  readonly questionTokens: number;
  /** To the first token through `MemOS.chat`: nothing there, out of a file, and in memory still. */
  readonly coldMs: number;
  readonly restoreMs: number;
  readonly reuseMs: number;
  readonly speedup: number;
  readonly stateBytes: number;
  readonly sameTokens: boolean;
  /** The engine alone, loading the same state and evaluating a question: what ours adds to it. */
  readonly baseline: { readonly rawRestoreMs: number };
  readonly overheadMs: number;
}

interface CodecRow {
  readonly codec: string;
  readonly ratio: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  readonly longestHeldMs: number;
  readonly logitCorrelation: number;
  readonly kl: number;
  readonly sameToken: boolean;
}

/** A smaller working copy of the same state: the first, the last and the most important tokens (KeyDiff). */
interface ReductionRow {
  /** With the positions that they had, or moved together with the keys turned. */
  readonly form: "gaps" | "compacted";
  readonly kept: number;
  readonly ms: number;
  readonly logitCorrelation: number;
  readonly kl: number;
}

export interface KvBenchResult {
  readonly model: string;
  readonly prefixes: readonly PrefixFigures[];
  readonly codecs: {
    readonly tokens: number;
    readonly stateBytes: number;
    readonly rows: readonly CodecRow[];
    readonly reductions: readonly ReductionRow[];
  };
  /** A program that is started and asked, with the longest of the prefixes. */
  readonly newProcess: { readonly firstTokenMs: number; readonly restored: number };
  readonly conversation: { readonly turns: number; readonly promptTokens: number; readonly fromKv: number };
  readonly batch: {
    readonly requests: number;
    readonly seconds: number;
    readonly throughput: number;
    readonly baseline: { readonly arrivalSeconds: number };
  };
  /** Share of the prompt tokens that a remote server with a prefix cache has already, over 30 turns. */
  readonly promptCache: { readonly stable: number; readonly baseline: { readonly recallFirst: number } };
  /** From the abort of a prompt that is being evaluated to the error, and until the engine is free for the next;
   * null when no prompt was long enough to be aborted. */
  readonly abort: { readonly ms: number; readonly freeAfterMs: number } | null;
}

/** What compiled memory is worth, through `MemOS.chat`, beside the same prompts without it and the engine alone. */
export function runKvBench(options: KvBenchOptions, report: Report): Promise<KvBenchResult> {
  return withTemporaryFolder((folder) => measure(folder, options, report));
}

async function measure(
  folder: string,
  { prefixes, model: name, turns, requests, signal }: KvBenchOptions,
  report: Report,
): Promise<KvBenchResult> {
  report(`the model ${name}`);
  const model = await generatedModel(name, join(tmpdir(), "memos-models"));
  const longest = Math.max(...prefixes);
  // A block has half of the context at most, and tokens are only estimated until they are counted.
  const contextTokens = 4 * longest;
  const path = join(folder, "store");
  const engine = new LocalEngine({ model, contextTokens, sequences: 1 });
  const memos = await MemOS.open({
    path,
    engine,
    embedder: new NoneEmbedder(),
    upkeep: false,
    activations: { automatic: false, blockTokens: 100_000 },
  });
  const say = seldom(report);
  try {
    const rows: PrefixFigures[] = [];
    const scopeOf = (prefix: number): Scope => ({ tenant: "bench", user: `p${prefix}` });
    for (const prefix of prefixes) {
      throwIfAborted(signal);
      report(`prefix of ${prefix} tokens`);
      const scope = scopeOf(prefix);
      await fillBlock(memos, engine, scope, prefix, prefix * 1_000);
      rows.push(await prefixFigures(memos, scope, prefix, { model, contextTokens, folder, signal }));
    }
    report("codecs");
    const middleOne = prefixes.includes(2_048) ? 2_048 : longest;
    const codecs = await codecFigures(memos, engine, scopeOf(middleOne), {
      model,
      contextTokens,
      folder,
      signal,
    });
    report("abort");
    const abort = await abortFigures(memos, scopeOf(longest), Math.max(...rows.map(({ coldMs }) => coldMs)));
    report("a new process");
    const newProcess = await inChild<FirstTokenTask, KvBenchResult["newProcess"]>(
      FIRST_TOKEN,
      {
        path,
        model,
        contextTokens,
        scope: scopeOf(longest),
        question: QUESTION,
        asked: Date.now(),
      },
      signal,
    );
    await memos.close();
    await engine[Symbol.asyncDispose]();
    throwIfAborted(signal);
    report("a conversation");
    const conversation = await conversationFigures(join(folder, "talk"), model, turns, say, signal);
    report("a remote prompt cache");
    const { stable, naive } = await measurePromptCache(madeUpConversations(REMOTE_TURNS, 1), signal);
    const promptCache = {
      stable: Math.round(stable.share * 1_000) / 1_000,
      baseline: { recallFirst: Math.round(naive.share * 1_000) / 1_000 },
    };
    report("a batch");
    const batch = await batchFigures(model, requests, signal);
    return { model: name, prefixes: rows, codecs, newProcess, conversation, promptCache, batch, abort };
  } finally {
    await memos.close();
    await engine[Symbol.asyncDispose]();
  }
}

interface Around {
  readonly model: string;
  readonly contextTokens: number;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

async function prefixFigures(
  memos: MemOS,
  scope: Scope,
  prefix: number,
  { model, contextTokens, folder, signal }: Around,
): Promise<PrefixFigures> {
  const elsewhere: Scope = { tenant: "other", user: "other" };
  const ask = (question: string, whose: Scope) => receiptOf(memos, question, whose);
  // Whoever asked last is in memory: somebody else's question takes its place.
  const evict = () => ask("Hello.", elsewhere);
  await evict();
  const cold = await ask(QUESTION, scope);
  const live = [] as ChatReceipt[];
  for (let run = 0; run < RUNS; run++) live.push(await ask(QUESTION, scope));
  const compiled = await memos.activations.compile(scope);
  const restored = [] as ChatReceipt[];
  for (let run = 0; run < RUNS; run++) {
    await evict();
    restored.push(await ask(QUESTION, scope));
  }
  const one = restored[0] as ChatReceipt;
  if (one.tokens.restored === 0) throw new Error(`The state was not used: ${one.block.miss ?? "no reason"}.`);
  const container = await containerOf(memos, scope, folder);
  const raw = join(folder, `raw-${prefix}.state`);
  await writeFile(raw, writeState(container.state));
  const baseline = await inChild<RawTask, RawFigures>(
    RAW,
    { model, contextTokens, question: one.tokens.prefilled, states: [{ name: "raw", path: raw }] },
    signal,
  );
  const restoreMs = middle(restored.map(({ firstTokenMs }) => firstTokenMs));
  return {
    prefix,
    tokens: compiled.tokens,
    questionTokens: one.tokens.prefilled,
    coldMs: hundredths(cold.firstTokenMs),
    restoreMs,
    reuseMs: middle(live.map(({ firstTokenMs }) => firstTokenMs)),
    speedup: hundredths(cold.firstTokenMs / restoreMs),
    stateBytes: compiled.bytes,
    sameTokens: restored.every(({ answer }) => answer === cold.answer),
    baseline: { rawRestoreMs: hundredths(baseline.restoreMs) },
    overheadMs: hundredths(restoreMs - baseline.restoreMs),
  };
}

async function receiptOf(memos: MemOS, question: string, scope: Scope): Promise<ChatReceipt> {
  const options = { budget: 0, maxTokens: ANSWER_TOKENS, remember: false };
  for await (const event of memos.chat(question, scope, options))
    if (event.kind === "end") return event.receipt;
  throw new Error("The chat ended without a receipt.");
}

async function containerOf(memos: MemOS, scope: Scope, folder: string) {
  const [first] = (await memos.activations.list(scope)).activations;
  if (first?.cube.payload.kind !== "activation") throw new Error("Nothing is compiled.");
  const { sha256 } = first.cube.payload.state;
  const { header, payload } = await readContainer(join(folder, "store", "activation", `${sha256}.kv`), {
    sha256,
  });
  return { state: await decodePayload(header, payload), header };
}

async function codecFigures(
  memos: MemOS,
  engine: LocalEngine,
  scope: Scope,
  { model, contextTokens, folder, signal }: Around,
): Promise<KvBenchResult["codecs"]> {
  const { state, header } = await containerOf(memos, scope, folder);
  const { headSize } = await engine.model();
  const choices = CODECS.map(({ codec, name, options }) => ({
    codec,
    name,
    options: name === "mikv" ? { ...options, headSize } : options,
  }));
  const figures = await codecReport(state, choices);
  const states: { name: string; path: string }[] = [];
  const original = join(folder, "original.state");
  await writeFile(original, writeState(state));
  states.push({ name: "original", path: original });
  for (const { codec, name, options } of choices) {
    const press = PRESSES.get(name);
    if (press === undefined) continue;
    const { chunks, parameters } = await press.encode(state, options);
    const path = join(folder, `${codec.replace(/\W/g, "-")}.state`);
    await writeFile(path, writeState(await press.decode(Buffer.concat(chunks), parameters)));
    states.push({ name: codec, path });
  }
  const reductions: { form: ReductionRow["form"]; kept: number; ms: number; name: string }[] = [];
  if (headSize !== undefined)
    for (const kept of KEPT)
      for (const form of ["gaps", "compacted"] as const) {
        let smaller = state;
        const ms = await timed(async () => {
          const cells = await worthKeeping(state, { headSize, ratio: kept });
          smaller =
            form === "gaps"
              ? await withGaps(state, cells)
              : await compacted(state, cells, { ...ROPE, headSize, dimensions: headSize });
        });
        const name = `${form} ${kept}`;
        const path = join(folder, `${name.replace(/\W/g, "-")}.state`);
        await writeFile(path, writeState(smaller));
        states.push({ name, path });
        reductions.push({ form, kept, ms: hundredths(ms), name });
      }
  const { fidelity } = await inChild<RawTask, RawFigures>(
    RAW,
    { model, contextTokens, question: 16, states },
    signal,
  );
  const rows = choices.map(({ codec }, at): CodecRow => {
    const { ratio, encodeMs, decodeMs, longestHeldMs } = figures[at] as (typeof figures)[number];
    const measured = fidelity[codec] as RawFigures["fidelity"][string];
    return {
      codec,
      ratio: Math.round(ratio * 1_000) / 1_000,
      encodeMs: hundredths(encodeMs),
      decodeMs: hundredths(decodeMs),
      longestHeldMs: hundredths(longestHeldMs),
      ...likeness(measured),
      sameToken: measured.sameToken,
    };
  });
  return {
    tokens: header.tokens,
    stateBytes: (await stat(original)).size,
    rows,
    reductions: reductions.map(({ name, ...row }) => ({
      ...row,
      ...likeness(fidelity[name] as RawFigures["fidelity"][string]),
    })),
  };
}

function likeness({ logitCorrelation, kl }: { logitCorrelation: number; kl: number }) {
  return { logitCorrelation: Math.round(logitCorrelation * 1e5) / 1e5, kl: Math.round(kl * 1e6) / 1e6 };
}

/**
 * A prompt is aborted after a third of its time; if it was evaluated by then, it is tried again, and earlier.
 *
 * @param coldMs what the prompt takes when nobody aborts it.
 */
async function abortFigures(memos: MemOS, scope: Scope, coldMs: number): Promise<KvBenchResult["abort"]> {
  await memos.activations.drop(scope);
  const other = () => timed(() => receiptOf(memos, "Hello.", { tenant: "other", user: "other" }));
  let figures: KvBenchResult["abort"] = null;
  for (let wait = coldMs / 3; figures === null && wait >= 1; wait /= 2) {
    const idleMs = await other();
    const aborted = await abortAfter(wait, memos, scope);
    if (aborted === undefined) continue;
    const ms = performance.now() - aborted;
    await other();
    const freeAfterMs = Math.max(ms, performance.now() - aborted - idleMs);
    figures = { ms: hundredths(ms), freeAfterMs: hundredths(freeAfterMs) };
  }
  await memos.activations.compile(scope);
  return figures;
}

/** When the abort was given; undefined when the answer came before it. */
async function abortAfter(wait: number, memos: MemOS, scope: Scope): Promise<number | undefined> {
  const stop = new AbortController();
  let aborted: number | undefined;
  const timer = setTimeout(() => {
    aborted = performance.now();
    stop.abort();
  }, wait);
  const options = { budget: 0, maxTokens: ANSWER_TOKENS, remember: false, signal: stop.signal };
  try {
    for await (const event of memos.chat(QUESTION, scope, options))
      if (event.kind === "text") return undefined;
    return undefined;
  } catch (error) {
    if (!isMemosError(error, "ABORTED")) throw error;
    return aborted;
  } finally {
    clearTimeout(timer);
  }
}

async function conversationFigures(
  path: string,
  model: string,
  turns: number,
  say: ReturnType<typeof seldom>,
  signal: AbortSignal | undefined,
): Promise<KvBenchResult["conversation"]> {
  const engine = new LocalEngine({ model, contextTokens: 24_576, sequences: 1 });
  const memos = await MemOS.open({ path, engine, upkeep: false });
  const scope: Scope = { tenant: "bench", user: "talk" };
  try {
    await memos.add({ text: "Ana keeps a walrus.", type: "core" }, scope);
    await memos.add(
      Array.from({ length: turns }, (_, at) => ({ text: `Fact ${at}: ${syntheticText(at)}` })),
      scope,
    );
    let promptTokens = 0;
    let evaluated = 0;
    for (let turn = 0; turn < turns; turn++) {
      throwIfAborted(signal);
      const question = `Fact ${turn}?`;
      const options = { budget: 40, maxTokens: 4, session: "one" };
      for await (const event of memos.chat(question, scope, options))
        if (event.kind === "end") {
          promptTokens += event.receipt.tokens.prompt;
          evaluated += event.receipt.tokens.prefilled;
        }
      say(() => `turn ${turn + 1} of ${turns}`);
    }
    return { turns, promptTokens, fromKv: Math.round((1 - evaluated / promptTokens) * 1_000) / 1_000 };
  } finally {
    await memos.close();
    await engine[Symbol.asyncDispose]();
  }
}

/** Documents that the requests of a batch share, and how many of their states the engine keeps. */
const DOCUMENTS = 8;
const LIVE_STATES = 2;

async function batchFigures(
  model: string,
  count: number,
  signal: AbortSignal | undefined,
): Promise<KvBenchResult["batch"]> {
  const random = seededRandom(3);
  const documents = Array.from({ length: DOCUMENTS }, (_, at) =>
    Array.from({ length: 3 }, (_, line) => syntheticText(at * 100 + line)).join(" "),
  );
  const requests = Array.from({ length: count }, (_, at) => ({
    id: `r${at}`,
    maxTokens: 2,
    messages: [
      { role: "system" as const, content: documents[at % DOCUMENTS] as string },
      { role: "user" as const, content: `Question ${at}?` },
    ],
  }))
    .map((request) => ({ request, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ request }) => request);
  const run = async (work: (engine: LocalEngine) => Promise<unknown>) => {
    const engine = new LocalEngine({ model, contextTokens: 2_048, sequences: LIVE_STATES });
    try {
      await engine.model();
      const started = performance.now();
      await work(engine);
      return (performance.now() - started) / 1_000;
    } finally {
      await engine[Symbol.asyncDispose]();
    }
  };
  const seconds = await run((engine) =>
    runBatch(engine, requests, { liveStates: LIVE_STATES, ...(signal === undefined ? {} : { signal }) }),
  );
  const arrivalSeconds = await run(async (engine) => {
    const waiting = requests.values();
    const lane = async () => {
      for (const { id: _id, ...request } of waiting) {
        throwIfAborted(signal);
        for await (const _ of engine.generate(request));
      }
    };
    await Promise.all(Array.from({ length: LIVE_STATES }, lane));
  });
  return {
    requests: count,
    seconds: hundredths(seconds),
    throughput: hundredths(arrivalSeconds / seconds),
    baseline: { arrivalSeconds: hundredths(arrivalSeconds) },
  };
}
