import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  BATCH_LIMITS,
  type BatchPlan,
  type PlannedRequest,
  planBatches,
  simulatePrefill,
} from "../../../../memos/inference/batching/index.js";
import { refused } from "../../support.js";

/** Prompts over few tokens, so that they share beginnings, are beginnings of each other, and are equal. */
const requests: fc.Arbitrary<PlannedRequest[]> = fc
  .array(
    fc.record({
      tokens: fc
        .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 })
        .map((tokens) => Int32Array.from(tokens)),
      maxTokens: fc.integer({ min: 1, max: 64 }),
    }),
    { maxLength: 24 },
  )
  .map((list) => list.map((request, at) => ({ id: `r${at}`, ...request })));

const settings = fc.record({
  liveStates: fc.integer({ min: 1, max: 4 }),
  minShared: fc.integer({ min: 1, max: 6 }),
});

/** What {@link simulatePrefill} says, by comparing every prompt with every state. */
function prefilledByComparing(
  prompts: readonly Int32Array[],
  { liveStates, minShared }: { liveStates: number; minShared: number },
): number {
  let states: Int32Array[] = [];
  let prefilled = 0;
  for (const tokens of prompts) {
    let best = -1;
    let shared = 0;
    for (const [at, state] of states.entries()) {
      const common = commonLength(state, tokens);
      if (common >= minShared && common >= shared) {
        best = at;
        shared = common;
      }
    }
    if (best === -1) states = states.slice(-liveStates + 1, liveStates === 1 ? 0 : undefined);
    else states.splice(best, 1);
    states.push(tokens);
    prefilled += tokens.length - Math.min(shared, tokens.length - 1);
  }
  return prefilled;
}

function commonLength(a: Int32Array, b: Int32Array): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function promptsInOrder(all: readonly PlannedRequest[], plan: BatchPlan): Int32Array[] {
  const byId = new Map(all.map(({ id, tokens }) => [id, tokens]));
  return plan.groups.flatMap(({ members }) => members.map((id) => byId.get(id) ?? new Int32Array(0)));
}

/** Prompts that share one of these prefixes, in turn, each with a question of its own. */
function sharing(count: number, prefixes: number, prefixTokens: number, ownTokens: number): PlannedRequest[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `r${at}`,
    maxTokens: 16,
    tokens: Int32Array.from({ length: prefixTokens + ownTokens }, (_, token) =>
      token < prefixTokens ? 1_000 + (at % prefixes) : 10_000 + at,
    ),
  }));
}

describe("a plan", () => {
  test("has every request once", () => {
    fc.assert(
      fc.property(requests, settings, (all, options) => {
        const ids = planBatches(all, options).groups.flatMap(({ members }) => members);
        assert.deepEqual([...ids].sort(), all.map(({ id }) => id).sort());
      }),
    );
  });

  test("never prefills more than the order of arrival, nor more than any other order", () => {
    fc.assert(
      fc.property(
        requests.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        settings,
        ([all, other], options) => {
          const { plannedPrefill, arrivalPrefill } = planBatches(all, options);
          assert.ok(plannedPrefill <= arrivalPrefill);
          assert.ok(
            plannedPrefill <=
              simulatePrefill(
                other.map(({ tokens }) => tokens),
                options,
              ),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test("expects of both orders what the cache does with them", () => {
    fc.assert(
      fc.property(requests, settings, (all, options) => {
        const plan = planBatches(all, options);
        assert.equal(plan.plannedPrefill, prefilledByComparing(promptsInOrder(all, plan), options));
        assert.equal(
          plan.arrivalPrefill,
          prefilledByComparing(
            all.map(({ tokens }) => tokens),
            options,
          ),
        );
        assert.equal(
          plan.promptTokens,
          all.reduce((sum, { tokens }) => sum + tokens.length, 0),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("prefills each token of the prefix tree once with one live state, and the last of a repeated prompt again", () => {
    fc.assert(
      fc.property(requests, (all) => {
        const prefixes = new Set<string>();
        const prompts = new Set<string>();
        for (const { tokens } of all) {
          prompts.add(tokens.join());
          for (let end = 1; end <= tokens.length; end++) prefixes.add(tokens.slice(0, end).join());
        }
        const { plannedPrefill } = planBatches(all, { liveStates: 1, minShared: 1 });
        assert.equal(plannedPrefill, prefixes.size + all.length - prompts.size);
      }),
      { numRuns: 500 },
    );
  });

  test("says what the members of a group share, and shares no less than was asked for", () => {
    fc.assert(
      fc.property(requests, settings, (all, options) => {
        const byId = new Map(all.map(({ id, tokens }) => [id, tokens]));
        for (const { shared, members } of planBatches(all, options).groups) {
          const [first, ...rest] = members.map((id) => byId.get(id) ?? new Int32Array(0));
          assert.ok(first !== undefined);
          if (rest.length === 0) assert.equal(shared, 0);
          else assert.ok(shared >= options.minShared);
          for (const tokens of rest) assert.ok(commonLength(first, tokens) >= shared);
        }
      }),
    );
  });

  test("is the same again", () => {
    fc.assert(
      fc.property(requests, settings, (all, options) => {
        assert.deepEqual(planBatches(all, options), planBatches(all, options));
      }),
    );
  });

  test("of 64 requests over 8 prefixes with a cache for 2 prefills less than a third", () => {
    const all = sharing(64, 8, 1_000, 20);
    const { groups, plannedPrefill, arrivalPrefill } = planBatches(all, { liveStates: 2 });
    assert.equal(groups.length, 8);
    assert.ok(groups.every(({ shared, members }) => shared === 1_000 && members.length === 8));
    assert.equal(arrivalPrefill, 64 * 1_020);
    assert.equal(plannedPrefill, 8 * 1_000 + 64 * 20);
    assert.ok(arrivalPrefill >= 3 * plannedPrefill);
  });

  test("groups by the document that some share rather than by the system prompt that all share", () => {
    const system = Array.from({ length: 100 }, () => 1);
    const all = sharing(12, 3, 50, 5).map((request) => ({
      ...request,
      tokens: Int32Array.from([...system, ...request.tokens]),
    }));
    const { groups, plannedPrefill } = planBatches(all);
    assert.deepEqual(
      groups.map(({ shared, members }) => [shared, members.length]),
      [
        [150, 4],
        [150, 4],
        [150, 4],
      ],
    );
    assert.equal(plannedPrefill, 100 + 3 * 50 + 12 * 5, "the system prompt is prefilled once all the same");
  });

  test("groups by the system prompt where few share more", () => {
    const system = Array.from({ length: 100 }, () => 1);
    const all = sharing(12, 12, 50, 5).map((request) => ({
      ...request,
      tokens: Int32Array.from([...system, ...request.tokens]),
    }));
    assert.deepEqual(
      planBatches(all).groups.map(({ shared, members }) => [shared, members.length]),
      [[100, 12]],
    );
  });

  test("puts what decodes most for what it prefills first", () => {
    const all = sharing(6, 3, 100, 5).map((request, at) => ({
      ...request,
      maxTokens: [10, 1_000, 100][at % 3] ?? 0,
    }));
    assert.deepEqual(
      planBatches(all).groups.map(({ members }) => members),
      [
        ["r1", "r4"],
        ["r2", "r5"],
        ["r0", "r3"],
      ],
    );
  });

  test("lets requests of different salts share nothing", () => {
    const tokens = Int32Array.from({ length: 100 }, () => 7);
    const all = ["base", "adapter", "base"].map((salt, at) => ({ id: `r${at}`, tokens, maxTokens: 1, salt }));
    const { groups, plannedPrefill } = planBatches(all);
    assert.deepEqual(
      groups.map(({ members }) => members),
      [["r0", "r2"], ["r1"]],
    );
    assert.equal(plannedPrefill, 100 + 1 + 100);
  });

  test("of conversations that grow, each from the one before, is theirs", () => {
    const all = Array.from({ length: 2_000 }, (_, at) => ({
      id: `r${at}`,
      tokens: new Int32Array(at + 1),
      maxTokens: 1,
    }));
    assert.equal(planBatches(all, { minShared: 1 }).plannedPrefill, 2_000);
  });

  test("of nothing is empty", () => {
    assert.deepEqual(planBatches([]), { groups: [], promptTokens: 0, plannedPrefill: 0, arrivalPrefill: 0 });
  });
});

describe("a batch is refused", () => {
  const one: PlannedRequest = { id: "a", tokens: Int32Array.of(1), maxTokens: 1 };

  test("with an id that appears twice", () => {
    assert.throws(() => planBatches([one, one]), refused("INVALID_INPUT"));
  });

  test("with a prompt without tokens", () => {
    assert.throws(() => planBatches([{ ...one, tokens: new Int32Array(0) }]), refused("INVALID_INPUT"));
  });

  test("with too many requests, and taken with as many as are allowed", () => {
    const many = Array.from({ length: BATCH_LIMITS.requests + 1 }, (_, at) => ({ ...one, id: `r${at}` }));
    assert.throws(() => planBatches(many), refused("TOO_LARGE"));
    assert.equal(planBatches(many.slice(1)).promptTokens, BATCH_LIMITS.requests);
  });

  test("with too many tokens", () => {
    const half = new Int32Array(BATCH_LIMITS.tokens / 2);
    const of = (...lengths: number[]) =>
      lengths.map((length, at) => ({ ...one, id: `r${at}`, tokens: half.subarray(0, length) }));
    assert.throws(() => planBatches(of(half.length, half.length, 1)), refused("TOO_LARGE"));
  });

  test("with live states out of range", () => {
    assert.throws(() => planBatches([one], { liveStates: 0 }), refused("INVALID_INPUT"));
    assert.throws(
      () => planBatches([one], { liveStates: BATCH_LIMITS.liveStates + 1 }),
      refused("INVALID_INPUT"),
    );
  });
});
