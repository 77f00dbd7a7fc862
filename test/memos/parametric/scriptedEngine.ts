import { MemosError } from "../../../memcube/index.js";
import type {
  AdapterUse,
  AnsweredTokens,
  ChatMessage,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  GenerateEvent,
  GenerateRequest,
} from "../../../memos/inference/engine.js";

export interface Script {
  /** The answer to a conversation under some adapters; throws to make the engine fail. */
  readonly answer?: (messages: readonly ChatMessage[], adapters: readonly AdapterUse[]) => string;
  /** How likely an answer is beside the others. */
  readonly likelihood?: (answer: string, adapters: readonly AdapterUse[]) => number;
}

const NO_TOKENS = { prompt: 1, reused: 0, restored: 0, prefilled: 1, generated: 1 };

/** An engine that says what it is told to say. Its tokens are characters. */
export class ScriptedEngine implements Engine {
  readonly name = "scripted";
  readonly capabilities: EngineCapabilities;
  readonly requests: GenerateRequest[] = [];
  readonly decisions: (readonly ChatMessage[])[] = [];
  readonly #script: Script;

  constructor(script: Script = {}, capabilities: Partial<EngineCapabilities> = {}) {
    this.#script = script;
    this.capabilities = {
      schema: "constrained",
      tools: false,
      embeddings: false,
      ranking: false,
      decisions: true,
      tokens: true,
      state: "none",
      adapters: "request",
      prefixes: { isolated: true, counted: "always", dropped: true, pinned: false },
      ...capabilities,
    };
  }

  async model() {
    return { name: this.name, sha256: undefined, contextTokens: 1_000_000 };
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    this.requests.push(request);
    if (request.signal?.aborted === true) throw new MemosError("ABORTED", "The request was cancelled.");
    const text = this.#script.answer?.(request.messages, request.adapters ?? []) ?? "";
    yield { kind: "prompt", tokens: NO_TOKENS };
    yield { kind: "text", text };
    yield { kind: "end", reason: "stop", tokens: NO_TOKENS, firstTokenMs: 0, totalMs: 0, restoreMs: 0 };
  }

  async decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    { adapters = [] }: { readonly adapters?: readonly AdapterUse[] } = {},
  ): Promise<Decision> {
    this.decisions.push(messages);
    const weights = choices.map((choice) => this.#script.likelihood?.(choice, adapters) ?? 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const best = weights.indexOf(Math.max(...weights));
    return { choice: choices[best] ?? "", probabilities: weights.map((weight) => weight / total) };
  }

  async tokenize(messages: readonly ChatMessage[]): Promise<Int32Array> {
    return charactersOf(messages.map(({ role, content }) => `${role}\n${content}\n`).join(""));
  }

  async tokenizeAnswered(conversations: readonly (readonly ChatMessage[])[]): Promise<AnsweredTokens[]> {
    return Promise.all(
      conversations.map(async (messages) => {
        const prompt = await this.tokenize(messages.slice(0, -1));
        const answer = charactersOf(`${messages.at(-1)?.content ?? ""}\u0000`);
        return { tokens: Int32Array.from([...prompt, ...answer]), answerFrom: prompt.length };
      }),
    );
  }

  async embed(): Promise<Float32Array[]> {
    throw unsupported();
  }

  async rank(): Promise<number[]> {
    throw unsupported();
  }

  async fingerprint(): Promise<EngineFingerprint> {
    throw unsupported();
  }

  async compile(): Promise<never> {
    throw unsupported();
  }

  async drop(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

function unsupported(): MemosError {
  return new MemosError("UNSUPPORTED", "A scripted engine only says its text.");
}

function charactersOf(text: string): Int32Array {
  return Int32Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
