import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MemCube, Scope } from "../../../memcube/index.js";
import { compileBlock } from "../../../memos/activation/block.js";
import {
  type BlockSets,
  type BlockSettings,
  blockSets,
  type RememberedSet,
  rememberedSetSchema,
} from "../../../memos/activation/blockSets.js";
import type { BlockCandidate, LeftOut } from "../../../memos/activation/candidate.js";
import { PlacementPolicy } from "../../../memos/lifecycle/placement/policy.js";
import { o200k, type TokenCounter } from "../../../memos/retrieval/tokens.js";
import { refused } from "../support.js";
import { type CubeShape, candidateOf, cubeOf, idOf, SCOPE, WORDS } from "./cubes.js";

const NOW = Date.parse("2026-04-01T00:00:00.000Z");
const SETTINGS = { bytesPerToken: 12_304 } satisfies BlockSettings;

function sets(
  candidates: readonly BlockCandidate[],
  {
    previous = [],
    scope = SCOPE,
    counter = WORDS,
    ...settings
  }: {
    previous?: readonly RememberedSet[];
    scope?: Scope;
    counter?: TokenCounter;
  } & Partial<BlockSettings> = {},
): BlockSets {
  return blockSets(candidates, { scope, now: NOW, previous, counter }, { ...SETTINGS, ...settings });
}

/** What is kept of sets until the next time. */
function remembered({ sets: made }: BlockSets, tier: RememberedSet["tier"] = "plaintext"): RememberedSet[] {
  return made.map(({ id, cubes }) =>
    rememberedSetSchema.parse({ id, tier, cubes: cubes.map((cube) => cube.id) }),
  );
}

function inSets({ sets: made }: BlockSets): string[][] {
  return made.map(({ cubes }) => cubes.map(({ id }) => id));
}

function ids(...numbers: number[]): string[] {
  return numbers.map(idOf);
}

const arbitraryCandidate: fc.Arbitrary<BlockCandidate> = fc
  .record({
    number: fc.integer({ min: 0, max: 60 }),
    words: fc.integer({ min: 1, max: 30 }),
    type: fc.constantFrom(
      ...["semantic" as const, "semantic" as const, "semantic" as const, "episodic" as const],
      ...["core" as const, "vault" as const],
    ),
    state: fc.constantFrom(
      ...["active" as const, "active" as const, "active" as const, "frozen" as const],
      "generated" as const,
    ),
    sensitivity: fc.constantFrom(
      ...["internal" as const, "internal" as const, "internal" as const, "public" as const],
      "secret" as const,
    ),
    priority: fc.constantFrom(0, 0, 0, 0, 0, -5, 10),
    user: fc.constantFrom("ana", "ana", "ana", "ana", "bob"),
    heat: fc.integer({ min: 0, max: 60 }).map((tenths) => tenths / 10),
    usesPerDay: fc.double({ min: 0, max: 50, noNaN: true }),
    changesPerWeek: fc.constantFrom(0, 0, 0, 0.4, 1, 5),
  })
  .map(({ number, words, user, heat, usesPerDay, changesPerWeek, priority, sensitivity, ...shape }) =>
    candidateOf(
      cubeOf(number, {
        ...shape,
        text: "word ".repeat(words),
        scope: { tenant: "acme", user },
        governance: { sensitivity },
        behaviour: { priority },
      }),
      heat,
      { usesPerDay, changesPerWeek },
    ),
  );
const arbitraryCandidates = fc.uniqueArray(arbitraryCandidate, {
  selector: ({ cube }) => cube.id,
  minLength: 10,
  maxLength: 50,
});
const arbitraryLimits = fc.record({
  tokens: fc.integer({ min: 20, max: 1_500 }),
  setTokens: fc.integer({ min: 20, max: 200 }),
});

test("core memory and what is pinned are in sets of their own, hot memory beside them, each in order of making", () => {
  const made = sets([
    candidateOf(cubeOf(7), 9),
    candidateOf(cubeOf(4, { behaviour: { priority: 1 } }), 0),
    candidateOf(cubeOf(3, { type: "core" }), 0),
    candidateOf(cubeOf(1, { type: "core", behaviour: { priority: 100 } }), 0),
    candidateOf(cubeOf(2), 3),
    candidateOf(cubeOf(5, { behaviour: { priority: -1 } }), 0),
  ]);
  assert.deepEqual(
    made.sets.map(({ kind }) => kind),
    ["core", "pinned", "hot"],
  );
  assert.deepEqual(inSets(made), [ids(1, 3), ids(4), ids(2, 7)]);
  assert.deepEqual(made.leftOut, [{ cube: idOf(5), reason: "cold" }]);
});

test("what must never be in a block is in none, and it is said why", () => {
  const never: [LeftOut["reason"], CubeShape, Partial<BlockCandidate>?][] = [
    ["vault", { type: "vault" }],
    ["secret", { governance: { sensitivity: "secret" } }],
    ["state", { state: "generated" }],
    ["state", { state: "archived" }],
    ["expired", { governance: { expiresAt: "2026-04-01T00:00:00.000Z" } }],
    ["notNow", { validTo: "2026-03-31T00:00:00.000Z" }],
    ["notNow", { validFrom: "2026-04-02T00:00:00.000Z" }],
    ["superseded", {}, { superseded: true }],
    ["duplicate", { duplicateOf: idOf(100) }],
    ["scope", { scope: { tenant: "acme", user: "bob" } }],
    ["scope", { scope: { tenant: "acme" } }],
    ["scope", { scope: { tenant: "other", user: "ana" } }],
  ];
  const kept = candidateOf(cubeOf(100), 9);
  const worthy: CubeShape[] = [{}, { type: "core" }, { behaviour: { priority: 50 } }];
  for (const [reason, shape, more] of never)
    for (const attraction of worthy) {
      const cube = cubeOf(101, { ...attraction, ...shape });
      const made = sets([kept, { ...candidateOf(cube, 99), ...more }]);
      assert.deepEqual(inSets(made), [ids(100)], reason);
      assert.deepEqual(made.leftOut, [{ cube: idOf(101), reason }]);
    }
  const soon = cubeOf(101, {
    governance: { expiresAt: "2026-04-02T00:00:00.000Z" },
    validFrom: "2026-03-01T00:00:00.000Z",
    validTo: "2026-04-02T00:00:00.000Z",
    duplicateOf: idOf(102),
    scope: { ...SCOPE, session: "monday" },
  });
  assert.deepEqual(inSets(sets([candidateOf(soon, 9)])), [ids(101)], "and what may be there is");
});

test("sets are of one scope, well-formed, inside their limits, and compile to what they say they take", async () => {
  const counter = await o200k();
  fc.assert(
    fc.property(arbitraryCandidates, arbitraryLimits, (candidates, limits) => {
      const made = sets(candidates, { ...limits, counter });
      const block = compileBlock(made.sets);
      assert.ok(counter.count(block.text) <= limits.tokens);
      for (const { kind, cubes, placement } of made.sets) {
        const { text } = compileBlock([{ id: "one", kind, cubes }]);
        assert.ok(counter.count(text) <= placement.tokens);
        assert.ok(placement.tokens <= counter.count(text) + cubes.length + 2, "and not much less");
        if (kind === "hot") assert.ok(placement.tokens <= limits.setTokens);
        assert.equal(placement.bytes, placement.tokens * SETTINGS.bytesPerToken);
        for (const cube of cubes) assert.equal(cube.scope.user, "ana");
      }
      const placed = made.sets.flatMap(({ cubes }) => cubes.map(({ id }) => id));
      const all = [...placed, ...made.leftOut.map(({ cube }) => cube)].sort();
      assert.deepEqual(all, candidates.map(({ cube }) => cube.id).sort(), "each candidate once, in or out");
      new PlacementPolicy().plan(made.sets.map(({ placement }) => placement));
    }),
  );
});

test("sets are the same from any order of candidates, and the same again when made from themselves", () => {
  fc.assert(
    fc.property(arbitraryCandidates, arbitraryLimits, (candidates, limits) => {
      const made = sets(candidates, limits);
      assert.deepEqual(inSets(sets([...candidates].reverse(), limits)), inSets(made));
      const again = sets(candidates, { ...limits, previous: remembered(made) });
      assert.deepEqual(again, made);
    }),
    { numRuns: 300 },
  );
});

test("while no heat or rate of change crosses its far mark, no byte moves", () => {
  const drifting = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
  fc.assert(
    fc.property(arbitraryCandidates, fc.infiniteStream(drifting), (candidates, random) => {
      const first = sets(candidates);
      const members = new Set(first.sets.flatMap(({ cubes }) => cubes.map(({ id }) => id)));
      const next = () => random.next().value ?? 0;
      const drifted = candidates.map((candidate) =>
        members.has(candidate.cube.id)
          ? { ...candidate, heat: 1 + 20 * next(), changesPerWeek: 2 * next(), usesPerDay: 9 * next() }
          : { ...candidate, heat: Math.min(candidate.heat, 1.9) * next() },
      );
      const then = sets(drifted, { previous: remembered(first) });
      assert.equal(compileBlock(then.sets).sha256, compileBlock(first.sets).sha256);
    }),
  );
});

test("a hot cube comes in at the high mark and leaves below the low one", () => {
  const at = (heat: number, previous: readonly RememberedSet[]) =>
    sets([candidateOf(cubeOf(1), 9), candidateOf(cubeOf(2), heat)], { previous });
  let made = at(1.9, []);
  const states: boolean[] = [];
  for (const heat of [1.9, 2, 1.9, 1.1, 1, 0.9, 1.9, 2]) {
    made = at(heat, remembered(made));
    states.push(inSets(made).flat().includes(idOf(2)));
  }
  assert.deepEqual(states, [false, true, true, true, true, false, false, true]);
});

test("a cube comes in when it seldom changes and leaves when it changes often", () => {
  const at = (changesPerWeek: number, previous: readonly RememberedSet[]) =>
    sets([candidateOf(cubeOf(1), 9, { changesPerWeek })], { previous });
  const out = at(0.6, []);
  assert.deepEqual(out.leftOut, [{ cube: idOf(1), reason: "changing" }]);
  const into = at(0.5, remembered(out));
  assert.deepEqual(inSets(at(2, remembered(into))), [ids(1)]);
  assert.deepEqual(at(2.1, remembered(into)).leftOut, [{ cube: idOf(1), reason: "changing" }]);
});

test("newcomers go into the last set or a new one, whatever their age, and nothing before them moves", () => {
  const text = "word ".repeat(20);
  const hot = (...numbers: number[]) => numbers.map((number) => candidateOf(cubeOf(number, { text }), 9));
  const limits = { setTokens: 80 };
  const first = sets(hot(10, 11, 12), limits);
  assert.deepEqual(inSets(first), [ids(10, 11), ids(12)]);
  const older = sets(hot(1, 10, 11, 12), { ...limits, previous: remembered(first) });
  assert.deepEqual(inSets(older), [ids(10, 11), ids(1, 12)]);
  const full = sets(hot(1, 2, 10, 11, 12), { ...limits, previous: remembered(older) });
  assert.deepEqual(inSets(full), [ids(10, 11), ids(1, 12), ids(2)]);
  assert.ok(compileBlock(full.sets).text.startsWith(compileBlock(older.sets).text));
  const gone = sets(hot(1, 2, 10, 12), { ...limits, previous: remembered(full) });
  assert.deepEqual(inSets(gone), [ids(10), ids(1, 12), ids(2)], "what leaves makes no other move");
});

test("a cube that has grown too long for its set moves on, one that is too long for any stays out", () => {
  const of = (first: number, second: number) => [
    candidateOf(cubeOf(1, { text: "word ".repeat(first) }), 9),
    candidateOf(cubeOf(2, { text: "word ".repeat(second) }), 9),
  ];
  const limits = { setTokens: 80 };
  const made = sets(of(20, 20), limits);
  assert.deepEqual(inSets(made), [ids(1, 2)]);
  const grown = sets(of(20, 50), { ...limits, previous: remembered(made) });
  assert.deepEqual(inSets(grown), [ids(1), ids(2)]);
  const huge = sets(of(20, 500), { ...limits, previous: remembered(made) });
  assert.deepEqual([inSets(huge), huge.leftOut], [[ids(1)], [{ cube: idOf(2), reason: "large" }]]);
});

test("where room is short, core memory has it first, then what is there already, then the hottest", () => {
  const text = "word ".repeat(20);
  const core = candidateOf(cubeOf(9, { text, type: "core" }), 0);
  const [warm, hot, hotter] = [3, 4, 5].map((heat) => candidateOf(cubeOf(heat, { text }), heat)) as [
    BlockCandidate,
    BlockCandidate,
    BlockCandidate,
  ];
  const two = { tokens: 90 };
  const made = sets([core, warm, hot], two);
  assert.deepEqual(inSets(made), [ids(9), ids(4)]);
  assert.deepEqual(made.leftOut, [{ cube: idOf(3), reason: "room" }]);
  const later = sets([core, hot, hotter], { ...two, previous: remembered(made) });
  assert.deepEqual(inSets(later), [ids(9), ids(4)], "it is not driven out by what is a little hotter");
  assert.deepEqual(inSets(sets([warm, core], { tokens: 50 })), [ids(9)]);
});

test("a set keeps its tier, and is as unstable as all that stands before it", () => {
  const rates = { usesPerDay: 4, changesPerWeek: 0.25 };
  const candidates = [
    candidateOf(cubeOf(1, { type: "core" }), 0, { usesPerDay: 1, changesPerWeek: 0.5 }),
    candidateOf(cubeOf(2), 9, rates),
    candidateOf(cubeOf(3), 9, { ...rates, usesPerDay: 9 }),
  ];
  const made = sets(candidates);
  assert.deepEqual(
    made.sets.map(({ placement }) => [placement.usesPerDay, placement.changesPerWeek, placement.tier]),
    [
      [1, 0.5, "plaintext"],
      [9, 1, "plaintext"],
    ],
  );
  const placed = sets(candidates, { previous: remembered(made, "activation") });
  assert.ok(placed.sets.every(({ placement }) => placement.tier === "activation"));
  const elsewhere = sets(
    candidates.map(({ cube, ...use }) => ({ ...use, cube: { ...cube, scope: { tenant: "b" } } as MemCube })),
    { scope: { tenant: "b" }, previous: remembered(made, "activation") },
  );
  const known = new Set(made.sets.map(({ id }) => id));
  assert.ok(
    elsewhere.sets.every(({ id }) => !known.has(id)),
    "another scope has other sets",
  );
  assert.ok(elsewhere.sets.every(({ placement }) => placement.tier === "plaintext"));
});

test("settings that contradict themselves are refused", () => {
  for (const wrong of [
    { leaveHeat: 3 },
    { leaveChangesPerWeek: 0.1 },
    { tokens: 0 },
    { setTokens: 1_000_001 },
    { bytesPerToken: 0 },
  ])
    assert.throws(() => sets([], wrong), refused("INVALID_INPUT"));
  assert.deepEqual(sets([]), { sets: [], leftOut: [] });
});
