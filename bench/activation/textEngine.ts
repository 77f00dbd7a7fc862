import { readFile } from "node:fs/promises";
import { MemosError, sha256 } from "../../memcube/index.js";
import { writeAtomically } from "../../memos/atomicFile.js";
import type {
  ChatMessage,
  Compiled,
  CompileRequest,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  GenerateEvent,
  GenerateRequest,
  StoredState,
} from "../../memos/inference/engine.js";

const FINGERPRINT: EngineFingerprint = {
  model: sha256("text engine"),
  engine: "text/1",
  stateVersion: 3,
  keyType: 1,
  valueType: 1,
  keyRows: [64],
  valueRows: [64],
  transposed: false,
  rotated: false,
  rope: sha256("rope"),
  template: sha256("template"),
  adapters: [],
};

/**
 * An engine whose tokens are characters and whose state is the text itself, so that whether a state belongs to a
 * prompt can be seen by reading both.
 */
export class TextEngine implements Engine {
  readonly name = "text";
  readonly capabilities: EngineCapabilities = {
    schema: "none",
    tools: false,
    embeddings: false,
    ranking: false,
    decisions: false,
    tokens: true,
    state: "files",
    adapters: "none",
    prefixes: { isolated: true, counted: "always", dropped: true, pinned: false },
  };
  /** Prompts that were given a state of something else than they begin with. */
  readonly stale: string[] = [];
  restored = 0;
  dropped = 0;
  lastPrompt = "";
  /** What the next answers say. */
  answer = "Yes.";

  async model() {
    return { name: this.name, sha256: FINGERPRINT.model, contextTokens: 1_000_000 };
  }

  async *generate({ messages, state }: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const prompt = rendered(messages);
    this.lastPrompt = prompt;
    const { held = "", miss } = await read(state);
    const restored = prompt.startsWith(held) ? held.length : 0;
    if (!prompt.startsWith(held)) this.stale.push(held);
    if (restored > 0) this.restored++;
    const tokens = {
      prompt: prompt.length,
      reused: 0,
      restored,
      prefilled: prompt.length - restored,
      generated: this.answer.length,
    };
    yield { kind: "prompt", tokens, ...(miss === undefined ? {} : { miss }) };
    yield { kind: "text", text: this.answer };
    yield { kind: "end", reason: "stop", tokens, firstTokenMs: 0, totalMs: 0, restoreMs: 0 };
  }

  async tokenize(messages: readonly ChatMessage[]): Promise<Int32Array> {
    return Int32Array.from(rendered(messages), (character) => character.codePointAt(0) ?? 0);
  }

  async fingerprint(): Promise<EngineFingerprint> {
    return FINGERPRINT;
  }

  async compile({ messages, path }: CompileRequest): Promise<Compiled> {
    // Up to the end of the text and not of the message: what follows in the message may go on.
    const text = rendered(messages).slice(0, -END.length);
    await writeAtomically(path, (file) => file.writeFile(text));
    return {
      sha256: sha256(text),
      bytes: Buffer.byteLength(text),
      tokens: text.length,
      prefix: sha256(text),
      fingerprint: FINGERPRINT,
      prefillMs: text.length,
      saveMs: 0,
    };
  }

  async drop(): Promise<void> {
    this.dropped++;
  }

  async embed(): Promise<Float32Array[]> {
    throw unsupported();
  }

  async rank(): Promise<number[]> {
    throw unsupported();
  }

  async decide(): Promise<never> {
    throw unsupported();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The text of a stored state, or why it cannot be used. */
async function read(state: StoredState | undefined): Promise<{ held?: string; miss?: string }> {
  if (state === undefined) return {};
  const held = await readFile(state.path, "utf8").catch(() => undefined);
  if (held === undefined) return { miss: "The state's file cannot be read." };
  if (sha256(held) !== state.sha256) return { miss: "The state's file is another one than was written." };
  return { held };
}

const END = "\u0003";

function rendered(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `\u0002${role}\n${content}${END}`).join("");
}

function unsupported(): MemosError {
  return new MemosError("UNSUPPORTED", "The text engine only answers.");
}
