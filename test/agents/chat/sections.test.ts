import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { compileSections } from "../../../agents/chat/sections.js";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { allOf, openMemos } from "../../memos/support.js";

const { memos } = await openMemos({ after });
const ANA = { tenant: "acme", user: "ana" };
const TYPES = ["core", "episodic", "semantic", "procedural", "resource", "working"] as const;
await memos.add(
  TYPES.flatMap((type, one) =>
    [1, 4, 16, 64].map((times, other) => ({
      type,
      text: `${type} ${other}: ${"the walrus swims. ".repeat(times)}`,
      occurredAt: `2026-03-${String(20 - one * 3 - other).padStart(2, "0")}`,
    })),
  ),
  ANA,
);
const cubes = await allOf(memos, ANA);
const counter = await o200k();
const TIME = { from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" };

test("with any memories and any budget the text is within it, each memory once, each line cited in order", () => {
  fc.assert(
    fc.property(
      fc.subarray(cubes).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
      fc.integer({ min: 0, max: 1_500 }),
      fc.boolean(),
      (some, budget, timed) => {
        const recalled = some.map((cube) => ({ cube, score: 1 }));
        const compile = compileSections(timed ? TIME : undefined);
        const before = { held: new Map(), citations: 100 };
        const { text, tokens, items, lines } = compile(recalled, budget, counter, before);
        assert.ok(tokens <= budget);
        assert.equal(tokens, text === "" ? 0 : counter.count(text));
        assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
        assert.deepEqual(
          lines.map(({ citation }) => citation),
          items.map((_, index) => 101 + index),
        );
        assert.deepEqual(
          [...text.matchAll(/^\[(\d+)\] /gmu)].map(([, citation]) => Number(citation)),
          lines.map(({ citation }) => citation),
        );
        assert.equal(text.includes("The message speaks of"), timed && items.length > 0);
        assert.deepEqual(compile(recalled, budget, counter, before).text, text);
        const held = new Map(lines.map((line) => [line.cube, line]));
        const again = compile(recalled, 5_000, counter, { held, citations: 200 });
        for (const { cube } of again.lines) assert.ok(held.get(cube)?.truncated !== false, "given once");
        const types = new Set(some.map(({ type }) => type));
        if (budget >= 1_500) assert.equal(new Set(items.map(({ id }) => typeOf(id))).size, types.size);
      },
    ),
    { numRuns: 200 },
  );
});

function typeOf(id: string) {
  return cubes.find((cube) => cube.id === id)?.type;
}
