import type { LlamaContext, LlamaContextSequence, LlamaModel } from "node-llama-cpp";
import { MemosError } from "../../../memcube/index.js";
import type { AdapterUse } from "../engine.js";
import { adapterSwitch, type ContextAdapter } from "./internals.js";
import { LiveSequences } from "./liveSequences.js";
import { Turns } from "./turns.js";

/**
 * Tokens that are evaluated before the next look at the signal: a cancelled prefill ends within one such chunk
 * (0.08 to 0.5 s for models of 0.5 B parameters on two cores), and larger ones are hardly faster.
 */
export const PREFILL_CHUNK = 128;

export interface ContextSize {
  readonly contextTokens: number;
  readonly sequences: number;
  readonly threads: number;
}

/** What work in a context gets. */
export interface Use {
  readonly context: LlamaContext;
  readonly live: LiveSequences<LlamaContextSequence>;
  /** Stands for the adapters, their order and their scales. */
  readonly key: string;
}

/** Equal for equal adapters in the same order and with the same scales. */
export function adapterKey(adapters: readonly AdapterUse[]): string {
  return JSON.stringify(adapters.map(({ sha256, scale }) => [sha256, scale]));
}

const NO_ADAPTERS = adapterKey([]);

/** The context of a model, and which adapters are attached to it. Work under different adapters never overlaps. */
export class ModelContext {
  readonly #model: LlamaModel;
  readonly #size: ContextSize;
  readonly #turns = new Turns();
  #context: LlamaContext;
  #live: LiveSequences<LlamaContextSequence>;
  #change: ((adapters: readonly ContextAdapter[]) => Promise<void>) | undefined;
  #key = NO_ADAPTERS;
  #attaching: Promise<void> | undefined;

  private constructor(model: LlamaModel, size: ContextSize, context: LlamaContext) {
    this.#model = model;
    this.#size = size;
    this.#context = context;
    this.#live = sequencesOf(context);
  }

  /** @param findSwitch how adapters are changed; without a way, a context is made for each set. */
  static async create(
    model: LlamaModel,
    size: ContextSize,
    findSwitch: typeof adapterSwitch = adapterSwitch,
  ): Promise<ModelContext> {
    const context = await createContext(model, size, []);
    const made = new ModelContext(model, size, context);
    made.#change = await findSwitch(context);
    return made;
  }

  /** Tokens that a prompt and its answer can have together. */
  get contextTokens(): number {
    return this.#context.contextSize;
  }

  get sequences(): number {
    return this.#size.sequences;
  }

  /**
   * Runs work under these adapters. Keys and values of other sets stay where they are meanwhile.
   *
   * @throws MemosError MODEL_INVALID for an adapter that does not fit the model.
   */
  use<T>(adapters: readonly AdapterUse[], work: (use: Use) => Promise<T>): Promise<T> {
    const key = adapterKey(adapters);
    return this.#turns.run(key, async () => {
      if (key !== this.#key) {
        // What starts together in one turn wants the same: one of them does it.
        this.#attaching ??= this.#attach(key, adapters).finally(() => {
          this.#attaching = undefined;
        });
        await this.#attaching;
      }
      return work({ context: this.#context, live: this.#live, key });
    });
  }

  async #attach(key: string, adapters: readonly AdapterUse[]): Promise<void> {
    const files = adapters.map(({ path, scale }) => ({ filePath: path, scale }));
    try {
      if (this.#change !== undefined) await this.#change(files);
      else {
        const context = await createContext(this.#model, this.#size, files);
        const before = this.#context;
        this.#context = context;
        this.#live = sequencesOf(context);
        await before.dispose();
      }
      this.#key = key;
    } catch (cause) {
      throw new MemosError(
        "MODEL_INVALID",
        `The model does not take the adapter ${adapters.map(({ path }) => path).join(", ")}.`,
        { cause },
      );
    }
  }
}

function sequencesOf(context: LlamaContext): LiveSequences<LlamaContextSequence> {
  return new LiveSequences(Array.from({ length: context.totalSequences }, () => context.getSequence()));
}

async function createContext(
  model: LlamaModel,
  { contextTokens, sequences, threads }: ContextSize,
  adapters: readonly ContextAdapter[],
): Promise<LlamaContext> {
  try {
    return await model.createContext({
      contextSize: contextTokens,
      sequences,
      threads,
      batchSize: PREFILL_CHUNK * sequences,
      failedCreationRemedy: false,
      ...(adapters.length === 0 ? {} : { lora: { adapters: [...adapters] } }),
    });
  } catch (cause) {
    if (adapters.length > 0) throw cause;
    throw new MemosError(
      "MODEL_INVALID",
      `A context of ${sequences} × ${contextTokens} tokens does not fit into the memory that is free.`,
      { cause },
    );
  }
}
