import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../memcube/index.js";
import { STATE_LIMITS } from "../../../memos/activation/limits.js";
import type { StateFile, StateStream } from "../../../memos/activation/state.js";
import {
  layoutOfState,
  PLAIN_LAYOUT,
  parseState,
  type StateLayout,
  writeState,
} from "../../../memos/activation/stateFile.js";
import { LLAMA_STATES } from "./llamaStates.js";
import { arbitraryMutation, mutated } from "./mutation.js";
import { stateInvalid } from "./refused.js";

const PLAIN = LLAMA_STATES["plain"]?.bytes ?? Buffer.of();
const TRANSPOSED = LLAMA_STATES["transposed"]?.bytes ?? Buffer.of();

/** Where the fields of `PLAIN` are: 3 tokens, 1 stream, 3 cells, 2 layers of F16 with rows of 64 bytes. */
const AT = {
  magic: 0,
  version: 4,
  tokens: 8,
  token: 12,
  streams: 24,
  cells: 28,
  position: 32,
  owners: 36,
  sequence: 40,
  secondPosition: 44,
  lastPosition: 56,
  transposed: 68,
  layers: 72,
  keyType: 76,
  keyRow: 80,
  keyRowHigh: 84,
  valueType: 76 + 2 * 204,
  valueRow: 80 + 2 * 204,
} as const;

function withWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Buffer.from(bytes);
  changed.writeInt32LE(value | 0, at);
  return changed;
}

const WRONG: readonly (readonly [string, keyof typeof AT, number, RegExp])[] = [
  ["another magic", "magic", 0x67677372, /not a state/],
  ["an older version", "version", 2, /version 2/],
  ["a newer version", "version", 4, /version 4/],
  ["no tokens", "tokens", 0, /./],
  ["one token fewer", "tokens", 2, /./],
  ["one token more", "tokens", 4, /./],
  ["more tokens than bytes", "tokens", 1_000, /truncated/],
  ["4,294,967,295 tokens", "tokens", -1, /4294967295 tokens/],
  ["a negative token, as llama-server packs lists", "token", -1, /vocabulary/],
  ["no streams", "streams", 0, /./],
  ["two streams", "streams", 2, /./],
  ["4,294,967,295 streams", "streams", -1, /streams/],
  ["no cells", "cells", 0, /./],
  ["one cell fewer", "cells", 2, /./],
  ["one cell more", "cells", 4, /./],
  ["4,294,967,295 cells", "cells", -1, /4294967295 cells/],
  ["1,000,000 cells", "cells", 1_000_000, /truncated/],
  ["a negative position", "position", -1, /position -1/],
  ["a cell of no sequence", "owners", 0, /sequence/],
  ["a cell of 4,294,967,295 sequences", "owners", -1, /sequence/],
  ["a cell of another sequence", "sequence", 1, /sequence/],
  ["the same position twice", "secondPosition", 0, /position 0 after position 0/],
  ["positions that go back", "secondPosition", 2, /position 2 after position 2/],
  ["a last position before the last token", "lastPosition", 3, /position 3/],
  ["a last position of 2^31-1", "lastPosition", 2 ** 31 - 1, /position 2147483647/],
  ["neither transposed nor not", "transposed", 2, /transposed/],
  ["transposed although it is not", "transposed", 1, /./],
  ["no layers", "layers", 0, /./],
  ["one layer fewer", "layers", 1, /./],
  ["one layer more", "layers", 3, /./],
  ["4,294,967,295 layers", "layers", -1, /4294967295 layers/],
  ["keys of a type that does not exist", "keyType", 99, /type 99/],
  ["keys of a type that no cache has", "keyType", 10, /type 10/],
  ["values of a negative type", "valueType", -1, /type -1/],
  ["rows of no bytes", "keyRow", 0, /./],
  ["rows of an odd length", "keyRow", 63, /./],
  ["longer rows", "keyRow", 66, /./],
  ["rows of 2^32 bytes and more", "keyRowHigh", 1, /rows of/],
  ["rows of 2^63 bytes", "valueRow", -1, /rows of/],
];

for (const [what, field, value, reason] of WRONG)
  test(`a state with ${what} is refused`, () => {
    assert.throws(() => parseState(withWord(PLAIN, AT[field], value)), stateInvalid(reason));
  });

for (const [name, { layout, bytes }] of Object.entries(LLAMA_STATES)) {
  test(`a state that is cut off anywhere is refused (${name})`, () => {
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => parseState(bytes.subarray(0, length), layout), stateInvalid());
  });

  test(`a state with something after its end is refused (${name})`, () => {
    for (const extra of [1, 4, 12, 1_024])
      assert.throws(() => parseState(Buffer.concat([bytes, Buffer.alloc(extra)]), layout), stateInvalid());
  });
}

test("transposed values with elements or columns of another size are refused", () => {
  const element = 76 + 2 * 204 + 4;
  for (const [at, value] of [
    [element, 4],
    [element, 0],
    [element, -1],
    [element + 4, 33],
    [element + 4, 0],
    [element + 4, -1],
  ] as const)
    assert.throws(() => parseState(withWord(TRANSPOSED, at, value)), stateInvalid());
  // Half as many columns of elements twice as long are as many bytes.
  const doubled = withWord(withWord(TRANSPOSED, element, 4), element + 4, 16);
  assert.throws(() => parseState(doubled), stateInvalid(/elements of 4 bytes/));
});

test("a state is refused where the model's layout says something else", () => {
  const layouts: StateLayout[] = [
    { ...PLAIN_LAYOUT, blocks: 2 },
    { ...PLAIN_LAYOUT, extras: true },
    { ...PLAIN_LAYOUT, values: false },
    { ...PLAIN_LAYOUT, recurrent: true },
  ];
  for (const layout of layouts) assert.throws(() => parseState(PLAIN, layout), stateInvalid());
  assert.throws(() => layoutOfState(PLAIN.subarray(0, 500)), stateInvalid(/truncated/));
});

test("a token outside the vocabulary is refused", () => {
  assert.throws(() => parseState(PLAIN, PLAIN_LAYOUT, { vocabulary: 400 }), stateInvalid(/vocabulary/));
  assert.equal(parseState(PLAIN, PLAIN_LAYOUT, { vocabulary: 401 }).tokens.length, 3);
});

test("a state in memory that contradicts itself is not written", () => {
  const state = parseState(PLAIN);
  const stream = state.blocks[0]?.streams[0] as StateStream;
  const [key] = stream.keys as [StateStream["keys"][number]];
  const withStream = (changed: Partial<StateStream>): StateFile => ({
    ...state,
    blocks: [{ streams: [{ ...stream, ...changed }] }],
  });
  const wrong: [StateFile, RegExp][] = [
    [{ ...state, tokens: new Int32Array(0) }, /no tokens/],
    [{ ...state, tokens: new Int32Array(STATE_LIMITS.tokens + 1) }, /1048577 tokens/],
    [{ ...state, blocks: [] }, /neither one cache nor two/],
    [{ ...state, blocks: [{ streams: [] }] }, /no cells/],
    [{ ...state, blocks: [{ streams: [stream, stream] }] }, /several sequences/],
    [{ ...state, blocks: [{ streams: [stream] }, { streams: [undefined, stream] }] }, /same streams/],
    [{ ...state, recurrent: new Uint8Array(3) }, /truncated/],
    [withStream({ positions: new Int32Array(0) }), /no cells/],
    [withStream({ extras: new Int32Array(3) }), /three numbers/],
    [withStream({ keys: [] }), /0 layers/],
    [
      withStream({ keys: Array.from({ length: STATE_LIMITS.layers + 1 }, () => key), values: [] }),
      /513 layers/,
    ],
    [withStream({ values: [key] }), /values of 1/],
    [withStream({ keys: [{ ...key, data: key.data.subarray(1) }, key] }), /not as long/],
    [withStream({ keys: [{ ...key, type: 8 }, key] }), /Q8_0/],
    [withStream({ transposed: true, values: [{ ...key, type: 8, rowBytes: 34 }, key] }), /transposed/],
    [withStream({ keys: [{ ...key, rowBytes: 2 * STATE_LIMITS.rowBytes }, key] }), /rows of/],
  ];
  for (const [broken, reason] of wrong) assert.throws(() => writeState(broken), stateInvalid(reason));
});

test("recurrent caches that are not of one sequence, or do not have their rows, are refused", () => {
  const { bytes, layout } = LLAMA_STATES["hybrid"] as (typeof LLAMA_STATES)[string];
  const state = parseState(bytes, layout);
  const tail = state.recurrent as Uint8Array;
  const at = bytes.length - tail.length;
  for (const [offset, value] of [
    [0, 2],
    [0, -1],
    [4, 3],
    [4, -1],
    [8, 1],
    [12, 1],
    [16, 0],
    [16, 1_000],
    [20, 99],
    [24, -1],
    [28, 1],
  ] as const)
    assert.throws(() => parseState(withWord(bytes, at + offset, value), layout), stateInvalid());
});

test("of 10,000 damaged states each is refused or comes back as it is, in little memory", () => {
  const samples = Object.values(LLAMA_STATES);
  const before = process.resourceUsage().maxRSS;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...samples), arbitraryMutation, ({ layout, bytes }, mutation) => {
      const damaged = mutated(bytes, mutation);
      try {
        assert.deepEqual(Buffer.concat(writeState(parseState(damaged, layout))), Buffer.from(damaged));
      } catch (error) {
        assert.ok(isMemosError(error, "STATE_INVALID"), String(error));
        refused++;
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(refused > 3_000, `only ${refused} were refused`);
  assert.ok(process.resourceUsage().maxRSS - before < 256 * 1024, "kilobytes");
});
