import { MemosError } from "../../../memcube/index.js";
import { Pace } from "../../pace.js";
import type { KvLayer, StateFile } from "../state.js";
import { numbersIn, readRow } from "./rows.js";

/** How near a layer is to the original. */
export interface LayerFidelity {
  /** Length of the difference against the length of the original; 0 where both are nothing. */
  readonly error: number;
  /** 1 where they point the same way. */
  readonly cosine: number;
}

export interface Fidelity {
  /** Of every layer, in the order of the state. */
  readonly keys: readonly LayerFidelity[];
  readonly values: readonly LayerFidelity[];
}

/**
 * Compares the keys and values of two states of one shape.
 *
 * @throws MemosError INVALID_INPUT for states of different shapes.
 */
export async function fidelity(original: StateFile, other: StateFile): Promise<Fidelity> {
  const pace = new Pace();
  const compare = async (kind: "keys" | "values") => {
    const [a, b] = [layersOf(original, kind), layersOf(other, kind)];
    if (a.length !== b.length) throw different();
    const all: LayerFidelity[] = [];
    for (const [i, layer] of a.entries()) all.push(await compareLayers(layer, b[i] as Rows, pace));
    return all;
  };
  return { keys: await compare("keys"), values: await compare("values") };
}

interface Rows {
  readonly cells: number;
  readonly layer: KvLayer;
}

function layersOf({ blocks }: StateFile, kind: "keys" | "values"): Rows[] {
  return blocks.flatMap(({ streams }) =>
    streams.flatMap((stream) =>
      stream === undefined ? [] : stream[kind].map((layer) => ({ cells: stream.positions.length, layer })),
    ),
  );
}

function different(): MemosError {
  return new MemosError("INVALID_INPUT", "The two KV states have different shapes.");
}

async function compareLayers(a: Rows, b: Rows, pace: Pace): Promise<LayerFidelity> {
  const count = numbersIn(a.layer.type, a.layer.rowBytes);
  if (a.cells !== b.cells || count !== numbersIn(b.layer.type, b.layer.rowBytes)) throw different();
  const [one, other] = [new Float32Array(count), new Float32Array(count)];
  let oneSquares = 0;
  let otherSquares = 0;
  let product = 0;
  let difference = 0;
  for (let cell = 0; cell < a.cells; cell++) {
    readRow(a.layer.type, a.layer.data, cell * a.layer.rowBytes, one);
    readRow(b.layer.type, b.layer.data, cell * b.layer.rowBytes, other);
    for (let i = 0; i < count; i++) {
      const x = one[i] as number;
      const y = other[i] as number;
      oneSquares += x * x;
      otherSquares += y * y;
      product += x * y;
      difference += (x - y) * (x - y);
    }
    if (pace.due(count)) await pace.turn();
  }
  const lengths = Math.sqrt(oneSquares * otherSquares);
  return {
    error: difference === 0 ? 0 : Math.sqrt(difference / oneSquares),
    cosine: lengths === 0 ? Number(difference === 0) : product / lengths,
  };
}
