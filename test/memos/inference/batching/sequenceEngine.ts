import { MemosError } from "../../../../memcube/index.js";
import type {
  ChatMessage,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  GenerateEvent,
  GenerateRequest,
} from "../../../../memos/inference/engine.js";

/** What the engine does with a request before it answers. */
export type Course = (request: GenerateRequest) => Promise<void> | void;

/**
 * An engine of live sequences whose tokens are characters and whose answer is the last line of the prompt. A request
 * takes the free sequence that has most in common with it, as a local engine does.
 */
export class SequenceEngine implements Engine {
  readonly name = "sequences";
  readonly capabilities: EngineCapabilities;
  prefilled = 0;
  /** Requests under way, and the most there ever were. */
  running = 0;
  mostRunning = 0;
  readonly asked: string[] = [];
  readonly #course: Course;
  readonly #sequences: { tokens: Int32Array; busy: boolean; usedAt: number }[];

  constructor(sequences: number, options: { course?: Course; tokens?: boolean } = {}) {
    this.#course = options.course ?? (() => {});
    this.#sequences = Array.from({ length: sequences }, () => ({
      tokens: new Int32Array(0),
      busy: false,
      usedAt: 0,
    }));
    this.capabilities = {
      schema: "none",
      tools: false,
      embeddings: false,
      ranking: false,
      decisions: false,
      tokens: options.tokens ?? true,
      state: "none",
      adapters: "request",
      prefixes: { isolated: true, counted: "always", dropped: true, pinned: false },
    };
  }

  async model() {
    return { name: this.name, sha256: undefined, contextTokens: 1_000_000 };
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const started = performance.now();
    const text = textOf(request.messages);
    this.asked.push(text);
    const wanted = tokensOf(text);
    const sequence = this.#take(wanted);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      await this.#course(request);
      if (request.signal?.aborted === true) throw new MemosError("ABORTED", "The request was cancelled.");
      const reused = Math.min(commonLength(sequence.tokens, wanted), wanted.length - 1);
      sequence.tokens = wanted;
      this.prefilled += wanted.length - reused;
      const answer = text.split("\n").at(-1) ?? "";
      const tokens = {
        prompt: wanted.length,
        reused,
        restored: 0,
        prefilled: wanted.length - reused,
        generated: answer.length,
      };
      yield { kind: "prompt", tokens: { ...tokens, generated: 0 } };
      yield { kind: "text", text: answer };
      const totalMs = performance.now() - started;
      yield { kind: "end", reason: "stop", tokens, firstTokenMs: totalMs, totalMs, restoreMs: 0 };
    } finally {
      this.running--;
      sequence.busy = false;
    }
  }

  async tokenize(messages: readonly ChatMessage[]): Promise<Int32Array> {
    if (!this.capabilities.tokens) throw unsupported();
    const text = textOf(messages);
    if (text.includes("unreadable")) throw new MemosError("INVALID_INPUT", "The model cannot read this.");
    return tokensOf(text);
  }

  async embed(): Promise<Float32Array[]> {
    throw unsupported();
  }

  async rank(): Promise<number[]> {
    throw unsupported();
  }

  async decide(): Promise<Decision> {
    throw unsupported();
  }

  async fingerprint(): Promise<EngineFingerprint> {
    throw unsupported();
  }

  async compile(): Promise<never> {
    throw unsupported();
  }

  async drop(): Promise<void> {
    for (const sequence of this.#sequences) sequence.tokens = new Int32Array(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #take(wanted: Int32Array) {
    const free = this.#sequences.filter(({ busy }) => !busy);
    const [best] = free.sort(
      (a, b) => commonLength(b.tokens, wanted) - commonLength(a.tokens, wanted) || a.usedAt - b.usedAt,
    );
    if (best === undefined)
      throw new MemosError("MODEL_FAILED", "More is asked at once than there are sequences.");
    best.busy = true;
    best.usedAt = this.asked.length;
    return best;
  }
}

function unsupported(): MemosError {
  return new MemosError("UNSUPPORTED", "An engine of sequences only generates.");
}

function textOf(messages: readonly ChatMessage[]): string {
  return messages.map(({ content }) => content).join("\n");
}

function tokensOf(text: string): Int32Array {
  return Int32Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function commonLength(a: Int32Array, b: Int32Array): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}
