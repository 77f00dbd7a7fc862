import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  canonicalState,
  forStreams,
  layoutOfState,
  parseState,
  streamsPatch,
  writeState,
} from "../../../memos/activation/stateFile.js";
import { arbitraryLaidOut } from "./arbitraryState.js";
import { LLAMA_STATES } from "./llamaStates.js";
import { stateInvalid } from "./refused.js";

for (const [name, { layout, bytes }] of Object.entries(LLAMA_STATES)) {
  test(`what llama.cpp wrote comes out byte for byte the same (${name})`, () => {
    const state = parseState(bytes, layout);
    assert.deepEqual([...state.tokens], [1, 300, 400]);
    assert.deepEqual(Buffer.concat(writeState(state)), Buffer.from(bytes));
  });

  test(`the layout of what llama.cpp wrote is found (${name})`, () => {
    assert.deepEqual(layoutOfState(bytes), layout);
  });
}

test("a plain state says its cells, types and rows", () => {
  const { layout, bytes } = LLAMA_STATES["second of three sequences"] as (typeof LLAMA_STATES)[string];
  const [block] = parseState(bytes, layout).blocks;
  assert.deepEqual(
    block?.streams.map((stream) => stream && [...stream.positions]),
    [undefined, [0, 1, 2], undefined],
  );
  const stream = block?.streams[1];
  for (const layer of [...(stream?.keys ?? []), ...(stream?.values ?? [])])
    assert.deepEqual([layer.type, layer.rowBytes, layer.data.length], [1, 64, 192]);
  assert.deepEqual([stream?.keys.length, stream?.values.length, stream?.transposed], [2, 2, false]);
});

test("any state comes back from its file as it was, and its file from it", () => {
  fc.assert(
    fc.property(arbitraryLaidOut, ({ layout, state }) => {
      const bytes = Buffer.concat(writeState(state));
      const again = parseState(bytes, layout);
      assert.deepEqual(plain(again), plain(state));
      assert.deepEqual(Buffer.concat(writeState(again)), bytes);
    }),
    { numRuns: 500 },
  );
});

test("a file may begin anywhere in memory, and its layers are views of it", () => {
  const { layout, bytes } = LLAMA_STATES["plain"] as (typeof LLAMA_STATES)[string];
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  const state = parseState(shifted, layout);
  assert.deepEqual(Buffer.concat(writeState(state)), Buffer.from(bytes));
  assert.equal(state.blocks[0]?.streams[0]?.keys[0]?.data.buffer, shifted.buffer);
  assert.ok(
    writeState(state).some((piece) => piece.buffer === shifted.buffer),
    "the layers are not copied",
  );
});

test("the layout that is found explains any file", () => {
  fc.assert(
    fc.property(arbitraryLaidOut, ({ state }) => {
      const bytes = Buffer.concat(writeState(state));
      assert.deepEqual(Buffer.concat(writeState(parseState(bytes, layoutOfState(bytes)))), bytes);
    }),
    { numRuns: 200 },
  );
});

test("a state moves to any sequence of any context, and back into its canonical form", () => {
  const place = fc
    .integer({ min: 1, max: 256 })
    .chain((streams) => fc.record({ streams: fc.constant(streams), at: fc.nat({ max: streams - 1 }) }));
  fc.assert(
    fc.property(arbitraryLaidOut, place, ({ layout, state }, { streams, at }) => {
      const canonical = canonicalState(state);
      const moved = parseState(Buffer.concat(writeState(forStreams(state, streams, at))), layout);
      for (const block of moved.blocks) {
        assert.equal(block.streams.length, streams);
        assert.ok(block.streams.every((stream, place) => (stream !== undefined) === (place === at)));
      }
      assert.deepEqual(plain(canonicalState(moved)), plain(canonical));
    }),
    { numRuns: 100 },
  );
});

test("the file of a state, patched, is that of the state in the first sequence of any context", () => {
  fc.assert(
    fc.property(arbitraryLaidOut, fc.integer({ min: 1, max: 16 }), ({ state }, streams) => {
      const canonical = canonicalState(state);
      const file = Buffer.concat(writeState(canonical));
      const patch = streamsPatch(canonical, file.length, streams);
      assert.equal(patch === undefined, state.blocks.length > 1 || state.recurrent !== undefined);
      if (patch === undefined) return;
      const patched = Buffer.alloc(Math.max(file.length, ...patch.map(({ at, bytes }) => at + bytes.length)));
      file.copy(patched);
      for (const { at, bytes } of patch) patched.set(bytes, at);
      assert.deepEqual(patched, Buffer.concat(writeState(forStreams(canonical, streams, 0))));
    }),
    { numRuns: 200 },
  );
});

test("what llama.cpp wrote for its second of three sequences is, moved to one, what it wrote for one", () => {
  const [one, three] = ["plain", "second of three sequences"].map(
    (name) => LLAMA_STATES[name]?.bytes ?? Buffer.of(),
  );
  assert.deepEqual(
    Buffer.concat(writeState(canonicalState(parseState(three as Uint8Array)))),
    Buffer.from(one as Uint8Array),
  );
});

test("there is no place outside the streams of a context", () => {
  const state = parseState(LLAMA_STATES["plain"]?.bytes as Uint8Array);
  assert.throws(() => writeState(forStreams(state, 2, 2)), stateInvalid(/no cells/));
  assert.throws(() => writeState(forStreams(state, 257, 0)), stateInvalid(/257 streams/));
});

/** Views as the bytes that they show. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
