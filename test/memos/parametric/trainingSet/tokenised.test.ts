import assert from "node:assert/strict";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import type { Engine } from "../../../../memos/inference/engine.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { tokenDigest, tokenised, trainingSetOf } from "../../../../memos/parametric/trainingSet/index.js";
import { localEngine } from "../../inference/local/support.js";
import { ScriptedEngine } from "../scriptedEngine.js";
import { manySources } from "../sources.js";

const QUESTION = { role: "user", content: "Where does Ana live?" } as const;
const ANSWER = { role: "assistant", content: "In Porto." } as const;

test("what is learned is the answer and the end of its turn, after the prompt as it is evaluated", async (t) => {
  const engine = await localEngine(t);
  const { set } = await trainingSetOf(manySources(50));
  const examples = await tokenised(engine, set.examples);
  assert.equal(examples.length, set.examples.length);
  for (const at of [0, 1, examples.length - 1]) {
    const { messages } = set.examples[at] ?? { messages: [] };
    const { tokens = [], learnFrom = 0 } = examples[at] ?? {};
    assert.deepEqual(tokens.slice(0, learnFrom), [...(await engine.tokenize(messages.slice(0, -1)))]);
    // The next turn begins where the end of this one was written.
    const next = await engine.tokenize([...messages, QUESTION]);
    assert.deepEqual([...next.slice(0, tokens.length)], tokens);
    const answer = await tokenised(engine, [{ messages: [QUESTION, { ...ANSWER, content: "" }] }]);
    const [end = { tokens: [], learnFrom: 0 }] = answer;
    assert.deepEqual(tokens.slice(-1), end.tokens.slice(end.learnFrom));
  }
});

test("an example that is too long is cut at its end, and left out where no answer is left", async () => {
  const { exampleTokens } = ADAPTER_LIMITS;
  const long = "a".repeat(exampleTokens);
  const [cut, ...others] = await tokenised(new ScriptedEngine(), [
    { messages: [QUESTION, { ...ANSWER, content: long }] },
    { messages: [{ ...QUESTION, content: long }, ANSWER] },
  ]);
  assert.equal(cut?.tokens.length, exampleTokens);
  assert.ok((cut?.learnFrom ?? 0) > 0);
  assert.deepEqual(others, []);
});

test("a conversation without an answer, and too many of them, are refused", async (t) => {
  const engine = await localEngine(t);
  const refused = (error: unknown) => isMemosError(error, "INVALID_INPUT");
  await assert.rejects(tokenised(engine, [{ messages: [QUESTION] }]), refused);
  await assert.rejects(tokenised(engine, [{ messages: [ANSWER] }]), refused);
  const many = Array.from({ length: ADAPTER_LIMITS.examples + 1 }, () => ({ messages: [QUESTION, ANSWER] }));
  await assert.rejects(tokenised(engine, many), (error) => isMemosError(error, "TOO_LARGE"));
});

test("an engine that does not tell the tokens of answers is refused, and a cancelled call ends", async () => {
  const engine = new ScriptedEngine();
  const without: Engine = Object.create(engine, { tokenizeAnswered: { value: undefined } });
  const examples = [{ messages: [QUESTION, ANSWER] }];
  await assert.rejects(tokenised(without, examples), (error) => isMemosError(error, "UNSUPPORTED"));
  await assert.rejects(tokenised(engine, examples, AbortSignal.abort()), (error) =>
    isMemosError(error, "ABORTED"),
  );
});

test("the digest of a set tells its examples apart", async () => {
  const digest = async (...examples: Parameters<typeof tokenDigest>[0]) =>
    (await tokenDigest(examples)).sha256;
  const whole = { tokens: [1, 2, 3], learnFrom: 1 };
  assert.deepEqual(await tokenDigest([whole, whole]), {
    sha256: await digest(whole, whole),
    examples: 2,
    tokens: 6,
  });
  const all = [
    await digest(whole),
    await digest({ ...whole, learnFrom: 2 }),
    await digest({ tokens: [1, 2], learnFrom: 1 }, { tokens: [3], learnFrom: 0 }),
    await digest({ tokens: [1], learnFrom: 1 }, { tokens: [2, 3], learnFrom: 0 }),
  ];
  assert.equal(new Set(all).size, all.length);
});
