/**
 * Lets work of one kind run together and work of different kinds one after the other, in order of arrival: the
 * adapters of a context are those of everything that is evaluated in it.
 */
export class Turns {
  #key: string | undefined;
  #running = 0;
  readonly #waiting: { readonly key: string; readonly start: () => void }[] = [];

  /** The result of the work, which starts when nothing of another kind runs or waits before it. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || (this.#running > 0 && this.#key !== key))
      await new Promise<void>((start) => this.#waiting.push({ key, start }));
    else this.#begin(key);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#admit();
    }
  }

  #begin(key: string): void {
    this.#key = key;
    this.#running++;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#running > 0 && next.key !== this.#key) return;
      this.#waiting.shift();
      this.#begin(next.key);
      next.start();
    }
  }
}
