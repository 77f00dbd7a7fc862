import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { fingerprintHash } from "../../../memos/activation/fingerprint.js";
import type { CompileRequest } from "../../../memos/inference/engine.js";
import { states } from "../activation/support.js";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { remember } from "../support.js";
import { ANA, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, budget: 0, maxTokens: 2 } as const;
const engine = await localEngine({ after }, { sequences: 8 });

test("any two sets of adapters share neither a compiled state nor a live sequence", async (t) => {
  const { memos, trainer } = await openTraining(t, { engine });
  await remember(memos, { text: "Ana speaks Portuguese.", type: "core" }, ANA);
  const ids: string[] = [];
  for (const seed of [1, 2, 3]) {
    trainer.seed = seed;
    ids.push(await trained(memos, ANA));
  }
  const use = fc.record({ id: fc.constantFrom(...ids), scale: fc.constantFrom(0.5, 1) });
  const set = fc.uniqueArray(use, { maxLength: 2, selector: ({ id }) => id });
  const sets = fc.uniqueArray(set, { minLength: 4, maxLength: 6, selector: (one) => JSON.stringify(one) });
  const attach = async (adapters: readonly { id: string; scale: number }[]) => {
    for (const id of ids) await memos.adapters.detach(id, ANA);
    for (const { id, scale } of adapters) await memos.adapters.attach(id, ANA, { scale });
  };
  await fc.assert(
    fc.asyncProperty(sets, fc.nat(5), async (all, at) => {
      await memos.activations.drop(ANA);
      await engine.drop();
      for (const expected of ["nothing", "its own"])
        for (const one of all) {
          await attach(one);
          const { tokens, adapters } = await ask(memos, QUESTION, ANA, ASKED);
          assert.deepEqual(adapters.length, one.length);
          assert.equal(tokens.reused > 0, expected === "its own", "live");
        }
      const compiled = all.filter((_, place) => place !== at % all.length);
      for (const one of compiled) {
        await attach(one);
        assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
      }
      await engine.drop();
      for (const one of all) {
        await attach(one);
        const { tokens, block } = await ask(memos, QUESTION, ANA, ASKED);
        assert.equal(tokens.restored > 0, compiled.includes(one), "stored");
        assert.equal(block.miss, undefined);
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test("different sets have different fingerprints: by adapter, by order and by scale", async () => {
  const uses = [
    [],
    [["a", 1]],
    [["a", 0.5]],
    [["b", 1]],
    [
      ["a", 1],
      ["b", 1],
    ],
    [
      ["b", 1],
      ["a", 1],
    ],
  ] as const;
  const base = await engine.fingerprint();
  const hashes = uses.map((set) =>
    fingerprintHash({
      ...base,
      adapters: set.map(([name, scale]) => ({ sha256: name.repeat(64), scale })),
    }),
  );
  assert.equal(new Set(hashes).size, uses.length);
});

test("an adapter that is taken back takes along what was computed under it, and nothing else", async (t) => {
  const { memos } = await openTraining(t, { engine });
  await remember(memos, { text: "Ana speaks Portuguese.", type: "core" }, ANA);
  const id = await trained(memos, ANA);
  await memos.activations.compile(ANA);
  await memos.adapters.attach(id, ANA);
  await memos.activations.compile(ANA);
  assert.equal((await memos.activations.list(ANA)).activations.length, 2);
  await memos.adapters.revoke(id, ANA);
  const [left, ...others] = (await memos.activations.list(ANA)).activations;
  assert.equal(others.length, 0);
  assert.ok(left?.cube.payload.kind === "activation");
  assert.deepEqual(left.cube.payload.fingerprint.adapters, []);
  assert.ok((await ask(memos, QUESTION, ANA, ASKED)).tokens.restored > 0);
});

test("what is compiled while its adapter is taken back is not kept", async (t) => {
  let during: () => Promise<unknown> = async () => undefined;
  const compiling = new Proxy(engine, {
    get(target, name) {
      const found = Reflect.get(target, name, target);
      if (typeof found !== "function") return found;
      if (name !== "compile") return found.bind(target);
      return async (request: CompileRequest) => {
        const compiled = await target.compile(request);
        await during();
        return compiled;
      };
    },
  });
  const { memos, path } = await openTraining(t, { engine: compiling });
  await remember(memos, { text: "Ana speaks Portuguese.", type: "core" }, ANA);
  const id = await trained(memos, ANA, { attach: true });
  during = () => memos.adapters.revoke(id, ANA);
  assert.equal((await memos.activations.compile(ANA)).reason, "changed");
  assert.deepEqual((await memos.activations.list(ANA)).activations, []);
  assert.deepEqual(await states(path), []);
});
