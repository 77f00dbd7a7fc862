// Learns the model that routes messages: `node models/router/learn.mjs`, after `npm run build`. The same examples give
// the same file. It prints what it finds by cross-validation and writes `router.bin`.
import { readFileSync, writeFileSync } from "node:fs";
import { SIGNAL_NAMES, signalsOf, slotsOf, WORD_SLOTS } from "../../dist/agents/routing/features.js";
import { ROUTED_TYPES, rowLength } from "../../dist/agents/routing/routerModel.js";
import { StaticEmbedder } from "../../dist/memos/inference/static.js";

const VECTOR_SCALE = 0.7;
const SLOT_SCALE = 0.7;
const WEIGHT_DECAY = 1e-4;
const RATE = 0.1;
const ROUNDS = 60;
const DIMENSION = 256;
const AT = new Date("2025-03-01T00:00:00Z");

const examples = readFileSync(new URL("examples.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const embedder = await StaticEmbedder.load();
const vectors = await embedder.embed(examples.map(({ text }) => text.slice(0, 8_000)));
const rows = examples.map(({ id, role, text, labels }, index) => {
  const slots = slotsOf(text);
  return {
    source: id[0],
    dense: [
      1,
      ...signalsOf({ text, origin: role, actor: "user", at: AT }),
      ...Array.from(vectors[index], (x) => x * VECTOR_SCALE),
    ],
    slots: [...slots],
    share: SLOT_SCALE / Math.sqrt(Math.max(1, slots.size)),
    wanted: ROUTED_TYPES.map((type) => Number(labels.includes(type))),
  };
});

/** Logistic regression by AdaGrad (Duchi et al. 2011), one for each type. */
function learned(data) {
  const length = 1 + SIGNAL_NAMES.length + DIMENSION + WORD_SLOTS;
  const models = ROUTED_TYPES.map(() => ({
    weights: new Float64Array(length),
    squares: new Float64Array(length).fill(1e-8),
  }));
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const order = data.map((_, index) => index);
  for (let round = 0; round < ROUNDS; round++) {
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (const index of order)
      for (const [type, model] of models.entries()) {
        const row = data[index];
        const error = probability(model.weights, row) - row.wanted[type];
        for (let at = 0; at < row.dense.length; at++) step(model, at, error * row.dense[at], at > 0);
        for (const slot of row.slots) step(model, row.dense.length + slot, error * row.share, true);
      }
  }
  return models.map(({ weights }) => weights);
}

function step({ weights, squares }, at, gradient, decays) {
  const whole = gradient + (decays ? WEIGHT_DECAY * weights[at] : 0);
  squares[at] += whole * whole;
  weights[at] -= (RATE * whole) / Math.sqrt(squares[at]);
}

function probability(weights, { dense, slots, share }) {
  let score = 0;
  for (let at = 0; at < dense.length; at++) score += weights[at] * dense[at];
  for (const slot of slots) score += weights[dense.length + slot] * share;
  return 1 / (1 + Math.exp(-score));
}

function f1(type, threshold, judged) {
  let both = 0;
  let either = 0;
  for (const { wanted, scores } of judged) {
    const said = Number(scores[type] >= threshold);
    both += said * wanted[type];
    either += said + wanted[type];
  }
  return (2 * both) / Math.max(1, either);
}

// Each source was written by itself: what is learned from the others is tried on it.
const sources = [...new Set(rows.map(({ source }) => source))];
const judged = sources.flatMap((source) => {
  const weights = learned(rows.filter((row) => row.source !== source));
  return rows
    .filter((row) => row.source === source)
    .map((row) => ({ wanted: row.wanted, scores: weights.map((one) => probability(one, row)) }));
});
const thresholds = ROUTED_TYPES.map((_, type) => {
  const tried = Array.from({ length: 26 }, (_, index) => 0.05 + index * 0.025);
  return tried.reduce((best, one) => (f1(type, one, judged) > f1(type, best, judged) ? one : best));
});
const found = ROUTED_TYPES.map((type, index) => [type, f1(index, thresholds[index], judged)]);
console.log(Object.fromEntries(found.map(([type, value]) => [type, Number(value.toFixed(3))])));
console.log(
  "macro F1, cross-validated:",
  (found.reduce((sum, [, value]) => sum + value, 0) / found.length).toFixed(3),
);

const header = {
  format: "memos-router/1",
  types: ROUTED_TYPES,
  signals: SIGNAL_NAMES,
  dimension: DIMENSION,
  slots: WORD_SLOTS,
  vectorScale: VECTOR_SCALE,
  slotScale: SLOT_SCALE,
  thresholds: thresholds.map((one) => Number(one.toFixed(3))),
};
const length = rowLength(header);
const floats = Buffer.alloc(4 * length * ROUTED_TYPES.length);
for (const [type, weights] of learned(rows).entries())
  for (let at = 0; at < length; at++) floats.writeFloatLE(weights[at], 4 * (type * length + at));
writeFileSync(
  new URL("router.bin", import.meta.url),
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), floats]),
);
