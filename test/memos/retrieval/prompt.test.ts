import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MemCube } from "../../../memcube/index.js";
import { compileBlock } from "../../../memos/activation/block.js";
import { type Before, compileRecall } from "../../../memos/retrieval/context.js";
import { inert } from "../../../memos/retrieval/fence.js";
import type { Recalled } from "../../../memos/retrieval/filling.js";
import type { GivenLine } from "../../../memos/retrieval/line.js";
import { compilePrompt, PREFIX_SHARE } from "../../../memos/retrieval/prompt.js";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { ATTACKS, arbitraryText, cubeOf, idOf, MORE_TOGETHER, WORDS } from "../activation/cubes.js";

const LARGE = 100_000;

function hits(...cubes: MemCube[]): Recalled[] {
  return cubes.map((cube, at) => ({ cube, score: 1 / (at + 1) }));
}

/** What a prompt holds once these lines were given. */
function holding(lines: readonly GivenLine[]): Before {
  return { held: new Map(lines.map((line) => [line.cube, line])), citations: lines.at(-1)?.citation ?? 0 };
}

function numbers(text: string): number[] {
  return [...text.matchAll(/^\[(\d+)\] /gm)].map(([, number]) => Number(number));
}

const arbitraryCubes = fc
  .uniqueArray(fc.record({ number: fc.integer({ min: 0, max: 30 }), text: arbitraryText }), {
    selector: ({ number }) => number,
    minLength: 4,
    maxLength: 20,
  })
  .map((all) => all.map(({ number, text }) => cubeOf(number, { text })));

test("a prompt is never over its budget, says nothing twice, and cites in one sequence", async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(await o200k(), MORE_TOGETHER),
      arbitraryCubes.chain((cubes) => fc.tuple(fc.subarray(cubes), fc.shuffledSubarray(cubes))),
      fc.integer({ min: 1, max: 600 }),
      (counter, [core, recalled], budget) => {
        const block = compileBlock([{ id: "c", kind: "core", cubes: core }]);
        const { prefix, recall, tokens } = compilePrompt(block, hits(...recalled), budget, counter);
        assert.equal(tokens, counter.count(prefix.text) + counter.count(recall.text));
        assert.ok(tokens <= budget);
        assert.ok(counter.count(prefix.text) <= budget * PREFIX_SHARE);
        const given = [...prefix.manifest.map(({ cube }) => cube), ...recall.items.map(({ id }) => id)];
        assert.equal(new Set(given).size, given.length);
        assert.deepEqual(
          numbers(prefix.text + recall.text),
          given.map((_, index) => index + 1),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("what a prompt begins with is the same whatever is recalled, and the rest is best first", () => {
  const block = compileBlock([{ id: "c", kind: "core", cubes: [cubeOf(1), cubeOf(2)] }]);
  const first = compilePrompt(block, hits(cubeOf(9), cubeOf(2), cubeOf(5)), 500, WORDS);
  const second = compilePrompt(block, hits(cubeOf(7)), 500, WORDS);
  assert.equal(first.prefix.text, block.text);
  assert.equal(second.prefix.text, block.text);
  assert.deepEqual(
    first.recall.items.map(({ citation, id }) => [citation, id]),
    [
      [3, idOf(9)],
      [4, idOf(5)],
    ],
  );
});

test("a block that is larger than its share is cut, and what is cut off may be recalled", () => {
  const cubes = Array.from({ length: 20 }, (_, number) => cubeOf(number, { type: "core" }));
  const block = compileBlock([{ id: "c", kind: "core", cubes }]);
  const { prefix, recall } = compilePrompt(block, hits(...cubes.slice(-2)), 100, WORDS);
  assert.ok(prefix.manifest.length > 0 && prefix.manifest.length < 20);
  assert.deepEqual(
    recall.items.map(({ id }) => id),
    cubes.slice(-2).map(({ id }) => id),
  );
});

test("what a prompt holds is left out, also when it was used, ranked or approved meanwhile", () => {
  const first = compileRecall(hits(cubeOf(1), cubeOf(2)), LARGE, WORDS);
  const used = cubeOf(1, { version: 7, behaviour: { heat: 9, priority: 3 }, state: "frozen" });
  const { items, lines } = compileRecall(hits(used, cubeOf(3)), LARGE, WORDS, holding(first.lines));
  assert.deepEqual(
    items.map(({ id, citation }) => [id, citation]),
    [[idOf(3), 3]],
  );
  assert.deepEqual(
    lines.map(({ cube }) => cube),
    [idOf(3)],
  );
  assert.deepEqual(compileRecall(hits(cubeOf(1)), LARGE, WORDS, holding(first.lines)), {
    text: "",
    tokens: 0,
    items: [],
    lines: [],
  });
});

test("what has changed since is given again and says what it is newer than", () => {
  const before = holding(compileRecall(hits(cubeOf(1), cubeOf(2)), LARGE, WORDS).lines);
  const again = (item: Partial<Recalled>) => {
    const { text, lines } = compileRecall([{ cube: cubeOf(2), score: 1, ...item }], LARGE, WORDS, before);
    const repeated = compileRecall([{ cube: cubeOf(2), score: 1, ...item }], LARGE, WORDS, holding(lines));
    assert.equal(repeated.text, "", "once is enough");
    return text.split("\n")[1];
  };
  const edited = cubeOf(2, { text: "Memory number two.", version: 2 });
  assert.equal(again({ cube: edited }), "[3] 2026-03-01 · ana (user) · newer than [2] · Memory number two.");
  assert.equal(
    again({ cube: cubeOf(2, { title: "Numbers" }) }),
    "[3] 2026-03-01 · ana (user) · newer than [2] · Numbers: Memory number 2.",
  );
  assert.equal(
    again({ superseded: { by: idOf(8), subject: "ana", relation: "lives in", value: "Porto" } }),
    "[3] 2026-03-01 · ana (user) · newer than [2] · outdated (now: ana lives in Porto) · Memory number 2.",
  );
});

test("what was cut short before is given again when the whole of it fits, and not to be cut once more", () => {
  const long = cubeOf(1, { text: "word ".repeat(100) });
  const first = compileRecall(hits(long), 60, WORDS);
  assert.deepEqual(
    first.lines.map(({ truncated }) => truncated),
    [true],
  );
  const tight = compileRecall(hits(long, cubeOf(2)), 60, WORDS, holding(first.lines));
  assert.deepEqual(
    tight.items.map(({ id }) => id),
    [idOf(2)],
  );
  const wide = compileRecall(hits(long), 200, WORDS, holding(first.lines));
  assert.deepEqual(
    wide.lines.map(({ citation, truncated }) => [citation, truncated]),
    [[2, false]],
  );
});

test("a text that is inert holds no mark of ours or of a chat template, and keeps all else", () => {
  for (const attack of ATTACKS) {
    const safe = inert(attack);
    assert.doesNotMatch(safe, /<\/?memory|<[|｜]|<\/?s>|<start_of_turn|\[\/?INST|<<\/?SYS/i, attack);
    assert.equal(safe.replaceAll("&lt;", "<").replaceAll("&#91;", "["), attack);
    assert.equal(inert(safe), safe);
  }
  for (const plain of ["a < b", "<p>memory</p>", "[1] and [x]", "<memorial>", "a <- b | c", "x[install]"])
    assert.equal(inert(plain), plain);
});
