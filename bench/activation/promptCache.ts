import { seededRandom } from "../../eval/metrics/index.js";
import { DEFAULT_GOVERNANCE, type MemCube, NEW_BEHAVIOUR } from "../../memcube/index.js";
import { compileBlock } from "../../memos/activation/block.js";
import { asked, messagesOf, startConversation, withAnswer } from "../../memos/activation/conversation.js";
import type { ChatMessage } from "../../memos/inference/engine.js";
import { OpenAIEngine } from "../../memos/inference/openaiEngine.js";
import { compileRecall } from "../../memos/retrieval/context.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { startPrefixServer, wordTokens } from "./prefixServer.js";

/** The prompts of one conversation, turn by turn, put together in two ways. */
export interface ComparedConversations {
  /** What is recalled comes before the history. */
  readonly naive: readonly (readonly ChatMessage[])[];
  /** Each prompt begins as the one before. */
  readonly stable: readonly (readonly ChatMessage[])[];
}

export interface PromptCacheUse {
  readonly promptTokens: number;
  /** As the server reports them (`prompt_tokens_details.cached_tokens`). */
  readonly cachedTokens: number;
  readonly share: number;
}

export interface PromptCacheResult {
  readonly naive: PromptCacheUse;
  readonly stable: PromptCacheUse;
}

/**
 * Sends both over HTTP to a server that caches prefixes in blocks of tokens, as vLLM does and paid services do, each
 * to a server that is new: the share of the prompt tokens that need not be evaluated, or are sold cheaper.
 */
export async function measurePromptCache(
  conversations: ComparedConversations,
  signal?: AbortSignal,
): Promise<PromptCacheResult> {
  return {
    naive: await cacheUse(conversations.naive, signal),
    stable: await cacheUse(conversations.stable, signal),
  };
}

async function cacheUse(
  prompts: readonly (readonly ChatMessage[])[],
  signal: AbortSignal | undefined,
): Promise<PromptCacheUse> {
  const server = await startPrefixServer();
  const engine = new OpenAIEngine({ model: "prefixes", baseURL: server.baseURL });
  let promptTokens = 0;
  let cachedTokens = 0;
  try {
    for (const messages of prompts)
      for await (const event of engine.generate({ messages, maxTokens: 1, signal }))
        if (event.kind === "end") {
          promptTokens += event.tokens.prompt;
          cachedTokens += event.tokens.reused;
        }
  } finally {
    await engine[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  }
  const share = promptTokens === 0 ? 0 : Math.round((1_000 * cachedTokens) / promptTokens) / 1_000;
  return { promptTokens, cachedTokens, share };
}

const WORDS: TokenCounter = { name: "words", count: (text) => wordTokens(text).length };
const INSTRUCTIONS = "Answer briefly, and cite the memories that you used. ".repeat(8);
const BLOCK_CUBES = 24;
const RECALLED = 8;
const RECALL_TOKENS = 400;
const SUBJECTS = 6;
const CUBES_OF_SUBJECT = 20;
/** More than 30 turns need. */
const MAX_TOKENS = 100_000;

/** A made-up conversation whose turns recall memories of subjects that change. The same seed gives the same one. */
export function madeUpConversations(turns: number, seed: number): ComparedConversations {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const words = (count: number) => Array.from({ length: count }, () => `word${below(2_000)}`).join(" ");
  const memories = Array.from({ length: BLOCK_CUBES + SUBJECTS * CUBES_OF_SUBJECT }, (_, number) =>
    memoryOf(number, words(18)),
  );
  const block = compileBlock([{ id: "core", kind: "core", cubes: memories.slice(0, BLOCK_CUBES) }]);
  let conversation = startConversation(INSTRUCTIONS, block, WORDS);
  let history: ChatMessage[] = [];
  const naive: ChatMessage[][] = [];
  const stable: ChatMessage[][] = [];
  let subject = 0;
  for (let turn = 0; turn < turns; turn++) {
    if (below(4) === 0) subject = below(SUBJECTS);
    const first = BLOCK_CUBES + subject * CUBES_OF_SUBJECT;
    const numbers = new Set(Array.from({ length: RECALLED }, () => first + below(CUBES_OF_SUBJECT)));
    const recalled = [...numbers].map((number) => ({ cube: memories[number] as MemCube, score: 1 }));
    const question: ChatMessage = { role: "user", content: `${words(15)}?` };
    const answer: ChatMessage = { role: "assistant", content: `${words(60)}.` };

    const { text } = compileRecall(recalled, RECALL_TOKENS, WORDS);
    const head: ChatMessage = { role: "system", content: `${INSTRUCTIONS}\n\n${text}\n\n${block.text}` };
    naive.push([head, ...history, question]);
    history = [...history, question, answer];

    const wanted = { text: question.content, recalled, recallTokens: RECALL_TOKENS, maxTokens: MAX_TOKENS };
    const open = asked(conversation, wanted, WORDS);
    stable.push(messagesOf(open));
    conversation = withAnswer(open, answer, WORDS);
  }
  return { naive, stable };
}

function memoryOf(number: number, text: string): MemCube {
  return {
    id: `0191c5a0-7c1e-7c3a-9b1a-${number.toString(16).padStart(12, "0")}`,
    scope: { tenant: "bench" },
    type: "semantic",
    payload: { kind: "plaintext", text, format: "text" },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: { origin: "user", actor: "bench", sources: [] },
    time: { recordedAt: "2026-03-01T12:00:00.000Z" },
    governance: DEFAULT_GOVERNANCE,
    behaviour: NEW_BEHAVIOUR,
    state: "active",
    version: 1,
  };
}
