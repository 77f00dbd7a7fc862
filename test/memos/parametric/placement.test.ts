import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { remember } from "../support.js";
import { ANA, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, maxTokens: 2 } as const;
const DAY = 86_400_000;
const engine = await localEngine({ after }, { sequences: 2 });

test("settled memory is proposed to be trained, with the reason and the gain, and nothing is trained by itself", async (t) => {
  for (const parametric of [false, true]) {
    const placement = { parametric, adapterUsesPerDay: 0.1 };
    const { memos, trainer } = await openTraining(t, {
      engine,
      activations: { automatic: false, placement },
    });
    await remember(memos, { text: "Ana lives in Lisbon.", type: "core" }, ANA);
    for (let use = 0; use < 3; use++) await ask(memos, QUESTION, ANA, ASKED);
    const proposed = async () =>
      (await memos.adapters.plan(ANA)).decisions.map(({ action, to, state }) => [action, to, state]);
    assert.deepEqual(await proposed(), parametric ? [["train", "parametric", "proposed"]] : []);
    assert.equal(trainer.jobs.length, 0);
    if (!parametric) continue;
    const [decision] = (await memos.adapters.plan(ANA)).decisions;
    assert.ok((decision?.why.length ?? 0) > 0 && (decision?.costMs ?? 0) > 0);
    await trained(memos, ANA, { attach: true });
    assert.deepEqual(await proposed(), [], "what is in use is not proposed again");
  }
});

test("an adapter that has gone cold is detached, and its memories are text again", async (t) => {
  const placement = { parametric: true };
  const { memos } = await openTraining(t, { engine, activations: { automatic: false, placement } });
  const cube = await remember(memos, "Ana lives in Lisbon.", ANA);
  const id = await trained(memos, ANA, { attach: true });
  assert.deepEqual((await memos.adapters.tidy()).detached, [], "it has had no time yet");
  const { now } = Date;
  t.mock.method(Date, "now", () => now() + 30 * DAY);
  const { decisions } = await memos.adapters.plan(ANA);
  assert.deepEqual(
    decisions.map(({ block, action, from, to }) => [block, action, from, to]),
    [[id, "demote", "parametric", "plaintext"]],
  );
  assert.deepEqual((await memos.adapters.tidy()).detached, [id]);
  assert.equal((await memos.adapters.get(id, ANA)).state, "ready");
  const { adapters, recalled } = await ask(memos, QUESTION, ANA, ASKED);
  assert.deepEqual([adapters, recalled.map((one) => one.id)], [[], [cube]]);
});
