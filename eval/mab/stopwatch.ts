/** Whose time a step of a run is; what is nobody else's is the harness's own. */
export type Share = "agent" | "reader";

/** Tells the time that agents and readers take from that of the harness. */
export class Stopwatch {
  readonly #started = performance.now();
  readonly #milliseconds: Record<Share, number> = { agent: 0, reader: 0 };

  /** Runs a step and says how long it took. */
  async time<T>(share: Share, step: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
    const started = performance.now();
    try {
      const value = await step();
      return { value, ms: performance.now() - started };
    } finally {
      this.#milliseconds[share] += performance.now() - started;
    }
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  /** The share of all time that neither an agent nor a reader has taken. */
  get overhead(): number {
    const { agent, reader } = this.#milliseconds;
    return Math.max(0, 1 - (agent + reader) / this.elapsed);
  }
}
