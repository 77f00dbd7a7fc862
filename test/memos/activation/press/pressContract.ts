import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Press } from "../../../../memos/activation/press/press.js";
import type { StateFile } from "../../../../memos/activation/state.js";
import { refused } from "../../support.js";
import { anyForm, bitsOf, exactPart, madeState, PLAIN, type StateForm } from "./states.js";

/** What is on a disk: one payload, and parameters as JSON. */
export async function stored(
  press: Press,
  state: StateFile,
  options?: unknown,
): Promise<{ payload: Uint8Array; parameters: unknown }> {
  const { name, parameters, chunks } = await press.encode(state, options);
  assert.equal(name, press.name);
  return { payload: Buffer.concat(chunks), parameters: JSON.parse(JSON.stringify(parameters)) };
}

export async function thereAndBack(press: Press, state: StateFile, options?: unknown): Promise<StateFile> {
  const { payload, parameters } = await stored(press, state, options);
  return press.decode(payload, parameters);
}

/**
 * What every press promises. A new one is done when this passes.
 *
 * @param optionsFor the options for a state of this form.
 */
export function pressContract(name: string, press: Press, optionsFor: (form: StateForm) => unknown): void {
  describe(`${name} keeps the contract of presses`, () => {
    test("tokens, positions and shape come back exactly, from any state", async () => {
      await fc.assert(
        fc.asyncProperty(anyForm, async (form) => {
          const state = madeState(form);
          const back = await thereAndBack(press, state, optionsFor(form));
          assert.deepEqual(exactPart(back), exactPart(state));
          if (press.lossless) assert.deepEqual(bitsOf(back), bitsOf(state));
        }),
        { numRuns: 60 },
      );
    });

    test("the same state gives the same bytes, and is not changed", async () => {
      const state = madeState(PLAIN);
      const before = bitsOf(state);
      const first = await stored(press, state, optionsFor(PLAIN));
      assert.deepEqual(await stored(press, state, optionsFor(PLAIN)), first);
      assert.deepEqual(bitsOf(state), before);
    });

    test("bytes that begin at an odd place are read and written as well", async () => {
      const state = madeState(PLAIN);
      const shifted = {
        ...state,
        blocks: state.blocks.map((block) => ({ streams: block.streams.map(odd) })),
      };
      const { payload, parameters } = await stored(press, shifted, optionsFor(PLAIN));
      assert.deepEqual({ payload, parameters }, await stored(press, state, optionsFor(PLAIN)));
      const moved = new Uint8Array(payload.length + 1).subarray(1);
      moved.set(payload);
      const [one, other] = [await press.decode(moved, parameters), await press.decode(payload, parameters)];
      assert.deepEqual(bitsOf(one), bitsOf(other));
    });

    test("several at the same time do not disturb each other", async () => {
      const forms = [1, 2, 3, 4].map((seed) => ({ ...PLAIN, seed, cells: 50 * seed }));
      const alone = [];
      for (const form of forms) alone.push(await thereAndBack(press, madeState(form), optionsFor(form)));
      const together = await Promise.all(
        forms.map((form) => thereAndBack(press, madeState(form), optionsFor(form))),
      );
      assert.deepEqual(together.map(bitsOf), alone.map(bitsOf));
    });

    test("a state larger than the caller allows is refused", async () => {
      const { payload, parameters } = await stored(press, madeState(PLAIN), optionsFor(PLAIN));
      await assert.rejects(
        press.decode(payload, parameters, { maxBytes: 100_000 }),
        refused("STATE_INVALID"),
      );
      await press.decode(payload, parameters, { maxBytes: 1_000_000 });
    });

    test("an unknown option is refused, and a state that contradicts itself", async () => {
      await assert.rejects(
        press.encode(madeState(PLAIN), { ...(optionsFor(PLAIN) as object), bytes: 1 }),
        refused("INVALID_INPUT"),
      );
      const state = madeState({ ...PLAIN, cells: 10 });
      await assert.rejects(
        press.encode({ ...state, tokens: new Int32Array(5) }, optionsFor(PLAIN)),
        refused("STATE_INVALID"),
      );
      await assert.rejects(
        press.encode({ ...state, blocks: [{ streams: [] }] }, optionsFor(PLAIN)),
        refused("STATE_INVALID"),
      );
    });
  });
}

function odd(stream: StateFile["blocks"][number]["streams"][number]) {
  const moved = (data: Uint8Array) => {
    const copy = new Uint8Array(data.length + 1).subarray(1);
    copy.set(data);
    return copy;
  };
  return (
    stream && {
      ...stream,
      keys: stream.keys.map((layer) => ({ ...layer, data: moved(layer.data) })),
      values: stream.values.map((layer) => ({ ...layer, data: moved(layer.data) })),
    }
  );
}
