import { MemosError } from "../../memcube/index.js";
import { fidelity, PRESSES, type Press } from "../../memos/activation/press/index.js";
import type { StateFile } from "../../memos/activation/state.js";
import { writeState } from "../../memos/activation/stateFile.js";
import { longestHold } from "./longestHold.js";

/** A press with its options. */
export interface CodecChoice {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface CodecFigures {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Bytes of payload and parameters against the state file. */
  readonly ratio: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Length of the difference against the length of the original, the mean of all layers. */
  readonly keyError: number;
  readonly valueError: number;
  /** The longest time for which encoding or decoding kept everything else waiting. */
  readonly longestHeldMs: number;
}

/** The best of so many runs is told, after one that is not counted: a busy machine only ever adds. */
const RUNS = 3;

/**
 * Encodes and decodes a state with each codec.
 *
 * @throws MemosError INVALID_INPUT for a codec that does not exist, and what the codec refuses.
 */
export async function codecReport(state: StateFile, codecs: readonly CodecChoice[]): Promise<CodecFigures[]> {
  const figures: CodecFigures[] = [];
  for (const { name, options = {} } of codecs) {
    const press = PRESSES.get(name);
    if (press === undefined)
      throw new MemosError("INVALID_INPUT", `There is no codec "${name}".`, { path: "codecs" });
    figures.push({ name, options, ...(await measured(press, state, options)) });
  }
  return figures;
}

async function measured(
  press: Press,
  state: StateFile,
  options: Readonly<Record<string, unknown>>,
): Promise<Omit<CodecFigures, "name" | "options">> {
  const { chunks, parameters } = await press.encode(state, options);
  const payload = Buffer.concat(chunks);
  const { keys, values } = await fidelity(state, await press.decode(payload, parameters));
  const encoding = await best(() => press.encode(state, options));
  const decoding = await best(() => press.decode(payload, parameters));
  const stateBytes = writeState(state).reduce((sum, { length }) => sum + length, 0);
  return {
    ratio: (payload.length + JSON.stringify(parameters).length) / stateBytes,
    encodeMs: encoding.milliseconds,
    decodeMs: decoding.milliseconds,
    keyError: mean(keys.map(({ error }) => error)),
    valueError: mean(values.map(({ error }) => error)),
    longestHeldMs: Math.max(encoding.heldMs, decoding.heldMs),
  };
}

async function best(work: () => Promise<unknown>): Promise<{ milliseconds: number; heldMs: number }> {
  let milliseconds = Number.POSITIVE_INFINITY;
  let heldMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await work();
    milliseconds = Math.min(milliseconds, performance.now() - started);
    // Apart from the timed run: looking at every turn takes time as well.
    heldMs = Math.min(heldMs, await longestHold(work));
  }
  return { milliseconds, heldMs };
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
