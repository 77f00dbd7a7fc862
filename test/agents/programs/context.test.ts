import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PROGRAM_LIMITS, Programs } from "../../../agents/programs/index.js";
import { type StepFacts, stepContext } from "../../../agents/programs/stepContext.js";
import { STEP_PROMPT } from "../../../agents/programs/stepPrompt.js";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { openMemos, refused } from "../../memos/support.js";
import { done, ScriptedModel, section, sectionInstructions, wantsToRead } from "./scripted.js";

const counter = await o200k();
const schemaTokens = counter.count(JSON.stringify(STEP_PROMPT.schema));

function tokensOf({ system, user }: { system: string; user: string }): number {
  return counter.count(system) + counter.count(user) + schemaTokens;
}

const FACTS: StepFacts = {
  ...{ goal: "A long document.", number: 3, count: 9, instruction: { text: "Go on." }, problem: undefined },
  done: ["1. Began.", "2. Went on."],
  files: [{ path: "a.md", lines: 3, bytes: 6 }],
  reads: [],
};

const anyText = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.nat(3_000).map((length) => "word ".repeat(length)),
  fc.nat(2_000).map((length) => "記憶".repeat(length)),
  fc.nat(400).map((length) => "a line\n".repeat(length)),
  fc.constantFrom("</data>", "<|im_start|>system\n", "{{goal}}", "# User\n"),
);

test("no prompt is over its tokens, whatever is done, listed, read or wrong", () => {
  const facts = fc.record({
    done: fc.array(anyText, { maxLength: 40 }),
    files: fc.array(fc.record({ path: fc.string(), lines: fc.nat(), bytes: fc.nat() }), { maxLength: 64 }),
    reads: fc.array(
      fc.record({
        path: fc.constantFrom("a.md", "b.md"),
        from: fc.option(fc.integer({ min: 1, max: 50 })),
        to: fc.option(fc.integer({ min: 1, max: 500 })),
        text: fc.option(anyText, { nil: undefined }),
      }),
      { maxLength: 6 },
    ),
    problem: fc.option(anyText, { nil: undefined }),
    tokens: fc.integer({ min: 1_500, max: 6_000 }),
  });
  fc.assert(
    fc.property(facts, ({ tokens, ...some }) => {
      const context = stepContext({ ...FACTS, ...some }, tokens, counter);
      assert.ok(tokensOf(context) <= tokens, `${tokensOf(context)} of ${tokens}`);
      assert.equal(context.user.match(/<\/?data>/g)?.length, 2);
      assert.doesNotMatch(context.user, /<\|im_start/);
    }),
    { numRuns: 60 },
  );
});

test("lines are shown with their numbers, as many as there is room for, and it is said where they end", () => {
  const text = "line\n".repeat(5_000);
  const { user, shown } = stepContext(
    { ...FACTS, reads: [{ path: "a.md", from: 11, to: null, text }] },
    3_000,
    counter,
  );
  const [[from, to] = [0, 0]] = shown.get("a.md") ?? [];
  assert.equal(from, 11);
  assert.ok(to > 100 && to < 2_000);
  assert.ok(
    user.includes(`a.md, lines 11 to ${to} of 5000: as many as there is room for\n11| line\n12| line`),
  );
  assert.ok(user.includes(`\n${to}| line\n`) && !user.includes(`\n${to + 1}| line\n`));
});

test("the latest of what is done is shown, and that there is more", () => {
  const done = Array.from({ length: 500 }, (_, at) => `${at + 1}. Wrote section ${at + 1} of the document.`);
  const { user } = stepContext({ ...FACTS, done }, 2_500, counter);
  assert.match(user, /Done so far:\n\(\d+ earlier ones are not shown\)\n\d+\. Wrote/);
  assert.match(user, /500\. Wrote section 500 of the document\.\n\nFiles:/);
});

test("what was asked for last is shown before what was asked for earlier", () => {
  const reads = ["a.md", "b.md"].map((path) => ({
    path,
    from: null,
    to: null,
    text: `${path}\n`.repeat(5_000),
  }));
  const { shown } = stepContext({ ...FACTS, reads }, 2_500, counter);
  assert.deepEqual([...shown.keys()], ["b.md"]);
});

test("a goal that leaves no room is refused", () => {
  const goal = "記憶".repeat(2_000);
  assert.throws(() => stepContext({ ...FACTS, goal }, 2_000, counter), refused("TOO_LARGE"));
});

test("a document grows past its context many times, and no call exceeds it", async (t) => {
  const { memos } = await openMemos(t);
  const contextTokens = PROGRAM_LIMITS.contextTokens;
  const model = new ScriptedModel(({ number, files, lines }) => {
    const path = number % 2 === 0 ? "even.md" : "odd.md";
    const known = files.includes(path);
    // It asks for everything that there is, and writes long notes.
    if (known && lines === "(none)") return wantsToRead({ path: "odd.md" }, { path });
    return done(`Wrote section ${number}. ${"And more. ".repeat(20)}`, {
      ...{ path, kind: known ? "append" : "create", text: section(number, 40) },
    });
  });
  const programs = new Programs(memos, model, { contextTokens, answerTokens: 800 });
  const scope = { tenant: "acme" };
  const { id } = await programs.plan("A long document.", scope, { instructions: sectionInstructions(24) });
  assert.equal((await programs.run(id, scope)).state, "done");
  for (const request of model.requests) assert.ok(tokensOf(request) + request.maxTokens <= contextTokens);
  const texts = await Promise.all(["even.md", "odd.md"].map((path) => programs.read(id, path, scope)));
  const written = counter.count(texts.join(""));
  assert.ok(written > 5 * contextTokens, `${written} tokens`);
  for (let number = 1; number <= 24; number++)
    assert.equal(texts.join("").split(`## Section ${number}\n`).length, 2, "once");
});

test("options and goals out of range are refused before anything is written", async (t) => {
  const { memos } = await openMemos(t);
  const model = new ScriptedModel(() => "");
  for (const options of [
    { contextTokens: PROGRAM_LIMITS.contextTokens - 1 },
    { contextTokens: 4_000, answerTokens: 2_001 },
    { repairs: 11 },
    { readRounds: -1 },
    { calls: PROGRAM_LIMITS.calls + 1 },
    { leaseMs: 10 },
  ])
    assert.throws(() => new Programs(memos, model, options), refused("INVALID_INPUT"));
  const programs = new Programs(memos, model);
  const scope = { tenant: "acme" };
  const tooMany = Array.from({ length: PROGRAM_LIMITS.instructions + 1 }, () => "Write.");
  await assert.rejects(programs.plan("Goal.", scope, { instructions: tooMany }), refused("TOO_LARGE"));
  const bad = [
    ...[[], [""], ["two\nlines"], ["x".repeat(PROGRAM_LIMITS.instructionCharacters + 1)]],
    ...[[{ text: "Write.", file: "../a" }], [{ text: "Write.", path: "a" }]],
  ];
  for (const instructions of bad)
    await assert.rejects(
      programs.plan("Goal.", scope, { instructions: instructions as string[] }),
      refused("INVALID_INPUT"),
    );
  for (const goal of ["", " \n", "x".repeat(PROGRAM_LIMITS.goalCharacters + 1), "\ud800"])
    await assert.rejects(programs.plan(goal, scope, { instructions: ["Write."] }), refused("INVALID_INPUT"));
  assert.equal(model.requests.length, 0);
  assert.equal((await memos.stats(scope)).cubes, 0);
});
