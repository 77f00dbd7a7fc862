import { isMemosError } from "../memcube/index.js";
import type { AddProgress, MemoryInput } from "../memos/index.js";
import { parseJson } from "./json.js";
import type { Line } from "./lines.js";

/** Stands for a line that cannot be read. No memory is empty, so the core skips it and the count stays true. */
const UNREADABLE: MemoryInput = "";

function read(line: Line): { value: unknown } | { fault: string } {
  if ("fault" in line) return line;
  if (line.text.trim() === "") return { fault: "The line is empty." };
  try {
    return { value: parseJson(line.text) };
  } catch (error) {
    if (isMemosError(error)) return { fault: error.message };
    throw error;
  }
}

/** A consumer that gives up must not wait for the sender's next line. */
function abandonable<T>(values: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => values.next(),
      return: async () => {
        void values.return();
        return { done: true, value: undefined };
      },
    }),
  };
}

/**
 * Feeds lines into `addMany` and tells its progress with line numbers from zero: what is not even JSON is
 * skipped with its own reason beside what the core skips.
 */
export async function* ingest(
  lines: AsyncIterable<Line>,
  addMany: (inputs: AsyncIterable<MemoryInput>) => AsyncIterable<AddProgress>,
): AsyncGenerator<AddProgress> {
  const faults = new Map<number, string>();

  async function* inputs(): AsyncGenerator<MemoryInput, void, undefined> {
    let index = 0;
    for await (const line of lines) {
      const item = read(line);
      if ("fault" in item) faults.set(index, item.fault);
      // The core validates each item: an unsuitable value is a skipped line, not a failed request.
      yield "fault" in item ? UNREADABLE : (item.value as MemoryInput);
      index += 1;
    }
  }

  const reasonFor = ({ index, reason }: { index: number; reason: string }) => {
    const fault = faults.get(index);
    faults.delete(index);
    return { index, reason: fault ?? reason };
  };
  for await (const progress of addMany(abandonable(inputs()))) {
    yield { ...progress, skipped: progress.skipped.map(reasonFor) };
  }
}
