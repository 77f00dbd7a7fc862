import { randomUUID } from "node:crypto";
import { seededRandom } from "../eval/metrics/index.js";
import type { ChatMessage, Engine } from "../memos/inference/engine.js";

export interface EngineBenchOptions {
  /** Words that prompts begin with; a token or two each. */
  readonly words: number;
  /** Times that everything is asked, about another text each. */
  readonly rounds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of all rounds: the median of the milliseconds until the first token, and sums of tokens. */
export interface PrefixUse {
  readonly firstTokenMs: number;
  readonly promptTokens: number;
  /** As the engine says. */
  readonly cachedTokens: number;
}

export interface EngineBenchResult {
  readonly engine: string;
  /** A prompt that nobody has asked before. */
  readonly cold: PrefixUse;
  /** Another question after the same beginning, of the same tenant. */
  readonly again: PrefixUse;
  /** The same question after the same beginning, of another tenant. */
  readonly otherTenant: PrefixUse;
  /** How many times as fast the first token is there again as it was cold. */
  readonly faster: number;
  /** The engine says that it had tokens; else nothing is known of what follows. */
  readonly counted: boolean;
  /** The other tenant found nothing of the first one. */
  readonly isolated: boolean;
}

const WORDS = 2_000;

/**
 * What an engine keeps of the beginnings of prompts, and whether it keeps tenants apart. Both must be looked at: an
 * engine that reuses nothing, or says nothing, looks isolated as well.
 *
 * @throws MemosError as the engine does.
 */
export async function runEngineBench(
  engine: Engine,
  { words, rounds, signal }: EngineBenchOptions,
  report: (line: string) => void = () => {},
): Promise<EngineBenchResult> {
  const uses = { cold: [] as Asked[], again: [] as Asked[], otherTenant: [] as Asked[] };
  for (let round = 0; round < rounds; round++) {
    // New ones: of an earlier round there is always a little, as each prompt begins with the same control tokens.
    const [tenant, other] = [randomUUID(), randomUUID()];
    const ask = (question: string, salt: string) =>
      asked(engine, promptOf(words, round, question), salt, signal);
    uses.cold.push(await ask("One?", tenant));
    uses.again.push(await ask("Two?", tenant));
    uses.otherTenant.push(await ask("Two?", other));
    report(`round ${round + 1} of ${rounds}`);
  }
  const [cold, again, otherTenant] = [used(uses.cold), used(uses.again), used(uses.otherTenant)];
  return {
    engine: engine.name,
    cold,
    again,
    otherTenant,
    faster: Math.round((10 * cold.firstTokenMs) / Math.max(0.1, again.firstTokenMs)) / 10,
    counted: again.cachedTokens > 0,
    isolated: otherTenant.cachedTokens === 0,
  };
}

interface Asked {
  readonly firstTokenMs: number;
  readonly prompt: number;
  readonly cached: number;
}

function promptOf(words: number, round: number, question: string): ChatMessage[] {
  const random = seededRandom(round + 1);
  const text = Array.from({ length: words }, () => `word${Math.floor(random() * WORDS)}`).join(" ");
  return [
    // Of another run of this, nothing is to be found.
    { role: "system", content: `${RUN} ${text}` },
    { role: "user", content: question },
  ];
}

const RUN = randomUUID();

async function asked(
  engine: Engine,
  messages: readonly ChatMessage[],
  salt: string,
  signal: AbortSignal | undefined,
): Promise<Asked> {
  let result: Asked = { firstTokenMs: 0, prompt: 0, cached: 0 };
  for await (const event of engine.generate({ messages, maxTokens: 1, salt, signal }))
    if (event.kind === "end") {
      const { prompt, reused, restored } = event.tokens;
      result = { firstTokenMs: event.firstTokenMs, prompt, cached: reused + restored };
    }
  return result;
}

function used(all: readonly Asked[]): PrefixUse {
  const sorted = all.map(({ firstTokenMs }) => firstTokenMs).toSorted((a, b) => a - b);
  return {
    firstTokenMs: Math.round(10 * (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 10,
    promptTokens: all.reduce((sum, { prompt }) => sum + prompt, 0),
    cachedTokens: all.reduce((sum, { cached }) => sum + cached, 0),
  };
}
