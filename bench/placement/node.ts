import { seededRandom } from "../../eval/metrics/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { LiveSequences, type Sequence, salted } from "../../memos/inference/local/liveSequences.js";
import { firstTokenMs } from "./costs.js";
import { Histogram } from "./histogram.js";
import { IndexCache, type IndexSettings, type IndexTier } from "./indexCache.js";
import { LINE_TOKENS, OwnerMemory } from "./ownerMemory.js";
import type { Owner } from "./population.js";
import { seedOf } from "./random.js";
import type { StateCache } from "./stateCache.js";
import { DAY, type Operation } from "./synthetic.js";

/** Prompts are compared in pieces of so many tokens. */
const PIECE = LINE_TOKENS;

/** Tokens of the instructions and the template, which all prompts of a tenant share. */
const INSTRUCTION_TOKENS = 2 * PIECE;

/** Turns of a session that are in the window. */
const WINDOW_TURNS = 20;

/** Where the beginning of a prompt came from; `none` was evaluated. */
export type PromptTier = "live" | "file" | "compressed" | "none";

export interface StateFigures {
  /** At the end. */
  readonly bytes: ReturnType<StateCache["bytes"]>;
  readonly tiers: Record<PromptTier, number>;
  readonly firstToken: Histogram;
  readonly compileMs: number;
  readonly compiled: number;
}

/** What is counted of a node: numbers, so that a node takes no memory when the next is simulated. */
export interface NodeFigures {
  readonly operations: number;
  readonly index: { readonly localBytes: number; readonly flushes: number; readonly flushed: number };
  readonly indexTiers: Record<IndexTier, number>;
  readonly recall: Histogram;
  readonly states: Readonly<Record<string, StateFigures>>;
  readonly days: number;
}

export interface NodeSettings {
  readonly owners: readonly Owner[];
  /** Rows of each tenant's table, of a tenant that has one. */
  readonly rows: ReadonlyMap<number, number>;
  readonly index: IndexSettings;
  /** Conversations that the engine keeps in memory. */
  readonly sequences: number;
  /** What is counted begins after so many days: caches are cold at first. */
  readonly warmUpDays: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

class Pieces implements Sequence {
  contextTokens: readonly number[] = [];

  async clearHistory(): Promise<void> {
    this.contextTokens = [];
  }
}

/**
 * One node, operation by operation, under several policies for states at once: the index and the memory of owners are
 * the same for all. Live sequences are the engine's own (`LiveSequences`).
 */
export async function simulateNode(
  operations: Iterable<Operation>,
  settings: NodeSettings,
  caches: Readonly<Record<string, StateCache>>,
): Promise<NodeFigures> {
  const { owners, rows, index: indexSettings, sequences, warmUpDays, seed, signal } = settings;
  const index = new IndexCache(rows, indexSettings);
  const memories = new Map<number, OwnerMemory>();
  const turns = new Map<number, number[]>();
  let numbers = 0;
  const next = () => ++numbers;
  const policies = Object.entries(caches).map(([name, cache]) => ({
    name,
    cache,
    live: new LiveSequences(Array.from({ length: sequences }, () => new Pieces())),
    tiers: { live: 0, file: 0, compressed: 0, none: 0 },
    firstToken: new Histogram(),
    compileMs: 0,
    compiled: 0,
  }));
  const indexTiers = { open: 0, disk: 0, object: 0 };
  const recall = new Histogram();
  let counted = 0;
  let last = 0;
  for (const { at, owner: number, kind, cubes, tokens, core, first } of operations) {
    if ((numbers & 1023) === 0) throwIfAborted(signal);
    const owner = owners[number] as Owner;
    const counts = at >= warmUpDays * DAY;
    if (counts && counted++ === 0) index.countAnew();
    last = at;
    let memory = memories.get(number);
    if (memory === undefined) {
      memory = new OwnerMemory(owner, seededRandom(seedOf(seed, number)), next);
      memories.set(number, memory);
    }
    if (kind !== "add") {
      const { tier, ms } = index.search(owner.tenant, at);
      if (counts) {
        indexTiers[tier]++;
        recall.add(ms);
      }
    }
    if (kind === "recall") memory.recalled(at);
    if (kind === "chat") {
      const block = memory.block(at);
      const said = first ? [] : (turns.get(number) ?? []).slice(-WINDOW_TURNS * pieces(tokens));
      const prompt = promptOf(owner.tenant, block, said, pieces(tokens), next);
      turns.set(number, prompt.slice(prompt.length - said.length - pieces(tokens)));
      const whole = prompt.length - said.length - pieces(tokens);
      for (const policy of policies) {
        const found = policy.cache.find(number, block);
        const salt = salted("", String(owner.tenant));
        const shared = await lent(policy.live, salt, prompt);
        // As the engine does: a state is restored when it has more of the prompt than is live.
        const stored = found === undefined ? 0 : pieces(INSTRUCTION_TOKENS) + pieces(found.tokens);
        const restored = stored > shared;
        const evaluated = (prompt.length - Math.max(stored, shared)) * PIECE;
        const tier = restored && found !== undefined ? found.tier : shared >= whole ? "live" : "none";
        const waited = firstTokenMs(evaluated, restored ? found : undefined);
        const compileMs = policy.cache.answered(number, block, restored, at);
        // Compiling leaves the beginning alone in the sequence that it was in.
        if (compileMs > 0) await lent(policy.live, salt, prompt.slice(0, whole));
        if (!counts) continue;
        policy.tiers[tier]++;
        policy.firstToken.add(waited);
        policy.compileMs += compileMs;
        if (compileMs > 0) policy.compiled++;
      }
      memory.asked(at);
    }
    if (cubes > 0) {
      memory.add(cubes, core);
      index.add(owner.tenant, cubes, at);
    }
  }
  const states = Object.fromEntries(
    policies.map(({ name, cache, live: _, ...figures }) => [name, { ...figures, bytes: cache.bytes() }]),
  );
  return {
    operations: counted,
    index: { localBytes: index.localBytes(), flushes: index.flushes, flushed: index.flushed },
    indexTiers,
    recall,
    states,
    days: Math.max(0, last / DAY - warmUpDays),
  };
}

/** Gives a prompt the sequence that the engine would give it, and leaves it there; how much of it was there before. */
async function lent(live: LiveSequences<Pieces>, salt: string, prompt: readonly number[]): Promise<number> {
  const { sequence, shared, release } = await live.lease(salt, prompt);
  sequence.contextTokens = prompt;
  await release();
  return shared;
}

function pieces(tokens: number): number {
  return Math.ceil(tokens / PIECE);
}

/** A prompt as numbers, one for each piece: equal numbers are equal tokens. */
function promptOf(
  tenant: number,
  { chain, tokens }: { readonly chain: readonly number[]; readonly tokens: readonly number[] },
  said: readonly number[],
  asked: number,
  next: () => number,
): number[] {
  const prompt = new Array<number>(pieces(INSTRUCTION_TOKENS)).fill(-1 - tenant);
  for (const [set, count] of tokens.entries())
    for (let piece = 0; piece < pieces(count); piece++) prompt.push(chain[set] as number);
  prompt.push(...said);
  for (let piece = 0; piece < asked; piece++) prompt.push(next());
  return prompt;
}
