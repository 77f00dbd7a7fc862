import { StaticEmbedder } from "../../memos/inference/static.js";
import { ROUTED_CHARACTERS, SIGNAL_NAMES, signalsOf, slotsOf } from "./features.js";
import type { Message } from "./message.js";
import { ROUTED_TYPES, type RoutedType, type RouterModel, readRouterModel } from "./routerModel.js";

/** Which types of memory a message becomes; none for one that is only kept as it was said. */
export interface Route {
  readonly types: readonly RoutedType[];
  /** Of each type, the probability that the message is of it. */
  readonly scores: Readonly<Record<RoutedType, number>>;
}

/**
 * Tells without a language model what a message is: one logistic regression a type over what stands out in it
 * (`features.ts`), its words, and its vector of the bundled embedder. Learned from `models/router/examples.jsonl` by
 * `models/router/learn.mjs`. The same message, the same route.
 */
export class Router {
  static #shared: Promise<Router> | undefined;
  readonly #model: RouterModel;
  readonly #embedder: StaticEmbedder;

  private constructor(model: RouterModel, embedder: StaticEmbedder) {
    this.#model = model;
    this.#embedder = embedder;
  }

  /** @throws MemosError STORE_INVALID, EMBEDDER_FAILED for a file of the package that is missing or damaged. */
  static async load(path?: string | URL): Promise<Router> {
    return new Router(await readRouterModel(path), await StaticEmbedder.load());
  }

  /** The one of the package, read once by whoever comes first. */
  static shared(): Promise<Router> {
    Router.#shared ??= Router.load();
    return Router.#shared;
  }

  async route(messages: readonly Message[]): Promise<Route[]> {
    const vectors = await this.#embedder.embed(messages.map(({ text }) => text.slice(0, ROUTED_CHARACTERS)));
    return messages.map((message, index) => this.#route(message, vectors[index] ?? new Float32Array()));
  }

  #route(message: Message, vector: Float32Array): Route {
    const { rows, thresholds, vectorScale, slotScale } = this.#model;
    const signals = signalsOf(message);
    const slots = slotsOf(message.text);
    const slotShare = slotScale / Math.sqrt(Math.max(1, slots.size));
    const probability = (row: Float32Array): number => {
      const vectorAt = 1 + SIGNAL_NAMES.length;
      let score = row[0] as number;
      for (let at = 0; at < signals.length; at++) score += (row[1 + at] as number) * (signals[at] as number);
      for (let at = 0; at < vector.length; at++)
        score += (row[vectorAt + at] as number) * vectorScale * (vector[at] as number);
      for (const slot of slots) score += (row[vectorAt + vector.length + slot] as number) * slotShare;
      return 1 / (1 + Math.exp(-score));
    };
    const scores = Object.fromEntries(
      ROUTED_TYPES.map((type, index) => [type, probability(rows[index] as Float32Array)]),
    ) as Record<RoutedType, number>;
    return {
      types: ROUTED_TYPES.filter((type, index) => scores[type] >= (thresholds[index] as number)),
      scores,
    };
  }
}
