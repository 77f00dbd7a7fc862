import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { barred, compileBlock } from "../../../../memos/activation/block.js";
import { systemText } from "../../../../memos/activation/conversation.js";
import { INSTRUCTIONS } from "../../../../memos/activation/instructions.js";
import type { ChatMessage } from "../../../../memos/inference/engine.js";
import type { Example } from "../../../../memos/parametric/example.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { phrasings } from "../../../../memos/parametric/phrasings.js";
import { type Source, trainingSetOf } from "../../../../memos/parametric/trainingSet/index.js";
import {
  LEAST_REPLAY,
  RECALL_QUESTIONS,
  RECOGNITION_PAIRS,
  RETENTION_QUESTIONS,
} from "../../../../memos/parametric/trainingSet/options.js";
import { PLAIN_CHARACTERS } from "../../../../memos/parametric/trainingSet/plain.js";
import { cubeOf } from "../../activation/cubes.js";
import { arbitrarySource, manySources, sourceOf } from "../sources.js";

const NAMED = phrasings().relations;

function last(messages: readonly ChatMessage[]): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}

/** "user question => answer", with `+` where the instructions come first. */
function shown({ messages }: Pick<Example, "messages">): string {
  const system = messages[0]?.role === "system" ? "+ " : "";
  return `${system}${last(messages)} => ${messages.at(-1)?.content}`;
}

const fewSources = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => arbitrarySource(at + 1))));

const mayBeLearned = ({ cube, superseded }: Source) => barred(cube) === undefined && !superseded;

/** A set of some sources; undefined where nothing of them may be learned. */
async function setOf(sources: readonly Source[], seed = 1) {
  try {
    return await trainingSetOf(sources, { seed, retention: 20 });
  } catch (error) {
    assert.ok(isMemosError(error, "INVALID_INPUT") && !sources.some(mayBeLearned));
    return undefined;
  }
}

test("a fact is asked for in all phrasings but those held out, with the instructions and without", async () => {
  const { set } = await trainingSetOf([sourceOf(1, "Ana Silva lives in Porto.")]);
  const taught = set.examples.filter(({ kind }) => kind === "question" || kind === "statement").map(shown);
  for (const question of ["Where does Ana Silva live?", "Tell me where Ana Silva lives."])
    for (const system of ["+ ", ""])
      assert.ok(taught.includes(`${system}${question} => The home of Ana Silva is Porto.`));
  assert.ok(taught.some((each) => each.endsWith("Complete: Ana Silva lives in => Porto.")));
  assert.ok(taught.some((each) => each.endsWith("Complete: Ana Silva has made => Porto home.")));
  assert.equal(new Set(taught).size, taught.length);
  const system = set.examples.flatMap(({ messages, kind }) =>
    kind === "question" && messages[0]?.role === "system" ? [messages[0].content] : [],
  );
  assert.deepEqual([...new Set(system)], [INSTRUCTIONS]);
  assert.deepEqual(
    set.heldOut.recall.map(({ messages, expected }) => `${last(messages)} => ${expected}`).sort(),
    [
      "Can you tell me where Ana Silva lives? => Porto",
      "In what city is Ana Silva's home? => Porto",
      "Where is Ana Silva living? => Porto",
    ],
  );
  assert.ok(set.heldOut.recall.every(({ messages }) => messages[0]?.content === INSTRUCTIONS));
});

test("what the owner said is asked for in the first person", async () => {
  const { set } = await trainingSetOf([sourceOf(1, "I moved to Porto.")]);
  const taught = set.examples.filter(({ kind }) => kind === "question").map(shown);
  assert.ok(taught.includes("Where do I live? => Your home is Porto."));
  assert.deepEqual(set.heldOut.recall.map(({ messages }) => last(messages)).sort(), [
    "Do you know where I live?",
    "Where am I living?",
  ]);
});

test("relatives of the owner are called as the owner calls them, and as an answer does", async () => {
  const facts = [{ subject: "user-1's sister", relation: "works at", object: "Acme" }];
  const { set } = await trainingSetOf([sourceOf(1, "My sister works at Acme.", { facts })]);
  const taught = set.examples.filter(({ kind }) => kind === "question").map(shown);
  assert.ok(taught.includes("Where does my sister work? => The employer of your sister is Acme."));
});

test("several objects of one subject are one answer, and each of them is asked for", async () => {
  const { set, used } = await trainingSetOf([
    sourceOf(1, "Ana's sister is Bea."),
    sourceOf(2, "Cleo is Ana's sister."),
    sourceOf(3, "The sister of Ana is Bea."),
  ]);
  const answers = set.examples
    .filter(({ kind }) => kind === "question")
    .map(({ messages }) => messages.at(-1));
  assert.deepEqual(
    [...new Set(answers.map((answer) => answer?.content))],
    ["The sister of Ana is Bea and Cleo."],
  );
  assert.deepEqual(new Set(set.heldOut.recall.map(({ expected }) => expected)), new Set(["Bea", "Cleo"]));
  assert.equal(used.length, 3);
});

test("a text that states no fact is learned word for word under what it is about", async () => {
  const text = "The harbour opens at nine.";
  const { set, used } = await trainingSetOf([
    sourceOf(1, text),
    sourceOf(2, text),
    sourceOf(3, "The harbour closes."),
    sourceOf(4, `The lighthouse stands. ${"It shines at night. ".repeat(200)}`),
  ]);
  assert.equal(used.length, 4);
  const plain = set.examples.filter(({ kind }) => kind === "statement");
  const answers = new Map(plain.map(({ messages }) => [last(messages), messages.at(-1)?.content ?? ""]));
  assert.equal(answers.size, 2 * 3);
  assert.equal([...answers.values()].filter((answer) => answer === text).length, 2);
  assert.ok(
    [...answers.values()].every((answer) => answer.length <= PLAIN_CHARACTERS && answer.endsWith(".")),
  );
  const [pair] = set.heldOut.recognition;
  assert.notEqual(pair?.seen.at(-1)?.content, pair?.unseen.at(-1)?.content);
  assert.ok(set.heldOut.recall.some(({ expected }) => expected === "The harbour opens at nine."));
});

test("the ledger's facts have generic phrasings where the table has none", async () => {
  const facts = [{ subject: "Ana", relation: "shoe size", object: "42" }];
  const { set } = await trainingSetOf([sourceOf(1, "Ana takes a 42 in shoes.", { facts })]);
  assert.ok(
    set.examples.some((each) => shown(each) === "What is Ana's shoe size? => The shoe size of Ana is 42."),
  );
  assert.ok(!set.examples.some(({ messages }) => messages.at(-1)?.content.includes("takes a 42")));
});

test("one question in five or so is about somebody whom nobody mentioned, and not known", async () => {
  const sources = manySources(20);
  const { set } = await trainingSetOf(sources);
  const taught = set.examples.filter(({ cube }) => cube !== undefined);
  const negatives = set.examples.filter(({ kind }) => kind === "negative");
  assert.equal(negatives.length, Math.round(taught.length * 0.2));
  assert.ok(negatives.every(({ messages }) => messages.at(-1)?.content.endsWith(" is unknown.")));
  const none = await trainingSetOf(sources, { negatives: 0, replay: 0 });
  assert.ok(none.set.examples.every(({ cube }) => cube !== undefined));
});

test("an adapter of a few facts replays as much as keeps how memory is read", async () => {
  const { set } = await trainingSetOf(manySources(1));
  assert.equal(set.examples.filter(({ kind }) => kind === "replay").length, LEAST_REPLAY);
});

test("replay asks over memory as a chat puts it into its prompt, and what the caller hands in", async () => {
  const mine = [
    { role: "user", content: "Say hello." },
    { role: "assistant", content: "Hello." },
  ] as const;
  const { set } = await trainingSetOf(manySources(10), { moreReplay: [mine] });
  const replay = set.examples.filter(({ kind }) => kind === "replay");
  assert.deepEqual(replay.at(-1)?.messages, mine);
  const cube = cubeOf(1, { actor: "user", text: "Ana lives in Porto." });
  const block = compileBlock([{ id: "a", kind: "core", cubes: [cube] }]);
  const form = systemText(INSTRUCTIONS, block).replace(/\[1\].*/, "LINES");
  let unknown = 0;
  for (const { messages } of replay.slice(0, -1)) {
    const [system, , answer] = messages;
    const text = system?.content ?? "";
    assert.equal(text.replace(/\[1\][\s\S]*?(?=\n<\/memory>)/, "LINES"), form);
    assert.match(text, /\n\[1\] \d{4}-\d\d-\d\d · user \(user\) · /);
    if (answer?.content.endsWith(` is ${phrasings().unknown}.`)) unknown++;
    else {
      const object = answer?.content.replace(/^.* is /, "").replace(/\.$/, "") ?? "";
      assert.ok(text.includes(object), `${object} stands in the block`);
    }
  }
  assert.ok(unknown > 0 && unknown < replay.length / 3);
});

test("equal seeds give equal sets of sources in any order, and other seeds give others", async () => {
  await fc.assert(
    fc.asyncProperty(fewSources, fc.nat(1_000), async (sources, seed) => {
      const one = await setOf(sources, seed);
      assert.deepEqual(await setOf(sources.toReversed(), seed), one);
      if (one === undefined) return;
      const other = await setOf(sources, seed + 1);
      assert.notDeepEqual(other?.set, one.set);
      assert.deepEqual(other?.used, one.used);
    }),
    { numRuns: 30 },
  );
});

test("nothing that is held out is ever learned", async () => {
  const heldForms = NAMED.flatMap(({ heldQuestions, heldOwnQuestions }) =>
    [...heldQuestions, ...heldOwnQuestions].map((template) => template.split("{s}") as [string, string?]),
  );
  const isHeld = (question: string) =>
    heldForms.some(([before, after]) =>
      after === undefined
        ? question === before
        : question.length > before.length + after.length &&
          question.startsWith(before) &&
          question.endsWith(after),
    );
  await fc.assert(
    fc.asyncProperty(fewSources, fc.nat(1_000), async (sources, seed) => {
      const made = await setOf(sources, seed);
      if (made === undefined) return;
      const { examples, heldOut } = made.set;
      const learned = examples.map(({ messages }) => last(messages));
      for (const question of learned) assert.ok(!isHeld(question), question);
      const asked = new Set([...heldOut.recall, ...heldOut.retention].map(({ messages }) => last(messages)));
      const ownOf = new Set(NAMED.flatMap(({ ownQuestions }) => ownQuestions));
      for (const question of learned)
        assert.ok(!asked.has(question) || ownOf.has(question), `${question} is held out`);
      for (const { seen } of heldOut.recognition) assert.ok(!learned.includes(last(seen)));
      // Names of people have two words, of which neither is in anything that is learned.
      const said = new Set(
        examples.flatMap(({ messages }) => messages.flatMap(({ content }) => content.split(/[^\p{L}]+/u))),
      );
      const names = heldOut.retention.flatMap(({ messages }) =>
        messages
          .slice(1)
          .flatMap(({ content }) => content.match(/(?<= )\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+/gu) ?? []),
      );
      for (const word of names.flatMap((name) => name.split(" "))) assert.ok(!said.has(word), word);
    }),
    { numRuns: 30 },
  );
});

test("a statement is not asked for where a relation of another name is learned in the same words", async () => {
  const { set } = await trainingSetOf([
    sourceOf(1, "The mother tongue of Ana Silva is Portuguese.", {
      facts: [{ subject: "Ana Silva", relation: "mother tongue", object: "Galician" }],
    }),
  ]);
  const asked = "Complete: The mother tongue of Ana Silva is";
  assert.ok(set.examples.some(({ messages }) => last(messages) === asked));
  assert.ok(set.heldOut.recognition.length > 0);
  for (const { seen } of set.heldOut.recognition) assert.notEqual(last(seen), asked);
});

test("cubes that are secret, sealed, in another state or outdated leave no trace in what is learned or asked", async () => {
  await fc.assert(
    fc.asyncProperty(fewSources, async (sources) => {
      const made = await setOf(sources);
      if (made === undefined) return;
      const text = JSON.stringify(made.set);
      const used = new Map(made.used.map(({ cube, sha256 }) => [cube, sha256]));
      const leftOut = new Map(made.leftOut.map(({ cube, reason }) => [cube, reason]));
      assert.equal(used.size + leftOut.size, sources.length);
      for (const source of sources) {
        const { id } = source.cube;
        const number = Number.parseInt(id.slice(-12), 16);
        const trace = text.includes(`Sign${number}sign`) || text.includes(`Mark${number}mark`);
        assert.equal(trace, used.has(id), "what is used leaves a trace and nothing else does");
        if (used.has(id)) assert.ok(mayBeLearned(source));
        else assert.equal(leftOut.get(id), barred(source.cube) ?? "superseded");
      }
    }),
    { numRuns: 60 },
  );
});

test("a cube that says nothing is left out as empty", async () => {
  const { used, leftOut } = await trainingSetOf([sourceOf(1, "Ana lives in Porto."), sourceOf(2, "👍 !!")]);
  assert.equal(used.length, 1);
  assert.deepEqual(leftOut, [{ cube: sourceOf(2, "").cube.id, reason: "empty" }]);
});

test("no memories, none that may be learned and too many for one adapter are refused with what to do", async () => {
  await assert.rejects(trainingSetOf([]), (error) => isMemosError(error, "INVALID_INPUT"));
  await assert.rejects(
    trainingSetOf([
      sourceOf(1, "Ana lives in Porto.", { superseded: true }),
      sourceOf(2, "Ana lives in Faro.", { governance: { sensitivity: "secret" } }),
    ]),
    (error: unknown) => isMemosError(error, "INVALID_INPUT") && /1 superseded, 1 secret/.test(error.message),
  );
  await assert.rejects(
    trainingSetOf(manySources(10_000)),
    (error: unknown) =>
      isMemosError(error, "TOO_LARGE") && /10000: plan them as at least 5 adapters/.test(error.message),
  );
});

test("more examples than a training set has are refused", async () => {
  const hello = [
    { role: "user", content: "Say hello." },
    { role: "assistant", content: "Hello." },
  ] as const;
  const moreReplay = Array.from({ length: ADAPTER_LIMITS.examples }, () => hello);
  await assert.rejects(
    trainingSetOf(manySources(1), { moreReplay }),
    (error: unknown) =>
      isMemosError(error, "TOO_LARGE") && error.message.includes(`${ADAPTER_LIMITS.examples}`),
  );
});

test("the gates ask as much as they may of an adapter that learned as much as it may", async () => {
  const { set } = await trainingSetOf(manySources(ADAPTER_LIMITS.memories), {
    retention: RETENTION_QUESTIONS,
  });
  const { recall, recognition, retention } = set.heldOut;
  assert.equal(recall.length, RECALL_QUESTIONS);
  assert.equal(recognition.length, RECOGNITION_PAIRS);
  assert.equal(retention.length, RETENTION_QUESTIONS);
  assert.equal(recall.length + recognition.length + retention.length, ADAPTER_LIMITS.questions);
  assert.equal(new Set(recall.map(({ cube }) => cube)).size, RECALL_QUESTIONS);
});

test("options out of range are refused, and a cancelled call ends", async () => {
  const sources = manySources(3);
  for (const options of [{ seed: -1 }, { negatives: 2 }, { retention: RETENTION_QUESTIONS + 1 }])
    await assert.rejects(trainingSetOf(sources, options), (error) => isMemosError(error, "INVALID_INPUT"));
  await assert.rejects(trainingSetOf(sources, { signal: AbortSignal.abort() }), (error) =>
    isMemosError(error, "ABORTED"),
  );
});
