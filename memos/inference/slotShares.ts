import { throwIfAborted, unlessAborted } from "../aborted.js";

/** In which slot a request runs, and whether it may go on from what is there. */
export interface SlotShare {
  /** Undefined: the server chooses. */
  readonly slot: number | undefined;
  readonly reuse: boolean;
  /** Called when the request has ended, or will not be sent; more than once is fine. */
  release(): void;
}

interface Slot {
  readonly number: number;
  /** Of the requests that run there, and of what the last one left; undefined where that is not known. */
  salt: string | undefined;
  /** It was filled from a file, by somebody who wants the next request to go on from it. */
  restored: boolean;
  running: number;
  usedAt: number;
}

/**
 * Keeps salts apart at a server that knows none: llama-server goes on from whatever slot has the beginning of a
 * prompt. While all requests have one salt, the server chooses. From the second salt on, each runs in a slot whose
 * last request had its salt, or in another one from nothing; and no slot is given away while it is in use, because
 * requests may reach the server in another order than they were sent in. Where the server also keeps prompts beside
 * its slots, each begins with nothing.
 */
export class SlotShares {
  readonly #separable: boolean;
  readonly #slots = new Map<number, Slot>();
  readonly #running = new Set<Promise<void>>();
  #first: string | undefined;
  #many = false;
  #unplaced = 0;
  #uses = 0;

  /** @param separable a slot holds nothing but what was computed in it: the server keeps nothing beside its slots. */
  constructor(separable: boolean) {
    this.#separable = separable;
  }

  /**
   * @param wanted the slot that the caller has chosen.
   * @param count how many slots the server has; asked only when it matters.
   * @throws MemosError ABORTED, and what `count` throws.
   */
  async take(
    salt: string,
    wanted: number | undefined,
    count: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<SlotShare> {
    this.#first ??= salt;
    if (salt !== this.#first) this.#many = true;
    if (!this.#many) return wanted === undefined ? this.#share(undefined, true) : this.#placed(wanted, salt);
    const slots = this.#separable && wanted === undefined ? await count() : 0;
    for (;;) {
      throwIfAborted(signal);
      // Those without a place were sent when there was one salt, and may still be waiting for any slot at all.
      if (this.#unplaced === 0) {
        if (!this.#separable) return { slot: wanted, reuse: false, release: () => {} };
        const { number, running, salt: last } = this.#slot(wanted ?? this.#chosen(salt, slots));
        if (running === 0 || last === salt) return this.#placed(number, salt);
      }
      await unlessAborted(Promise.race(this.#running), signal, "The call to the model was cancelled.");
    }
  }

  restored(number: number): void {
    this.#slot(number).restored = true;
  }

  #placed(number: number, salt: string): SlotShare {
    const slot = this.#slot(number);
    const reuse = !this.#many || slot.salt === salt || slot.restored;
    Object.assign(slot, { salt, restored: false, running: slot.running + 1, usedAt: ++this.#uses });
    return this.#share(slot, reuse);
  }

  #share(slot: Slot | undefined, reuse: boolean): SlotShare {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.add(ended);
    if (slot === undefined) this.#unplaced++;
    const release = () => {
      if (!this.#running.delete(ended)) return;
      if (slot === undefined) this.#unplaced--;
      else slot.running--;
      end();
    };
    return { slot: slot?.number, reuse, release };
  }

  /** A free one of its own, the one used last; else a free one, not used for longest; else one in use, in this order. */
  #chosen(salt: string, count: number): number {
    const all = Array.from({ length: count }, (_, number) => this.#slot(number));
    const own = all.filter((slot) => slot.salt === salt).toSorted((a, b) => b.usedAt - a.usedAt);
    const oldest = all.toSorted((a, b) => a.usedAt - b.usedAt);
    const ordered = [...own, ...oldest];
    return (ordered.find(({ running }) => running === 0) ?? ordered[0])?.number ?? 0;
  }

  #slot(number: number): Slot {
    const known = this.#slots.get(number);
    if (known !== undefined) return known;
    const slot: Slot = { number, salt: undefined, restored: false, running: 0, usedAt: 0 };
    this.#slots.set(number, slot);
    return slot;
  }
}
