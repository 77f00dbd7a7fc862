import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { MemOS, Scope } from "../../memos/index.js";
import { allOf, collect, flush, openMemos, openStore, remember } from "./support.js";

const TOKENS = ["quartz", "walrus", "saffron", "tundra", "oboe"] as const;
type Token = (typeof TOKENS)[number];

/** What the system is, in a few lines: which token each living cube says, and how often it was changed. */
type Model = Map<string, { token: Token; versions: number }>;

const token = fc.constantFrom(...TOKENS);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), token }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("addMany" as const),
        tokens: fc.array(token, { maxLength: 6 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("update" as const), token, target: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("forget" as const), target: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("rebuild" as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("search" as const), token }) },
  ),
  { minLength: 12, maxLength: 24 },
);

const { memos: one, path } = await openMemos({ after });
const { memos: two } = await openMemos({ after }, { path });
const store = await openStore({ after }, path);
let runs = 0;

async function finds(memos: MemOS, scope: Scope, said: Token): Promise<string[]> {
  const { hits } = await memos.search(said, scope, { k: 1000, channels: ["text"] });
  return hits.flatMap(({ cube, duplicates }) => [cube.id, ...duplicates]).sort();
}

function saying(model: Model, said: Token): string[] {
  return [...model].flatMap(([id, cube]) => (cube.token === said ? [id] : [])).sort();
}

test("what is found is what was said, at every moment and over every connection", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const scope = { tenant: `run ${++runs}` };
      const model: Model = new Map();
      for (const [index, step] of sequence.entries()) {
        const [memos, other] = index % 2 === 0 ? [one, two] : [two, one];
        const target =
          "target" in step ? [...model.keys()][step.target % Math.max(1, model.size)] : undefined;
        const before = target === undefined ? undefined : model.get(target)?.token;
        switch (step.kind) {
          case "add":
            model.set(await remember(memos, `She mentioned ${step.token}.`, scope), {
              token: step.token,
              versions: 1,
            });
            break;
          case "addMany": {
            const progress = await collect(
              memos.addMany(
                step.tokens.map((said) => `He has a ${said}`),
                scope,
              ),
            );
            const written = progress.flatMap((part) => part.written);
            for (const [at, { id }] of written.entries())
              model.set(id, { token: step.tokens[at] as Token, versions: 1 });
            break;
          }
          case "update": {
            if (target === undefined) break;
            const { written } = await memos.update(target, { text: `Now a ${step.token}.` }, scope);
            model.set(target, { token: step.token, versions: written[0]?.version ?? 0 });
            break;
          }
          case "forget":
            if (target === undefined) break;
            await memos.forget(target, scope);
            model.delete(target);
            break;
          case "flush":
            await flush(store);
            break;
          case "rebuild":
            await memos.rebuild();
            break;
          case "search":
            assert.deepEqual(await finds(memos, scope, step.token), saying(model, step.token));
        }
        // What it said before, and what it says now.
        const touched = [before, "token" in step ? step.token : undefined, TOKENS[index % TOKENS.length]];
        for (const said of new Set(touched.filter((item) => item !== undefined)))
          assert.deepEqual(
            await finds(other, scope, said),
            saying(model, said),
            `"${said}" after ${step.kind}`,
          );
      }
      for (const memos of [one, two]) {
        for (const said of TOKENS) assert.deepEqual(await finds(memos, scope, said), saying(model, said));
        assert.deepEqual((await allOf(memos, scope)).map(({ id }) => id).sort(), [...model.keys()].sort());
      }
      for (const [id, { versions }] of model) {
        const history = await two.history(id, scope);
        assert.deepEqual([history.intact, history.versions.length], [true, versions]);
      }
    }),
    { numRuns: 15 },
  );
});
