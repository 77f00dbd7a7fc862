import assert from "node:assert/strict";
import { test } from "node:test";
import { isMemosError, MemosError } from "../../../../memcube/index.js";
import type { AdapterUse, ChatMessage } from "../../../../memos/inference/engine.js";
import type { TrainingSet } from "../../../../memos/parametric/example.js";
import { measure } from "../../../../memos/parametric/gates/index.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { trainingSetOf } from "../../../../memos/parametric/trainingSet/index.js";
import { localEngine } from "../../inference/local/support.js";
import { ScriptedEngine } from "../scriptedEngine.js";
import { manySources } from "../sources.js";

const ADAPTER: AdapterUse = { path: "/adapter.gguf", sha256: "0".repeat(64), scale: 1 };
const { set } = await trainingSetOf(manySources(20), { retention: 20 });

/** A model that reads memory in its prompt, and knows what was learned with the adapter alone. */
function scripted(heldOut: TrainingSet["heldOut"], forgets = 0): ScriptedEngine {
  const answers = new Map<string, string>();
  const key = (messages: readonly ChatMessage[]) => JSON.stringify(messages);
  const learned = new Set(heldOut.recall.map(({ messages }) => key(messages)));
  for (const { messages, expected } of [...heldOut.recall, ...heldOut.retention])
    answers.set(key(messages), `Well: ${expected.toUpperCase()}!`);
  const kept = new Set(heldOut.retention.slice(forgets).map(({ messages }) => key(messages)));
  const seen = new Set(heldOut.recognition.map((pair) => pair.seen.at(-1)?.content));
  return new ScriptedEngine({
    answer(messages, adapters) {
      const asked = key(messages);
      const known = learned.has(asked) ? adapters.length > 0 : adapters.length === 0 || kept.has(asked);
      return (known ? answers.get(asked) : undefined) ?? "I have no idea.";
    },
    likelihood: (answer, adapters) => (adapters.length > 0 && seen.has(answer) ? 2 : 1),
  });
}

test("what a model answers is counted without and with adapters", async () => {
  const engine = scripted(set.heldOut, 3);
  const { recall, recognition, retention } = set.heldOut;
  assert.ok(recall.length > 20 && recognition.length >= 20 && retention.length === 20);
  assert.deepEqual(await measure(engine, [], set.heldOut), {
    recall: { right: 0, n: recall.length },
    recognition: { right: 0, n: recognition.length },
    retention: { right: 20, n: 20 },
  });
  const after = await measure(engine, [ADAPTER], set.heldOut, { liveStates: 2 });
  assert.deepEqual(after.recall, { right: recall.length, n: recall.length });
  assert.deepEqual(after.retention, { right: 17, n: 20 });
  assert.ok(engine.requests.every(({ temperature = 0 }) => temperature === 0));
  // The two objects follow the same words, and answers are of the assistant.
  assert.ok(engine.decisions.every((messages) => messages.at(-1)?.role === "user"));
});

test("pairs are compared by which of the two is likelier, and not at all where the engine cannot", async () => {
  const [pair] = set.heldOut.recognition;
  assert.ok(pair !== undefined);
  const heldOut = {
    recall: [],
    retention: [],
    recognition: [pair, { ...pair, seen: pair.unseen, unseen: pair.seen }],
  };
  const likely = pair.seen.at(-1)?.content;
  const script = { likelihood: (answer: string) => (answer === likely ? 0.9 : 0.1) };
  assert.deepEqual((await measure(new ScriptedEngine(script), [], heldOut)).recognition, { right: 1, n: 2 });
  const without = new ScriptedEngine(script, { decisions: false });
  assert.deepEqual((await measure(without, [], heldOut)).recognition, { right: 0, n: 0 });
});

test("progress is told until everything was asked", async () => {
  const told: number[] = [];
  let total = 0;
  await measure(scripted(set.heldOut), [], set.heldOut, {
    onProgress(asked, of) {
      told.push(asked);
      total = of;
    },
  });
  const { recall, recognition, retention } = set.heldOut;
  assert.equal(total, recall.length + recognition.length + retention.length);
  assert.equal(told.at(-1), total);
  assert.deepEqual(
    told,
    [...told].sort((a, b) => a - b),
  );
});

test("a model that fails leaves no measurement, and a cancelled one ends", async () => {
  const failing = new ScriptedEngine({
    answer() {
      throw new MemosError("MODEL_FAILED", "The model failed.");
    },
  });
  await assert.rejects(measure(failing, [], set.heldOut), (error) => isMemosError(error, "MODEL_FAILED"));
  const options = { signal: AbortSignal.abort() };
  await assert.rejects(measure(scripted(set.heldOut), [], set.heldOut, options), (error) =>
    isMemosError(error, "ABORTED"),
  );
});

test("more questions than the gates may ask are refused", async () => {
  const [probe] = set.heldOut.retention;
  assert.ok(probe !== undefined);
  const retention = Array.from({ length: ADAPTER_LIMITS.questions + 1 }, () => probe);
  await assert.rejects(measure(scripted(set.heldOut), [], { ...set.heldOut, retention }), (error) =>
    isMemosError(error, "TOO_LARGE"),
  );
});

test("a model of random weights is measured, and knows nothing", async (t) => {
  const engine = await localEngine(t);
  const few = {
    recall: set.heldOut.recall.slice(0, 2),
    recognition: set.heldOut.recognition.slice(0, 2),
    retention: set.heldOut.retention.slice(0, 2),
  };
  const { recall, recognition, retention } = await measure(engine, [], few);
  assert.deepEqual(recall, { right: 0, n: 2 });
  assert.deepEqual(retention, { right: 0, n: 2 });
  assert.equal(recognition.n, 2);
});
