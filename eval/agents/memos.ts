import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS, MemosError, type Scope } from "../../memcube/index.js";
import { type Embedder, MemOS } from "../../memos/index.js";
import { answerFromFacts } from "../facts/answer.js";
import type { Task } from "../mab/sources.js";
import type { Agent, AgentMemory, Answer, Asked, Chunk } from "./agent.js";
import { PASSAGE_CHARACTERS, passagesOf } from "./passages.js";

/**
 * MemOS in this process, in a store of its own that is deleted at the end. A namespace is an application of
 * the tenant. It is opened at the first namespace, so that a run which reads bad data makes no store.
 */
export function memosAgent(embedder: Embedder): Agent {
  const { name, hash } = embedder.fingerprint;
  const folder = new StoreFolder(embedder);
  return {
    name: "memos",
    flavour: "retrieval",
    answersIn: "extractive",
    settings: { embedder: name, embedderHash: hash, passageCharacters: PASSAGE_CHARACTERS },
    open: async (namespace) => new MemosMemory(await folder.store(), { tenant: "eval", app: namespace }),
    close: () => folder.close(),
  };
}

class StoreFolder {
  readonly #embedder: Embedder;
  #opened: Promise<{ readonly memos: MemOS; readonly path: string }> | undefined;

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  async store(): Promise<MemOS> {
    this.#opened ??= this.#open();
    return (await this.#opened).memos;
  }

  async #open() {
    const path = await mkdtemp(join(tmpdir(), "memos-eval-"));
    return { memos: await MemOS.open({ path, embedder: this.#embedder, trackUse: false }), path };
  }

  async close(): Promise<void> {
    const opened = await this.#opened;
    if (opened === undefined) return;
    await opened.memos.close();
    await rm(opened.path, { recursive: true, force: true });
  }
}

class MemosMemory implements AgentMemory {
  readonly #memos: MemOS;
  readonly #scope: Scope;

  constructor(memos: MemOS, scope: Scope) {
    this.#memos = memos;
    this.#scope = scope;
  }

  async memorise({ text }: Chunk, signal?: AbortSignal): Promise<void> {
    const memories = memoriesOf(text);
    const { skipped } = await this.#memos.add(memories, this.#scope, { signal });
    refuseSkipped(skipped);
  }

  settle(): Promise<void> {
    return this.#memos.settled();
  }

  async retrieve(query: string, k: number, signal?: AbortSignal): Promise<string[]> {
    const { hits } = await this.#memos.search(searchable(query), this.#scope, { k, signal });
    return hits.map(({ cube }) => textOf(cube.payload));
  }

  /** What memory answers by itself: facts that hold, and labels by example. The rest is left to the reader. */
  async answer({ source, question }: Asked, signal?: AbortSignal): Promise<Answer | undefined> {
    const text = await this.#native(source.task, searchable(question), signal);
    return text === undefined ? undefined : { text, inputTokens: 0, outputTokens: 0, llmCalls: 0 };
  }

  async #native(task: Task, question: string, signal?: AbortSignal): Promise<string | undefined> {
    if (task === "facts") return (await answerFromFacts(this.#memos, this.#scope, question, signal))?.text;
    if (task !== "labels") return undefined;
    const { label } = await this.#memos.nearest(question, this.#scope, { signal });
    return label ?? undefined;
  }

  /** The store is deleted as a whole. */
  async close(): Promise<void> {}
}

/** A text as servers take it: what is not well formed is the replacement character. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** One memory for each passage. */
export function memoriesOf(chunk: string) {
  return passagesOf(storable(chunk)).map((text) => ({
    text,
    type: "resource" as const,
    origin: "document" as const,
  }));
}

/** The end of a query that is longer than a query may be: what is asked stands at the end of what is told first. */
export function searchable(query: string): string {
  return storable(query.slice(-LIMITS.queryCharacters));
}

/** A score over part of the data would look like a score over all of it. */
export function refuseSkipped(skipped: readonly { readonly index: number; readonly reason: string }[]): void {
  const [first] = skipped;
  if (first !== undefined)
    throw new MemosError("INVALID_INPUT", `passage ${first.index} was not stored: ${first.reason}`);
}

/** What a passage says; memories of other kinds hold no words. */
export function textOf(payload: { readonly kind: string; readonly text?: string }): string {
  return payload.text ?? "";
}
