import { MemosError } from "../../../memcube/index.js";
import { Pace } from "../../pace.js";
import type { KvLayer, StateFile, StateStream } from "../state.js";
import { notFinite, numbersIn, readRow } from "./rows.js";
import { soleStream } from "./soleStream.js";

/**
 * `keydiff`: a key is important that is unlike the others (KeyDiff, arXiv 2504.15364, section 3: the negative cosine
 * to the mean of the normalised keys of the head). `knorm`: one that is short (arXiv 2406.11430: the negative norm;
 * here divided by the mean norm of the head, so that heads count the same). Both look at keys alone, so that
 * no query has to be computed again, and neither is changed by the rotation of quantised caches.
 */
export type ImportanceMethod = "keydiff" | "knorm";

export interface ImportanceOptions {
  readonly method: ImportanceMethod;
  /** Channels of one head, which divide the row. */
  readonly headSize: number;
}

/**
 * How important each cell of a state is, in the order of its cells: the mean of all heads of all layers. Only the
 * order means something. A cell of llama.cpp is one token in every head and layer; the papers score each head.
 *
 * @throws MemosError UNSUPPORTED for a state that `soleStream` refuses, INVALID_INPUT for a size that no head has,
 * STATE_INVALID for keys that are not finite.
 */
export async function importance(state: StateFile, options: ImportanceOptions): Promise<Float32Array> {
  return streamImportance(soleStream(state), options);
}

/** The same for one stream. */
export async function streamImportance(
  { positions, keys }: StateStream,
  { method, headSize }: ImportanceOptions,
): Promise<Float32Array> {
  const pace = new Pace();
  const scores = new Float32Array(positions.length);
  let heads = 0;
  for (const layer of keys) {
    const channels = numbersIn(layer.type, layer.rowBytes);
    if (!Number.isInteger(headSize) || headSize < 1 || channels % headSize !== 0)
      throw new MemosError("INVALID_INPUT", "The size of a head divides the row.", { path: "headSize" });
    await addScores(layer, channels, headSize, method, scores, pace);
    heads += channels / headSize;
  }
  for (let cell = 0; cell < scores.length; cell++) scores[cell] = (scores[cell] as number) / heads;
  return scores;
}

/** Adds what each head of a layer says. The keys are read twice: for what they have in common, and against it. */
async function addScores(
  { type, rowBytes, data }: KvLayer,
  channels: number,
  headSize: number,
  method: ImportanceMethod,
  scores: Float32Array,
  pace: Pace,
): Promise<void> {
  const cells = scores.length;
  const heads = channels / headSize;
  const row = new Float32Array(channels);
  const norms = new Float32Array(cells * heads);
  const anchor = new Float64Array(channels);
  const meanNorms = new Float64Array(heads);
  for (let cell = 0; cell < cells; cell++) {
    readRow(type, data, cell * rowBytes, row);
    for (let head = 0; head < heads; head++) {
      const from = head * headSize;
      const norm = normOf(row, from, headSize);
      norms[cell * heads + head] = norm;
      meanNorms[head] = (meanNorms[head] as number) + norm / cells;
      if (norm > 0 && method === "keydiff")
        for (let i = from; i < from + headSize; i++)
          anchor[i] = (anchor[i] as number) + (row[i] as number) / norm;
    }
    if (pace.due(channels)) await pace.turn();
  }
  if (!meanNorms.every(Number.isFinite)) throw notFinite();
  if (method === "knorm") {
    for (let cell = 0; cell < cells; cell++)
      for (let head = 0; head < heads; head++) {
        const mean = meanNorms[head] as number;
        if (mean > 0) scores[cell] = (scores[cell] as number) - (norms[cell * heads + head] as number) / mean;
      }
    return;
  }
  const anchorNorms = Float64Array.from({ length: heads }, (_, head) =>
    normOf(anchor, head * headSize, headSize),
  );
  for (let cell = 0; cell < cells; cell++) {
    readRow(type, data, cell * rowBytes, row);
    let sum = 0;
    for (let head = 0; head < heads; head++) {
      const norm = (norms[cell * heads + head] as number) * (anchorNorms[head] as number);
      if (norm > 0) sum += dot(row, anchor, head * headSize, headSize) / norm;
    }
    scores[cell] = (scores[cell] as number) - sum;
    if (pace.due(channels)) await pace.turn();
  }
}

function normOf(numbers: Float32Array | Float64Array, from: number, count: number): number {
  return Math.sqrt(dot(numbers, numbers, from, count));
}

function dot(
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
  from: number,
  count: number,
): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
