import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { scopeContains } from "../../memcube/index.js";
import { isMemosError, type MemosError, type Scope } from "../../memos/index.js";
import { allOf, collect, flush, openMemos, openStore, remember, textIn, UNKNOWN_ID } from "./support.js";

/** Names that would be someone else's if any of them were text of a query instead of a value. */
const USERS = [undefined, "ana", "ben", "x' OR '1'='1", "ana' --", 'ana"'];
const SESSIONS = [undefined, "s1", "s2"];
const TENANTS = ["acme", "acme' OR tenant <> 'acme"];

const scopes = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  user: fc.constantFrom(...USERS),
  session: fc.constantFrom(...SESSIONS),
});

const operations = fc.array(
  fc.record({
    kind: fc.constantFrom(
      ...["add", "add", "add", "search", "recall", "list", "stats", "export", "flush"],
      ...["get", "history", "update", "forget"],
    ),
    scope: scopes,
    target: fc.nat(),
  }),
  { minLength: 4, maxLength: 30 },
);

interface Known {
  readonly id: string;
  readonly scope: Scope;
  readonly text: string;
}

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
let runs = 0;

function scopeOf(parts: { tenant: string; user: string | undefined; session: string | undefined }): Scope {
  return {
    tenant: `${parts.tenant} ${runs}`,
    ...(parts.user === undefined ? {} : { user: parts.user }),
    ...(parts.session === undefined ? {} : { session: parts.session }),
  };
}

async function failure(attempt: Promise<unknown>): Promise<MemosError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(isMemosError(error), String(error));
    return error;
  }
  assert.fail("it should have been refused");
}

test("no operation from one scope shows or changes a cube of another", async () => {
  await fc.assert(
    fc.asyncProperty(operations, async (steps) => {
      runs++;
      let cubes: Known[] = [];
      const ids = (known: readonly { readonly id: string }[]) => known.map(({ id }) => id).sort();
      for (const [index, { kind, scope: parts, target }] of steps.entries()) {
        const scope = scopeOf(parts);
        const visible = cubes.filter((cube) => scopeContains(scope, cube.scope));
        const chosen = cubes[target % Math.max(1, cubes.length)];
        const id = chosen?.id ?? UNKNOWN_ID;
        /** What an operation on one cube does: it works from a scope that contains it, and there is no cube from any other. */
        const onOne = async (attempt: (id: string) => Promise<unknown>, then: () => void = () => {}) => {
          if (chosen !== undefined && visible.includes(chosen)) {
            await attempt(id);
            then();
            return;
          }
          const refusal = await failure(attempt(id));
          const unknown = await failure(attempt(UNKNOWN_ID));
          assert.deepEqual(refusal.toJSON(), {
            ...unknown.toJSON(),
            message: unknown.message.replace(UNKNOWN_ID, id),
          });
        };
        switch (kind) {
          case "add": {
            const text = `memory number ${index}`;
            cubes.push({ id: await remember(memos, text, scope), scope, text });
            break;
          }
          case "search": {
            const { hits } = await memos.search("memory", scope, { k: 1000 });
            assert.deepEqual(hits.flatMap((hit) => [hit.cube.id, ...hit.duplicates]).sort(), ids(visible));
            break;
          }
          case "recall": {
            const { items, text } = await memos.recall("memory", scope, { budget: 5000 });
            assert.deepEqual(ids(items), ids(visible));
            for (const cube of cubes)
              if (!visible.includes(cube)) assert.ok(!text.includes(`${cube.text}\n`), cube.text);
            break;
          }
          case "list":
            assert.deepEqual(ids(await allOf(memos, scope)), ids(visible));
            break;
          case "stats": {
            const stats = await memos.stats(scope);
            assert.equal(stats.cubes, visible.length);
            break;
          }
          case "export": {
            const exported = await collect(memos.export(scope));
            assert.deepEqual(ids(exported.map(({ cube }) => cube)), ids(visible));
            break;
          }
          case "flush":
            await flush(store);
            break;
          case "get":
            await onOne((cube) => memos.get(cube, scope));
            break;
          case "history":
            await onOne((cube) => memos.history(cube, scope));
            break;
          case "update":
            await onOne((cube) => memos.update(cube, { tags: ["changed"] }, scope));
            break;
          case "forget":
            await onOne(
              (cube) => memos.forget(cube, scope),
              () => {
                cubes = cubes.filter((cube) => cube !== chosen);
              },
            );
        }
      }
      for (const cube of cubes) assert.equal(textIn(await memos.get(cube.id, cube.scope)), cube.text);
    }),
    { numRuns: 30 },
  );
});
