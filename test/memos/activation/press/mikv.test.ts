import assert from "node:assert/strict";
import { test } from "node:test";
import { importance } from "../../../../memos/activation/press/index.js";
import { mikv } from "../../../../memos/activation/press/mikv.js";
import { refused } from "../../support.js";
import { pressContract, stored, thereAndBack } from "./pressContract.js";
import { layersOf, madeState, PLAIN, type StateForm } from "./states.js";

const optionsFor = ({ headSize }: StateForm) => ({ headSize, sinks: 2, recent: 3, share: 0.3 });
pressContract("mikv", mikv, optionsFor);
pressContract("mikv with 2 and 16 bits", mikv, (form) => ({ ...optionsFor(form), coarse: 2, precise: 16 }));

test("first, last and important tokens are kept as they are, all others with an error, and none is missing", async () => {
  const state = madeState(PLAIN);
  const options = { headSize: 64, precise: 16, coarse: 2, sinks: 4, recent: 10, share: 0.2 };
  const back = await thereAndBack(mikv, state, options);
  const exact = new Set<number>();
  const others = layersOf(back);
  for (let cell = 0; cell < 200; cell++) {
    const row = ({ layer }: ReturnType<typeof layersOf>[number]) =>
      Buffer.from(layer.data.subarray(cell * layer.rowBytes, (cell + 1) * layer.rowBytes));
    if (layersOf(state).every((layer, i) => row(layer).equals(row(others[i] ?? layer)))) exact.add(cell);
  }
  const scores = await importance(state, { method: "keydiff", headSize: 64 });
  const middle = Array.from({ length: 186 }, (_, i) => i + 4).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const expected = [
    ...[0, 1, 2, 3],
    ...Array.from({ length: 10 }, (_, i) => 190 + i),
    ...middle.slice(0, 40 - 14),
  ];
  assert.deepEqual(
    [...exact],
    expected.sort((a, b) => a - b),
  );
});

test("at its defaults it takes less than a third of half precision, parameters included", async () => {
  const state = madeState({ ...PLAIN, cells: 2_048, layers: 4 });
  const { payload, parameters } = await stored(mikv, state, { headSize: 64 });
  const full = 2_048 * (4 * 2 * 256 + 16);
  const taken = payload.length + JSON.stringify(parameters).length;
  assert.ok(taken < 0.33 * full, `${taken / full}`);
});

test("it needs the size of a head, and options in range", async () => {
  const state = madeState({ ...PLAIN, cells: 3 });
  for (const wrong of [
    {},
    { headSize: 63 },
    { headSize: 0 },
    { headSize: 64, coarse: 8 },
    { headSize: 64, precise: 4 },
    { headSize: 64, share: 1.1 },
    { headSize: 64, method: "attention" },
  ])
    await assert.rejects(mikv.encode(state, wrong), refused("INVALID_INPUT"));
});
