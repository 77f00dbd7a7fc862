import type { components } from "./generated/rest.js";
import { CLIENT_LIMITS } from "./options.js";

export type AddProgress = components["schemas"]["AddProgress"];

/** Takes lines of one request and tells its progress. */
type Sender = (lines: string) => AsyncIterable<AddProgress>;

/**
 * Sends memories in requests of many, and tells the progress of all of them together: a browser cannot read an answer
 * while it sends.
 */
export async function* ingest(
  inputs: AsyncIterable<unknown> | Iterable<unknown>,
  sendLines: Sender,
): AsyncGenerator<AddProgress> {
  const total = { added: 0, duplicates: 0, lines: 0, milliseconds: 0 };
  let last: AddProgress | undefined;
  for await (const lines of batches(inputs)) {
    if (last !== undefined) yield last;
    let step: AddProgress | undefined;
    for await (const progress of sendLines(lines.map((line) => `${line}\n`).join(""))) {
      if (step !== undefined) yield step;
      step = {
        ...progress,
        added: total.added + progress.added,
        duplicates: total.duplicates + progress.duplicates,
        skipped: progress.skipped.map(({ index, reason }) => ({ index: total.lines + index, reason })),
        milliseconds: total.milliseconds + progress.milliseconds,
        done: false,
      };
    }
    last = step ?? last;
    total.lines += lines.length;
    total.added = last?.added ?? 0;
    total.duplicates = last?.duplicates ?? 0;
    total.milliseconds = last?.milliseconds ?? 0;
  }
  const nothing = { added: 0, duplicates: 0, skipped: [], written: [], warnings: [], milliseconds: 0 };
  yield { ...nothing, ...last, done: true };
}

async function* batches(inputs: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for await (const input of inputs) {
    const line = JSON.stringify(input) ?? "null";
    const full = batch.length === CLIENT_LIMITS.ingestMemories;
    if (full || (batch.length > 0 && characters + line.length > CLIENT_LIMITS.ingestCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(line);
    characters += line.length;
  }
  if (batch.length > 0) yield batch;
}
