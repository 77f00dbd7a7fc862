const SAMPLE_MS = 50;

/**
 * The most memory that this process has had resident, sampled. The kernel's own maximum is not used: it
 * starts from that of the process that started this one.
 */
export class PeakMemory {
  #peak = process.memoryUsage.rss();
  readonly #timer = setInterval(() => this.#look(), SAMPLE_MS).unref();

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }

  /** Megabytes so far. */
  get megabytes(): number {
    this.#look();
    return megabytes(this.#peak);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
