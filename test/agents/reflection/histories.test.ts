import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MemCube, Scope } from "../../../memos/index.js";
import { allOf, textIn } from "../../memos/support.js";
import { on, openReflecting, reflect, statements } from "./support.js";

const TEXTS = [
  "I went to the gym.",
  "I went swimming with friends.",
  "I live in Lisbon.",
  "I love strong coffee.",
  "Did I go to the gym?",
  "First wash the rice, then boil it.",
  "Backup of the photo archive ran through.",
] as const;

const saying = fc.record({
  do: fc.constant("say" as const),
  who: fc.constantFrom(0, 1),
  day: fc.integer({ min: 1, max: 28 }),
  text: fc.constantFrom(...TEXTS),
});
const act = fc.oneof(
  { weight: 6, arbitrary: saying },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), at: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reflect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("undo" as const) }) },
);

/** What can be seen of memories, without the versions that coming and going back leaves. */
function visible(cubes: readonly MemCube[]) {
  return cubes
    .filter(({ state }) => state === "active")
    .map((cube) => ({ id: cube.id, type: cube.type, text: textIn(cube), sources: cube.provenance.sources }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

let histories = 0;

test("in any history statements have their evidence in their own scope, a run is stable, and its undo gives back what was", async (t) => {
  const { memos } = await openReflecting(t);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 24 }), async (acts) => {
      const tenant = `t${histories++ % 8}`;
      const owners: Scope[] = [0, 1].map((who) => ({ tenant, user: `u${histories}-${who}` }));
      const spoken: { id: string; scope: Scope }[] = [];
      const undoable: { id: string; scope: Scope; before: unknown }[] = [];
      for (const one of acts) {
        if (one.do === "say") {
          const scope = owners[one.who] as Scope;
          const day = `2026-03-${String(one.day).padStart(2, "0")}`;
          const { written } = await memos.add(on(day, one.text), scope);
          for (const { id } of written) spoken.push({ id, scope });
          undoable.length = 0;
        } else if (one.do === "forget") {
          const [gone] = spoken.splice(one.at % Math.max(1, spoken.length), 1);
          if (gone !== undefined) await memos.forget(gone.id, gone.scope);
          undoable.length = 0;
        } else if (one.do === "reflect")
          for (const scope of owners) {
            const before = visible(await allOf(memos, scope));
            const run = await reflect(memos, scope);
            if (run.made.length > 0) undoable.push({ id: run.id, scope, before });
            assert.deepEqual((await reflect(memos, scope)).made, []);
          }
        else {
          const last = undoable.pop();
          if (last === undefined) continue;
          const { left } = await memos.consolidation.undo(last.id, last.scope);
          assert.deepEqual(left, []);
          assert.deepEqual(visible(await allOf(memos, last.scope)), last.before);
          assert.deepEqual((await reflect(memos, last.scope)).made, []);
        }
        for (const scope of owners)
          for (const made of await statements(memos, scope)) {
            assert.deepEqual(made.scope, scope);
            assert.ok(made.provenance.sources.length >= 2);
            for (const { cube } of made.provenance.sources)
              assert.ok(cube === made.id || (await belongs(cube, scope)), `${cube} is of another scope`);
          }
      }
      async function belongs(id: string, scope: Scope) {
        const known = spoken.find((one) => one.id === id);
        if (known !== undefined) return known.scope === scope;
        // Forgotten since: the next run revises what it bore out.
        return memos.get(id, scope).then(
          () => false,
          () => true,
        );
      }
    }),
    { numRuns: 200 },
  );
});
