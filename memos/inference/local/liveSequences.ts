import { commonPrefix } from "./commonPrefix.js";

/** A sequence of a context: tokens whose keys and values are in memory. */
export interface Sequence {
  readonly contextTokens: readonly number[];
  clearHistory(): Promise<void>;
}

interface Place<S extends Sequence> {
  readonly sequence: S;
  /** The adapters under which its tokens were evaluated. */
  adapters: string;
  /** When it is given away: the lowest goes first. */
  priority: number;
  busy: boolean;
}

/** A sequence that belongs to one request until it is released. */
export interface Lease<S extends Sequence> {
  readonly sequence: S;
  /** How many tokens of the prompt it holds already. */
  readonly shared: number;
  /** Gives it back with what is in it now; `spoiled` when that is not to be relied on. */
  release(spoiled?: boolean): Promise<void>;
}

/**
 * The sequences of a context, each with the conversation that it held last. A prompt gets the one that has most of it
 * already, unless that would throw away more than it saves; else the one that is worth least by GreedyDual
 * (Young, "The k-server dual and loose competitiveness for paging", 1994): what it would cost to evaluate its tokens
 * again, on top of an age that grows with every eviction. Keys and values are never shared between adapters.
 */
export class LiveSequences<S extends Sequence> {
  readonly #places: Place<S>[];
  readonly #waiting: (() => void)[] = [];
  /** Idle places that are promised to those who waited. */
  #promised = 0;
  #age = 0;

  constructor(sequences: readonly S[]) {
    this.#places = sequences.map((sequence) => ({ sequence, adapters: "", priority: 0, busy: false }));
  }

  /** Waits in order of arrival while every sequence is in use. */
  async lease(adapters: string, prompt: ArrayLike<number>): Promise<Lease<S>> {
    if (this.#places.filter(({ busy }) => !busy).length <= this.#promised) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#promised--;
    }
    const { place, shared } = this.#choose(adapters, prompt);
    try {
      if (shared === 0) {
        this.#age = Math.max(this.#age, place.priority);
        await place.sequence.clearHistory();
      }
    } catch (error) {
      this.#giveBack(place);
      throw error;
    }
    place.adapters = adapters;
    return { sequence: place.sequence, shared, release: (spoiled) => this.#release(place, spoiled) };
  }

  #choose(adapters: string, prompt: ArrayLike<number>): { place: Place<S>; shared: number } {
    const idle = this.#places
      .filter(({ busy }) => !busy)
      .map((place) => {
        const tokens = place.sequence.contextTokens;
        const shared = place.adapters === adapters ? commonPrefix(tokens, prompt) : 0;
        return { place, shared, lost: tokens.length - shared };
      });
    const [first, ...others] = idle;
    if (first === undefined) throw new Error("A sequence was promised, and none is idle.");
    const fullest = others.reduce((best, each) => (each.shared > best.shared ? each : best), first);
    const cheapest = others.reduce(
      (best, each) => (each.place.priority < best.place.priority ? each : best),
      first,
    );
    const chosen = fullest.shared >= fullest.lost && fullest.shared > 0 ? fullest : cheapest;
    chosen.place.busy = true;
    return chosen;
  }

  async #release(place: Place<S>, spoiled = false): Promise<void> {
    try {
      if (spoiled) await place.sequence.clearHistory();
      place.priority = this.#age + place.sequence.contextTokens.length;
    } finally {
      this.#giveBack(place);
    }
  }

  #giveBack(place: Place<S>): void {
    place.busy = false;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#promised++;
    next();
  }
}
