const LINE_INTERVAL_MS = 3_000;
const BAR_INTERVAL_MS = 100;
const BAR_CELLS = 24;

/**
 * Shows on standard error how far a long command is: a bar that redraws itself on a terminal, a line every
 * few seconds where the output is kept.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #shownAt = performance.now();
  #drawn = false;
  #line = "";

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** `total` is unknown for a stream. */
  update(label: string, done: number, total?: number): void {
    const now = performance.now();
    const interval = this.#stream.isTTY ? BAR_INTERVAL_MS : LINE_INTERVAL_MS;
    if (now - this.#shownAt < interval) return;
    this.#shownAt = now;
    const count = total === undefined ? `${done}` : `${done}/${total}`;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${label} ${total === undefined ? "" : `${bar(done, total)} `}${count}`);
      this.#drawn = true;
      return;
    }
    const line = `${label} ${count}\n`;
    // Where the output is kept, nothing new is no line.
    if (line !== this.#line) this.#stream.write(line);
    this.#line = line;
  }

  /** Removes the bar: what follows begins on a clean line. */
  clear(): void {
    if (this.#drawn) this.#stream.write("\r\u001b[K");
    this.#drawn = false;
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_CELLS : Math.min(BAR_CELLS, Math.floor((done / total) * BAR_CELLS));
  return `[${"#".repeat(filled)}${".".repeat(BAR_CELLS - filled)}]`;
}

/** Runs a long task with a progress display that is gone when the task ends, however it ends. */
export async function withProgress<T>(task: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress();
  try {
    return await task(progress);
  } finally {
    progress.clear();
  }
}
