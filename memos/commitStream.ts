import { MemosError } from "../memcube/index.js";
import { throwIfAborted } from "./aborted.js";
import type { AddProgress, Warning } from "./operations.js";
import type { CommittedCube } from "./store/ledger.js";

/** Items of one commit, and their text together in UTF-16 units. */
const BATCH_ITEMS = 512;
const BATCH_CHARACTERS = 4 * 1024 * 1024;

/** Commits under way at once: one is written while the next is embedded. */
const BATCHES_IN_FLIGHT = 2;

/** Why an item of a batch was not written. */
export interface Skipped {
  readonly index: number;
  readonly reason: string;
}

export interface CommitSteps<Item, Prepared> {
  /** What may overlap with the commit of the batch before. */
  readonly prepare: (items: readonly Item[], warnings: Warning[]) => Promise<Prepared>;
  /** Called in the order of the batches, one at a time: a conversation is kept in the order it came in. */
  readonly write: (
    prepared: Prepared,
  ) => Promise<{ written: readonly CommittedCube[]; skipped: readonly Skipped[] }>;
}

/**
 * Commits a stream batch after batch and reports each. An item that `validate` refuses is skipped with its
 * position; every other error ends the stream, with what was committed before it in place.
 */
export async function* commitStream<Raw, Item, Prepared>(
  source: AsyncIterable<Raw> | Iterable<Raw>,
  validate: (raw: Raw) => Item,
  size: (item: Item) => number,
  { prepare, write }: CommitSteps<Item, Prepared>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AddProgress, void, undefined> {
  throwIfAborted(signal);
  const started = performance.now();
  const total = { added: 0, duplicates: 0 };
  const progress = (part: Partial<AddProgress>): AddProgress => ({
    added: total.added,
    duplicates: total.duplicates,
    written: [],
    skipped: [],
    warnings: [],
    milliseconds: performance.now() - started,
    done: false,
    ...part,
  });
  const inFlight: Promise<() => AddProgress>[] = [];
  let lastWrite: Promise<unknown> = Promise.resolve();
  const startCommit = (batch: Batch<Item>) => {
    const warnings: Warning[] = [];
    const before = lastWrite;
    const commit = async () => {
      if (batch.items.length === 0) return { written: [], skipped: [] };
      const prepared = await prepare(batch.items, warnings);
      await before;
      return write(prepared);
    };
    const work = commit();
    lastWrite = work.catch(() => undefined);
    const finished = work.then(({ written, skipped }) => () => {
      total.added += written.length;
      total.duplicates += written.filter((cube) => cube.duplicateOf !== undefined).length;
      const known = skipped.map(({ index, reason }) => ({ index: batch.indexes[index] ?? -1, reason }));
      return progress({ written: [...written], skipped: [...batch.skipped, ...known], warnings });
    });
    finished.catch(() => undefined);
    inFlight.push(finished);
  };
  const grouped = batches(source, validate, size, signal);
  try {
    for (let next = grouped.next(); ; ) {
      // What is committed is reported at once, also while the source pauses.
      const first = inFlight[0];
      const turn =
        first === undefined
          ? "batch"
          : await Promise.race([
              first.then(() => "done"),
              next.then(
                () => "batch",
                () => "batch",
              ),
            ]);
      if (turn === "done") {
        yield await oldest(inFlight);
        continue;
      }
      let batch: IteratorResult<Batch<Item>, void>;
      try {
        batch = await next;
      } catch (error) {
        while (inFlight.length > 0) yield await oldest(inFlight);
        throw error;
      }
      if (batch.done === true) break;
      throwIfAborted(signal);
      startCommit(batch.value);
      while (inFlight.length >= BATCHES_IN_FLIGHT) yield await oldest(inFlight);
      next = grouped.next();
    }
    while (inFlight.length > 0) yield await oldest(inFlight);
  } finally {
    // A source that hangs must not hold up the caller who has given up on it.
    grouped.return().catch(() => undefined);
  }
  yield progress({ done: true });
}

async function oldest(inFlight: Promise<() => AddProgress>[]): Promise<AddProgress> {
  const commit = await inFlight.shift();
  if (commit === undefined) throw new MemosError("INTERNAL", "No commit is under way.");
  return commit();
}

interface Batch<Item> {
  readonly items: Item[];
  /** Position of each item in the source. */
  readonly indexes: number[];
  readonly skipped: { index: number; reason: string }[];
}

/** Groups a source into commits: as large as allowed while items are at hand, at once when the source pauses. */
async function* batches<Raw, Item>(
  source: AsyncIterable<Raw> | Iterable<Raw>,
  validate: (raw: Raw) => Item,
  size: (item: Item) => number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch<Item>, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const advance = async () => iterator.next();
  let batch: Batch<Item> = { items: [], indexes: [], skipped: [] };
  let characters = 0;
  let index = 0;
  try {
    for (;;) {
      const next = advance();
      let result: IteratorResult<Raw> | "pause";
      try {
        result = await Promise.race([next, pause()]);
      } catch (error) {
        // What came before the source failed was given to us in good order.
        if (batch.items.length > 0 || batch.skipped.length > 0) yield batch;
        throw error;
      }
      if (result === "pause") {
        if (batch.items.length > 0 || batch.skipped.length > 0) yield batch;
        batch = { items: [], indexes: [], skipped: [] };
        characters = 0;
        result = await unlessAborted(next, signal);
      }
      if (result.done === true) break;
      try {
        const item = validate(result.value);
        batch.items.push(item);
        batch.indexes.push(index);
        characters += size(item);
      } catch (error) {
        if (!(error instanceof MemosError)) throw error;
        batch.skipped.push({ index, reason: error.message });
      }
      index++;
      if (
        batch.items.length >= BATCH_ITEMS ||
        characters >= BATCH_CHARACTERS ||
        batch.skipped.length >= BATCH_ITEMS
      ) {
        yield batch;
        batch = { items: [], indexes: [], skipped: [] };
        characters = 0;
      }
    }
    if (batch.items.length > 0 || batch.skipped.length > 0) yield batch;
  } finally {
    const returned = Promise.resolve(iterator.return?.());
    // A source that is being waited for may never come back.
    if (signal?.aborted === true) returned.catch(() => undefined);
    else await returned;
  }
}

/** Resolves once the event loop has turned. */
function pause(): Promise<"pause"> {
  return new Promise((resolve) => setImmediate(resolve, "pause"));
}

/** What a promise brings, unless the caller cancels before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  throwIfAborted(signal);
  let cancel = () => {};
  const aborted = new Promise<never>((_, reject) => {
    cancel = () =>
      reject(new MemosError("ABORTED", "The operation was cancelled.", { cause: signal.reason }));
    signal.addEventListener("abort", cancel, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
