import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CONTROLLER, controller } from "../agents/index.js";
import { type MemCube, sha256, textOf } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { LocalEngine, MemOS, type OpenOptions, type Scope } from "../memos/index.js";
import { generatedModel } from "../memos/inference/gguf/generated/generatedModel.js";
import { RandomModel } from "./controller/randomModel.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

/** Two tenants and two users of one of them: what crosses a border shows. */
const SCOPES: readonly Scope[] = [
  { tenant: "acme", user: "ana" },
  { tenant: "acme", user: "tom" },
  { tenant: "other", user: "ana" },
];

/** Messages of every type, from `dist/bench/`. */
const EXAMPLES = new URL("../../models/router/examples.jsonl", import.meta.url);

const ANSWER_TOKENS = 400;
const PAGE = 1_000;

export interface ControllerBenchResult {
  readonly batches: number;
  readonly messages: number;
  readonly llmCalls: number;
  /** The most that one batch took. */
  readonly callsPerBatch: number;
  /** Memories that were made, decisions that were refused, and what was forgotten. */
  readonly made: number;
  readonly refused: number;
  readonly forgotten: number;
  /** Messages that are neither there word for word nor forgotten because a message asks for it. */
  readonly lost: number;
  /** Made memories without a source in their own scope, or with another text there. */
  readonly withoutSource: number;
  /** Memories in a scope that nobody wrote to. */
  readonly outsideScope: number;
  readonly millisecondsPerBatch: number;
  /** `millisecondsPerBatch` against that of rules alone. */
  readonly ratio: number;
  readonly baseline: { readonly millisecondsPerBatch: number; readonly made: number };
}

/**
 * Lets a model of random weights, held to the form of the answer, decide what becomes of messages, and counts what
 * must not happen; beside it the rules alone.
 */
export function runControllerBench(
  {
    batches,
    messages,
    signal,
  }: { readonly batches: number; readonly messages: number; readonly signal?: AbortSignal },
  report: Report,
): Promise<ControllerBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const weights = await generatedModel("nano", folder);
    await using engine = new LocalEngine({ model: weights, contextTokens: 4_096, threads: 1, gpu: false });
    const model = new RandomModel(engine, ANSWER_TOKENS);
    const said = { batches, messages, signal, report };
    const rules = await run(join(folder, "rules"), {}, said, () => 0);
    const random = await run(join(folder, "random"), { model }, said, () => model.calls);
    const { perBatch: _, ...result } = random;
    return {
      batches,
      messages: batches * messages,
      callsPerBatch: Math.max(...random.perBatch),
      ...result,
      ratio: random.millisecondsPerBatch / rules.millisecondsPerBatch,
      baseline: { millisecondsPerBatch: rules.millisecondsPerBatch, made: rules.made },
    };
  });
}

interface Run {
  readonly batches: number;
  readonly messages: number;
  readonly signal: AbortSignal | undefined;
  readonly report: Report;
}

async function run(
  path: string,
  options: Partial<OpenOptions>,
  { batches, messages, signal, report }: Run,
  calls: () => number,
) {
  const memos = await MemOS.open({ path, reader: controller({ batch: { turns: messages } }), ...options });
  try {
    const progress = seldom(report);
    const texts = await textsOf(batches * messages);
    const perBatch: number[] = [];
    const written = new Map<string, string>();
    const started = performance.now();
    for (let batch = 0; batch < batches; batch++) {
      throwIfAborted(signal);
      const before = calls();
      const scope = SCOPES[batch % SCOPES.length] as Scope;
      const batchTexts = texts.slice(batch * messages, (batch + 1) * messages);
      const receipt = await memos.add(
        batchTexts.map((content, index) => ({ role: index % 3 === 2 ? "assistant" : "user", content })),
        scope,
        { wait: "derived" },
      );
      for (const [index, { id }] of receipt.written.entries()) written.set(id, batchTexts[index] ?? "");
      perBatch.push(calls() - before);
      progress(() => `${batch + 1} of ${batches} batches`);
    }
    const millisecondsPerBatch = (performance.now() - started) / batches;
    return { ...(await counted(memos, written)), llmCalls: calls(), perBatch, millisecondsPerBatch };
  } finally {
    await memos.close();
  }
}

/** Messages as people write them, each another. */
async function textsOf(count: number): Promise<string[]> {
  const lines = (await readFile(EXAMPLES, "utf8")).split("\n").filter((line) => line !== "");
  const examples = lines.map((line) => (JSON.parse(line) as { text: string }).text);
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / examples.length);
    const text = examples[(index * STRIDE) % examples.length] ?? "";
    return round === 0 ? text : `${text} (${round})`;
  });
}

/** Neighbours in the file are of one type. */
const STRIDE = 367;

async function counted(memos: MemOS, written: ReadonlyMap<string, string>) {
  const cubes = new Map<string, MemCube>();
  const decided = { made: 0, refused: 0, forgotten: 0 };
  const forgotten = new Set<string>();
  for (const scope of SCOPES) {
    for await (const { cube } of memos.export(scope)) cubes.set(cube.id, cube);
    for (let cursor: string | undefined; ; ) {
      const page = await memos.traces.list(scope, { limit: PAGE, cursor });
      for (const { made, refused } of page.traces) {
        decided.made += made.filter(({ operation }) => operation === "add").length;
        for (const { operation, cube } of made) if (operation === "forget") forgotten.add(cube);
        decided.refused += refused.length;
      }
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
  }
  const inScope = [...cubes.values()];
  const ours = inScope.filter(({ provenance }) => provenance.actor === CONTROLLER);
  const isSourced = ({ scope, provenance }: MemCube) =>
    provenance.sources.length > 0 &&
    provenance.sources.every(({ cube, sha256: hash }) => {
      const source = cubes.get(cube);
      const same = source?.scope.tenant === scope.tenant && source.scope.user === scope.user;
      return same && sha256(textOf(source) ?? "") === hash;
    });
  const everything = await Promise.all(
    [...new Set(SCOPES.map(({ tenant }) => tenant))].map((tenant) => memos.stats({ tenant })),
  );
  const inStore = everything.reduce((sum, { cubes: count }) => sum + count, 0);
  const isLost = ([id, text]: [string, string]) => {
    const cube = cubes.get(id);
    return cube === undefined ? !forgotten.has(id) : textOf(cube) !== text;
  };
  return {
    ...decided,
    forgotten: forgotten.size,
    lost: [...written].filter(isLost).length,
    withoutSource: ours.filter((cube) => !isSourced(cube)).length,
    outsideScope: inStore - inScope.length,
  };
}
