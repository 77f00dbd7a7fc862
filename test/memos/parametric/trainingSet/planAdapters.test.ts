import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { planAdapters } from "../../../../memos/parametric/trainingSet/index.js";
import { manySources, sourceOf } from "../sources.js";

test("few memories are one adapter, many are several, each within the limit", async () => {
  assert.equal((await planAdapters(manySources(10))).length, 1);
  const plan = await planAdapters(manySources(10_000));
  assert.equal(plan.length, 5);
  assert.ok(plan.every(({ length }) => length <= ADAPTER_LIMITS.memories));
});

test("every memory is in one adapter, and those about one subject are together where they fit", async () => {
  const names = ["Ana", "Bea", "Rui", "Tom"];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 10 }),
      async (subjects, limit) => {
        const sources = subjects.map((name, at) => sourceOf(at + 1, `${name} lives in P${at}.`));
        const plan = await planAdapters(sources, limit);
        const ids = plan.map((group) => group.map(({ cube }) => cube.id));
        assert.deepEqual(ids.flat().sort(), sources.map(({ cube }) => cube.id).sort());
        assert.ok(ids.every(({ length }) => length > 0 && length <= limit));
        for (const name of names) {
          const about = sources.filter((_, at) => subjects[at] === name).map(({ cube }) => cube.id);
          const parts = ids.filter((group) => about.some((id) => group.includes(id)));
          if (about.length > 0) assert.equal(parts.length, Math.ceil(about.length / limit), name);
        }
        assert.deepEqual(await planAdapters(sources.toReversed(), limit), plan);
      },
    ),
    { numRuns: 100 },
  );
});

test("no memories are refused", async () => {
  await assert.rejects(planAdapters([]), (error) => isMemosError(error, "INVALID_INPUT"));
});
