import type { Source } from "../mab/sources.js";
import type { Flavour } from "../mab/templates.js";

/** A piece of a context, as it stands there and as an agent is told it in a dialogue. */
export interface Chunk {
  readonly text: string;
  readonly message: string;
}

/** A question, as the data has it and as a model is asked it. */
export interface Asked {
  readonly source: Source;
  readonly question: string;
  readonly prompt: string;
  /** Passages that an answer may be taken from. */
  readonly k: number;
}

/** An answer, and what it cost. */
export interface Answer {
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly llmCalls: number;
}

/** What an agent holds in one namespace: nothing that was written elsewhere is found here. */
export interface AgentMemory {
  /** Takes a chunk in; it is found when this resolves. */
  memorise(chunk: Chunk, signal?: AbortSignal): Promise<void>;
  /** Ends what goes on in the background after the last chunk: it is part of memorising, not of the answers. */
  settle?(signal?: AbortSignal): Promise<void>;
  /** At most `k` passages for a query, best first. */
  retrieve(query: string, k: number, signal?: AbortSignal): Promise<string[]>;
  /** The agent's own answer, where it has one; undefined leaves it to the reader. */
  answer?(asked: Asked, signal?: AbortSignal): Promise<Answer | undefined>;
  /** Gives back what the namespace holds. */
  close(): Promise<void>;
}

/**
 * A system under test. Every agent passes the contract suite in `test/eval/agents/agentContract.ts`.
 */
export interface Agent {
  readonly name: string;
  /** How its prompts are worded. */
  readonly flavour: Flavour;
  /** The mode in which its own answers count; in the others a reader answers from what it retrieves. */
  readonly answersIn?: "extractive" | "llm";
  /** Everything that shapes what it returns: a run is gone on with under the same settings only. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Opens a namespace that was never used before. */
  open(namespace: string): Promise<AgentMemory>;
  close(): Promise<void>;
}
