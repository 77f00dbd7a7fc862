import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Scope } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { inLedger, refused, remember } from "../support.js";
import { ANA, compiledIn, ONLY, openCompiling, QUESTION, RULE } from "./support.js";

test("no scope gets a state that was compiled for another, whatever it remembers", async (t) => {
  const { memos, engine } = await openCompiling(t);
  const scopes: Scope[] = ["acme", "globex"].flatMap((tenant) =>
    ["ana", "ben"].flatMap((user) => [
      { tenant, user, agent: "bot" },
      { tenant, user, app: "bot" },
    ]),
  );
  for (const scope of scopes) await remember(memos, { ...RULE, actor: "ana" }, scope);
  const prompts = new Set<string>();
  const check = async (compiled: readonly Scope[]) => {
    for (const scope of scopes) await memos.activations.drop(scope);
    for (const scope of compiled) assert.equal((await memos.activations.compile(scope)).reason, "compiled");
    for (const scope of scopes) {
      const { tokens } = await ask(memos, QUESTION, scope, ONLY);
      prompts.add(engine.lastPrompt);
      const own = compiled.includes(scope) ? 1 : 0;
      assert.equal(tokens.restored > 0, own === 1, JSON.stringify(scope));
      assert.equal(await compiledIn(memos, scope), own);
      assert.equal(engine.requests.at(-1)?.salt, scope.tenant);
    }
  };
  await fc.assert(fc.asyncProperty(fc.subarray(scopes), check), { numRuns: 8 });
  assert.equal(prompts.size, 1, "they all say the same");
});

test("who may not see everything has a block of their own, and leaves the owner's as it is", async (t) => {
  const { memos, engine, path } = await openCompiling(t);
  const shared = { visibility: "shared", sensitivity: "public" } as const;
  await remember(memos, { ...RULE, governance: shared }, ANA);
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  const bot = { kind: "agent", id: "bot" } as const;
  await memos.governance.createPrincipal({ tenant: "acme", ...bot });
  await memos.governance.grant({ principal: bot, space: ANA, actions: ["read"], sensitivity: "public" });
  const view = memos.as({ tenant: "acme", ...bot });

  await memos.activations.compile(ANA);
  const saved = () => inLedger(path, (db) => db.prepare("SELECT tenant, owner, sets FROM block_sets").all());
  const before = saved();
  const missed = await ask(view, QUESTION, ANA, ONLY);
  assert.deepEqual([missed.tokens.restored, missed.block.memories], [0, 1]);
  assert.ok(engine.lastPrompt.includes("Portuguese") && !engine.lastPrompt.includes("walrus"));
  const compiled = await view.activations.compile(ANA);
  assert.equal(compiled.reason, "compiled");
  assert.ok(!JSON.stringify(await view.activations.plan(ANA)).includes("walrus"));
  assert.deepEqual(saved(), before);
  for (const [who, memories] of [
    [memos, 2],
    [view, 1],
  ] as const) {
    const { tokens, block } = await ask(who, QUESTION, ANA, ONLY);
    assert.ok(tokens.restored > 0);
    assert.equal(block.memories, memories);
  }
  await assert.rejects(view.activations.list(ANA), refused("FORBIDDEN"));
  await assert.rejects(view.activations.drop(ANA), refused("FORBIDDEN"));
  await assert.rejects(view.activations.tidy(), refused("FORBIDDEN"));
});
