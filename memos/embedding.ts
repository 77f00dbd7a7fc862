import { isMemosError, MemosError } from "../memcube/index.js";
import { throwIfAborted } from "./aborted.js";
import type { Embedder, EmbedOptions } from "./inference/embedder.js";
import { unitVectorOrZero } from "./inference/unitVector.js";
import type { Warning } from "./operations.js";
import { asBytes } from "./store/index/row.js";
import type { Store } from "./store/store.js";
import { unembeddedTenants } from "./unembedded.js";

/** Texts sent to the embedder at once when catching up. */
const CATCH_UP_BATCH = 256;

/** How long after a failure the texts without vectors are tried again. */
const RETRY_MS = 30_000;

/**
 * Gives texts their vectors. An embedder that fails costs no memory: the text is stored and found by its
 * words, the receipt says so, and its vector is made later.
 */
export class Embedding {
  readonly #store: Store;
  readonly #embedder: Embedder;
  readonly #onError: (error: unknown) => void;
  #catchingUp: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #closed = new AbortController();

  constructor(store: Store, embedder: Embedder, onError: (error: unknown) => void) {
    this.#store = store;
    this.#embedder = embedder;
    this.#onError = onError;
  }

  get enabled(): boolean {
    return this.#embedder.fingerprint.dimension > 0;
  }

  get weight(): number {
    return this.#embedder.fusionWeight;
  }

  /** Vectors of new texts, or none of them and a warning. Only an abort of the caller's is thrown. */
  async passages(
    texts: readonly string[],
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<(Uint8Array | null)[]> {
    if (!this.enabled || texts.length === 0) return texts.map(() => null);
    try {
      const vectors = await this.#vectors(texts, "passage", signal);
      return vectors.map(asBytes);
    } catch (error) {
      throwIfAborted(signal);
      warnings.push(this.#warning(error, "The text was stored without a vector, which is made later."));
      this.#retryLater();
      return texts.map(() => null);
    }
  }

  async query(
    text: string,
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<Float32Array | null> {
    if (!this.enabled) return null;
    try {
      const [vector] = await this.#vectors([text], "query", signal);
      return vector ?? null;
    } catch (error) {
      throwIfAborted(signal);
      warnings.push(this.#warning(error, "The search used the text alone."));
      return null;
    }
  }

  /**
   * Vectors of texts that are compared with each other; none, and a warning, where the embedder has none or fails. Only
   * an abort of the caller's is thrown.
   */
  async alike(
    texts: readonly string[],
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<Float32Array[] | null> {
    if (!this.enabled) return null;
    try {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += CATCH_UP_BATCH)
        vectors.push(...(await this.#vectors(texts.slice(start, start + CATCH_UP_BATCH), "passage", signal)));
      return vectors;
    } catch (error) {
      throwIfAborted(signal);
      warnings.push(this.#warning(error, "The texts were compared by their words alone."));
      return null;
    }
  }

  /**
   * What the embedder answers, checked: one vector of another shape would spoil the table it goes to.
   *
   * @throws MemosError EMBEDDER_FAILED, EMBEDDING_INVALID or ABORTED.
   */
  async #vectors(
    texts: readonly string[],
    purpose: "query" | "passage",
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    const options: EmbedOptions = signal === undefined ? { purpose } : { purpose, signal };
    const { dimension } = this.#embedder.fingerprint;
    try {
      const vectors = await this.#embedder.embed(texts, options);
      if (vectors.length !== texts.length)
        throw new MemosError(
          "EMBEDDING_INVALID",
          "The embedder returned another number of vectors than texts.",
        );
      return vectors.map((vector) => unitVectorOrZero(vector, dimension));
    } catch (error) {
      if (isMemosError(error)) throw error;
      throw new MemosError("EMBEDDER_FAILED", "The embedder failed.", { cause: error });
    }
  }

  #warning(error: unknown, consequence: string): Warning {
    if (!isMemosError(error) || error.code === "ABORTED") throw error;
    return { code: error.code, message: `${error.message} ${consequence}` };
  }

  #retryLater(): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.catchUp(), RETRY_MS).unref();
  }

  /** Embeds in the background what has no vector of this embedder: after a failure, or after a change of embedder. */
  catchUp(): void {
    if (!this.enabled) return;
    this.#catchingUp = this.#catchingUp
      .then(() => this.#run())
      .catch((error) => {
        if (this.#closed.signal.aborted) return;
        this.#onError(error);
        this.#retryLater();
      });
  }

  async #run(): Promise<void> {
    const { ledger, flusher, embedder } = this.#store;
    const stale = (await ledger.partitions()).filter(
      (row) => row.state === "live" && row.embedder !== embedder,
    );
    for (const { tenant, rows } of stale) {
      await flusher.rebuild(tenant, this.make, { total: rows, signal: this.#closed.signal });
      this.#store.index.forget(tenant);
    }
    for (const tenant of await unembeddedTenants(ledger, embedder, this.#closed.signal)) {
      for (let after = 0; ; ) {
        if (this.#closed.signal.aborted) return;
        const missing = await ledger.withoutVector(tenant, embedder, after, CATCH_UP_BATCH);
        if (missing.length === 0) break;
        const vectors = [...(await this.make(missing))].map(([key, vector]) => ({
          key,
          vector: asBytes(vector),
        }));
        await ledger.saveVectors(tenant, embedder, vectors, true);
        flusher.added(tenant, vectors.length);
        after = missing.at(-1)?.key ?? after;
      }
    }
  }

  /** Vectors by key; throws what the embedder throws. */
  readonly make = async (
    cubes: readonly { key: number; text: string }[],
  ): Promise<ReadonlyMap<number, Float32Array>> => {
    const made = new Map<number, Float32Array>();
    for (let start = 0; start < cubes.length; start += CATCH_UP_BATCH) {
      const batch = cubes.slice(start, start + CATCH_UP_BATCH);
      const vectors = await this.#vectors(
        batch.map((cube) => cube.text),
        "passage",
        this.#closed.signal,
      );
      for (const [index, cube] of batch.entries()) {
        const vector = vectors[index];
        if (vector !== undefined) made.set(cube.key, vector);
      }
    }
    return made;
  };

  async settled(): Promise<void> {
    await this.#catchingUp;
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#closed.abort();
    await this.#catchingUp;
  }
}
