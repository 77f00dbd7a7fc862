import assert from "node:assert/strict";
import { test } from "node:test";
import { raw } from "../../../../memos/activation/press/raw.js";
import { writeState } from "../../../../memos/activation/stateFile.js";
import { refused } from "../../support.js";
import { pressContract, stored } from "./pressContract.js";
import { madeState, PLAIN } from "./states.js";

pressContract("raw", raw, () => ({}));

test("the payload is the state file, and what is decoded is a view of it", async () => {
  const state = madeState(PLAIN);
  const { payload, parameters } = await stored(raw, state);
  assert.deepEqual(payload, Buffer.concat(writeState(state)));
  const back = await raw.decode(payload, parameters);
  assert.equal(back.blocks[0]?.streams[0]?.keys[0]?.data.buffer, payload.buffer);
});

test("a payload that is no state file is refused, and parameters of another codec", async () => {
  const { payload, parameters } = await stored(raw, madeState(PLAIN));
  await assert.rejects(raw.decode(payload.subarray(1), parameters), refused("STATE_INVALID"));
  for (const wrong of [undefined, {}, { layout: {} }, { ...(parameters as object), bits: 4 }])
    await assert.rejects(raw.decode(payload, wrong), refused("STATE_INVALID"));
});
