import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { seededRandom } from "../../../../eval/metrics/index.js";
import { isMemosError } from "../../../../memcube/index.js";
import { PRESS_LIMITS, PRESSES } from "../../../../memos/activation/press/index.js";
import { type Part, unpackPart } from "../../../../memos/activation/press/lanes.js";
import type { Press } from "../../../../memos/activation/press/press.js";
import type { StateFile } from "../../../../memos/activation/state.js";
import { writeState } from "../../../../memos/activation/stateFile.js";
import { Pace } from "../../../../memos/pace.js";
import { refused } from "../../support.js";
import { stored } from "./pressContract.js";
import { exactPart, layersOf, madeState, PLAIN } from "./states.js";

const MUTATIONS = 10_000;

function pressNamed(name: string): Press {
  const press = PRESSES.get(name);
  assert.ok(press);
  return press;
}

/** A value of the parameters somewhere, replaced, removed or added. */
function changed(value: unknown, random: () => number): unknown {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  if (typeof value !== "object" || value === null || random() < 0.1) {
    const near = typeof value === "number" ? [value + 1, value - 1, value * 2, value * 2 ** 20] : [];
    return pick([...near, 0, -1, 1.5, 2 ** 31, 2 ** 53, null, true, "1", [], {}, [1, 2], Number.NaN]);
  }
  const copy = structuredClone(value) as Record<string, unknown>;
  const key = pick(Object.keys(copy));
  if (key === undefined) return [1];
  const kind = random();
  if (Array.isArray(copy) && kind < 0.2) copy.splice(Math.floor(random() * copy.length), 1);
  else if (Array.isArray(copy) && kind < 0.4) copy.push(copy[Number(key)]);
  else if (!Array.isArray(copy) && kind < 0.1) delete copy[key];
  else copy[key] = changed(copy[key], random);
  return copy;
}

function damagedBytes(payload: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * payload.length);
  const kind = random();
  if (kind < 0.15) return payload.slice(0, at);
  if (kind < 0.25) return Buffer.concat([payload, payload.subarray(at)]);
  const copy = payload.slice();
  for (let i = 0; i <= 8 * random(); i++)
    copy[Math.floor(random() * (kind < 0.6 ? Math.min(200, copy.length) : copy.length))] = 256 * random();
  return copy;
}

for (const [name, options] of [
  ["kivi", { bits: 4, recent: 2 }],
  ["kivi", { bits: 8, recent: 0 }],
  ["mikv", { headSize: 16, coarse: 2, sinks: 1, recent: 1 }],
  ["raw", {}],
] as const satisfies readonly (readonly [string, { recent?: number; [option: string]: unknown }])[])
  test(`${name} ${JSON.stringify(options)}: whatever is changed, it is refused or has exactly the declared shape`, async () => {
    const press = pressNamed(name);
    const random = seededRandom(5);
    const originals: Awaited<ReturnType<typeof stored>>[] = [];
    for (const form of [
      { ...PLAIN, cells: 20, layers: 1, headSize: 16 },
      { ...PLAIN, cells: 9, layers: 2, headSize: 16, extras: true, recurrent: true, window: true },
      { ...PLAIN, cells: 5, headSize: 16, values: "columns" as const, gaps: true },
    ])
      originals.push(await stored(press, madeState(form), options));
    // What is kept as it is may be changed into infinity; nothing else may.
    const finite = name !== "raw" && options.recent !== 2;
    let refusals = 0;
    for (let i = 0; i < MUTATIONS / 4; i++) {
      const original = originals[i % originals.length];
      assert.ok(original);
      const both = random();
      const payload = both < 0.6 ? damagedBytes(original.payload, random) : original.payload;
      const parameters = both > 0.4 ? changed(original.parameters, random) : original.parameters;
      let state: StateFile;
      try {
        state = await press.decode(payload, parameters);
      } catch (error) {
        assert.ok(isMemosError(error, "STATE_INVALID"), String(error));
        refusals++;
        continue;
      }
      writeState(state);
      for (const { stream, layer } of layersOf(state)) {
        assert.equal(layer.data.length, stream.positions.length * layer.rowBytes);
        if (finite) assert.ok(new Uint16Array(layer.data.buffer).every((half) => (half & 0x7c00) !== 0x7c00));
      }
      if (name !== "raw")
        assert.deepEqual(shapeBack(exactPart(state)), (parameters as { shape: unknown }).shape);
    }
    assert.ok(refusals > MUTATIONS / 16, `${refusals} refused`);
  });

/** The shape that parameters declare, from a decoded state. */
function shapeBack(part: unknown): unknown {
  const { tokens, recurrent, blocks } = part as {
    tokens: Int32Array;
    recurrent: Uint8Array | undefined;
    blocks: (
      | {
          positions: Int32Array;
          extras: Int32Array | undefined;
          transposed: boolean;
          keys: number[][];
          values: number[][];
        }
      | undefined
    )[][];
  };
  return {
    tokens: tokens.length,
    recurrent: recurrent?.length ?? null,
    blocks: blocks.map((streams) => ({
      streams: streams.map(
        (stream) =>
          stream && {
            cells: stream.positions.length,
            extras: stream.extras !== undefined,
            transposed: stream.transposed,
            keys: stream.keys.map(([, rowBytes]) => rowBytes),
            values: stream.values.map(([, rowBytes]) => rowBytes),
          },
      ),
    })),
  };
}

test("a state that says it is huge is refused before memory is taken for it", async () => {
  const press = pressNamed("kivi");
  const { payload, parameters } = await stored(press, madeState(PLAIN));
  const declare = (cells: number, layers: number, rowBytes: number) => {
    const rows = Array.from({ length: layers }, () => rowBytes);
    const stream = { cells, extras: false, transposed: false, keys: rows, values: rows };
    return {
      ...(parameters as object),
      shape: { tokens: cells, recurrent: null, blocks: [{ streams: [stream] }] },
      sections: [payload.length, ...Array.from({ length: 1 + 2 * layers }, () => 0)],
    };
  };
  const before = process.memoryUsage().arrayBuffers;
  for (const huge of [
    declare(2 ** 20, 1, 64),
    declare(2 ** 20, 512, 2 ** 24),
    declare(payload.length, 1, 64),
    { ...declare(20, 1, 64), shape: { ...declare(20, 1, 64).shape, recurrent: 2 ** 33 } },
  ])
    await assert.rejects(press.decode(payload, huge), refused("STATE_INVALID"));
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 2 ** 20);
});

/** The first section replaced: it holds tokens and positions. */
async function withFirstSection(make: (length: number) => Uint8Array): Promise<unknown> {
  const press = pressNamed("kivi");
  const cells = 100;
  const { payload, parameters } = await stored(press, madeState({ ...PLAIN, cells }));
  const { sections, ...rest } = parameters as { sections: number[] };
  const first = make(8 * cells + Math.ceil(cells / 8));
  const changed = Buffer.concat([first, payload.subarray(sections[0])]);
  return press.decode(changed, { ...rest, sections: [first.length, ...sections.slice(1)] });
}

test("a section that would grow without end is cut off where it must end", async () => {
  await assert.rejects(
    withFirstSection(() => deflateRawSync(new Uint8Array(2 ** 19))),
    (error) => {
      assert.ok(isMemosError(error, "STATE_INVALID"));
      assert.equal((error.cause as NodeJS.ErrnoException).code, "ERR_BUFFER_TOO_LARGE");
      return true;
    },
  );
});

test("a section that is shorter than it must be is refused, squeezed or not", async () => {
  for (const less of [1, 4, 400])
    await assert.rejects(
      withFirstSection((length) => deflateRawSync(new Uint8Array(length - less))),
      refused("STATE_INVALID"),
    );
  await assert.rejects(
    withFirstSection((length) => new Uint8Array(length + 1)),
    refused("STATE_INVALID"),
  );
});

test("positions that no state has are refused", async () => {
  // The last 64 of 100 cells are the precise ones, as in the original.
  const precise = [0, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
  const head = (position: (cell: number) => number) => (length: number) => {
    const positions = Int32Array.from({ length: 100 }, (_, cell) => position(cell));
    const bytes = Buffer.concat([
      new Uint8Array(400),
      new Uint8Array(positions.buffer),
      Buffer.from(precise),
    ]);
    assert.equal(bytes.length, length);
    return bytes;
  };
  await withFirstSection(head((cell) => cell));
  for (const wrong of [
    () => 0,
    (cell: number) => 99 - cell,
    (cell: number) => cell + 1,
    (cell: number) => -cell,
  ])
    await assert.rejects(withFirstSection(head(wrong)), refused("STATE_INVALID"));
});

test("a layer that is shorter than it must be is refused", async () => {
  const press = pressNamed("kivi");
  const { payload, parameters } = await stored(press, madeState(PLAIN));
  const { sections, ...rest } = parameters as { sections: number[] };
  const last = sections.at(-1) ?? 0;
  const layer = inflateRawSync(payload.subarray(-last));
  const short = deflateRawSync(layer.subarray(0, -1));
  const changed = Buffer.concat([payload.subarray(0, -last), short]);
  await assert.rejects(
    press.decode(changed, { ...rest, sections: [...sections.slice(0, -1), short.length] }),
    refused("STATE_INVALID"),
  );
});

test("a smallest number or a step that is no number is refused", async () => {
  const part: Part = { along: Int32Array.of(0, 1), across: Int32Array.of(0), group: 8, bits: 4 };
  const decode = (smallest: number, step: number) =>
    unpackPart(
      new Uint8Array([smallest & 255, smallest >> 8, step & 255, step >> 8, 0x10]),
      0,
      part,
      new Uint16Array(2),
      new Pace(),
    );
  await decode(0xfbff, 0x7bff);
  for (const wrong of [0x7c00, 0xfc00, 0x7e00, 0xffff])
    await assert.rejects(decode(wrong, 0x3c00), refused("STATE_INVALID"));
  for (const wrong of [0x7c00, 0x7fff, 0x8001, 0xbc00])
    await assert.rejects(decode(0x3c00, wrong), refused("STATE_INVALID"));
});

test("sections that are not all of the payload, or too many, or too few, are refused", async () => {
  const press = pressNamed("kivi");
  const { payload, parameters } = await stored(press, madeState(PLAIN));
  const { sections } = parameters as { sections: number[] };
  const decode = (bytes: Uint8Array, all: readonly number[]) =>
    press.decode(bytes, { ...(parameters as object), sections: all });
  await decode(payload, sections);
  for (const [bytes, all] of [
    [payload, [...sections, 0]],
    [payload.subarray(0, -(sections.at(-1) ?? 0)), sections.slice(0, -1)],
    [Buffer.concat([payload, Buffer.of(0)]), sections],
    [payload.subarray(0, -1), sections],
  ] as const)
    await assert.rejects(decode(bytes, all), refused("STATE_INVALID"));
});

test("each limit of a declared state is one that is refused beyond and not before", async () => {
  const press = pressNamed("kivi");
  const zero = madeState({ ...PLAIN, scale: 0, cells: 3_000 });
  const { payload, parameters } = await stored(press, zero, {
    bits: 2,
    recent: 0,
    keyGroup: 1_024,
    valueGroup: 1_024,
  });
  const full = 3_000 * (2 * 2 * 256 + 4) + 4 * 3_000;
  assert.ok(payload.length > full / PRESS_LIMITS.expansion, "even a state of zeros is within the limit");
  await press.decode(payload, parameters, { maxBytes: full });
  await assert.rejects(press.decode(payload, parameters, { maxBytes: full - 1 }), refused("STATE_INVALID"));
});
