import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { newCubeId, scopeContains } from "../../../memcube/index.js";
import type { MemOS, Scope } from "../../../memos/index.js";
import { ADAPTER_LIMITS } from "../../../memos/parametric/limits.js";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { inLedger, refused, remember } from "../support.js";
import { ANA, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, budget: 0, maxTokens: 2 } as const;
const TEXT = "Ana lives in Lisbon.";
const engine = await localEngine({ after }, { sequences: 2 });

const METHODS: Record<string, (memos: MemOS, id: string, scope: Scope) => Promise<unknown>> = {
  get: (memos, id, scope) => memos.adapters.get(id, scope),
  attach: (memos, id, scope) => memos.adapters.attach(id, scope),
  detach: (memos, id, scope) => memos.adapters.detach(id, scope),
  retrain: (memos, id, scope) => memos.adapters.retrain(id, scope),
  revoke: (memos, id, scope) => memos.adapters.revoke(id, scope),
  chat: (memos, id, scope) => ask(memos, QUESTION, scope, { ...ASKED, adapters: [id] }),
};

test("no method shows, uses or changes an adapter from the scope of somebody else", async (t) => {
  const { memos } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  const id = await trained(memos, ANA);
  for (const scope of [
    { tenant: "globex", user: "ana" },
    { tenant: "acme", user: "ben" },
    { tenant: "acme", agent: "bot", user: "ben" },
  ]) {
    for (const [name, call] of Object.entries(METHODS))
      await assert.rejects(call(memos, id, scope), refused("NOT_FOUND"), `${name} ${JSON.stringify(scope)}`);
    assert.deepEqual((await memos.adapters.list(scope)).adapters, []);
    assert.equal((await memos.adapters.plan(scope)).memories, 0);
  }
  assert.equal((await memos.adapters.get(id, ANA)).state, "ready");
  assert.deepEqual((await memos.adapters.get(id, ANA)).attached, []);
});

const users = ["ana", "ben", undefined];
const agents = ["bot", "owl", undefined];
const SCOPES: Scope[] = users.flatMap((user) =>
  agents.map((agent) => ({
    tenant: "acme",
    ...(user === undefined ? {} : { user }),
    ...(agent === undefined ? {} : { agent }),
  })),
);

test("wherever adapters are attached, none answers for another user or agent than those whose memories it learned", async (t) => {
  const { memos } = await openTraining(t, { engine });
  const trainers: { id: string; scope: Scope; sources: Scope[] }[] = [];
  for (const source of SCOPES) await remember(memos, { text: TEXT, actor: "ana" }, source);
  for (const scope of [ANA, { tenant: "acme", agent: "bot" }, { tenant: "acme" }]) {
    const id = await trained(memos, scope);
    trainers.push({ id, scope, sources: SCOPES.filter((source) => scopeContains(scope, source)) });
  }
  const common = await remember(memos, { text: TEXT, actor: "ben" }, { tenant: "acme" });
  const id = await trained(memos, { tenant: "acme" }, { cubes: [common] });
  trainers.push({ id, scope: { tenant: "acme" }, sources: [{ tenant: "acme" }] });

  const attachment = fc.record({
    adapter: fc.constantFrom(...trainers),
    scope: fc.constantFrom(...SCOPES),
  });
  const parts = (scope: Scope) => Object.keys(scope).length;
  await fc.assert(
    fc.asyncProperty(fc.array(attachment, { maxLength: 4 }), async (wanted) => {
      const attached: typeof wanted = [];
      for (const one of wanted) {
        const related =
          scopeContains(one.scope, one.adapter.scope) || scopeContains(one.adapter.scope, one.scope);
        const attempt = memos.adapters.attach(one.adapter.id, one.scope);
        if (related) {
          await attempt;
          attached.push(one);
        } else await assert.rejects(attempt, refused("NOT_FOUND"));
      }
      for (const scope of SCOPES) {
        const { adapters } = await ask(memos, QUESTION, scope, ASKED);
        const expected = attached.filter(
          ({ adapter, scope: where }) =>
            scopeContains(where, scope) &&
            adapter.sources.every(({ user, agent }) =>
              [
                [scope.user, user],
                [scope.agent, agent],
              ].every(([mine, its]) => mine === undefined || its === undefined || mine === its),
            ),
        );
        const ids = new Set(expected.map(({ adapter }) => adapter.id));
        assert.deepEqual(new Set(adapters.map((one) => one.id)), ids);
        // The widest first.
        const places = adapters.map((one) =>
          Math.max(...expected.filter(({ adapter }) => adapter.id === one.id).map((at) => parts(at.scope))),
        );
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
      }
      for (const { adapter, scope } of attached) await memos.adapters.detach(adapter.id, scope);
    }),
    { numRuns: 6 },
  );
});

test("an adapter answers only whom may read all that it learned, by label, and only they are told of it", async (t) => {
  const { memos } = await openTraining(t, { engine });
  const shared = { visibility: "shared", sensitivity: "public" } as const;
  const open = await remember(memos, { text: TEXT, governance: shared }, ANA);
  await remember(memos, "Ana has a walrus.", ANA);
  const bot = { kind: "agent", id: "bot" } as const;
  await memos.governance.createPrincipal({ tenant: "acme", ...bot });
  await memos.governance.grant({ principal: bot, space: ANA, actions: ["read"], sensitivity: "public" });
  const view = memos.as({ tenant: "acme", ...bot });
  const all = await trained(memos, ANA, { attach: true });
  const some = await trained(memos, ANA, { attach: true, cubes: [open] });
  const used = async (who: MemOS) => {
    const { adapters, warnings } = await ask(who, QUESTION, ANA, ASKED);
    assert.deepEqual(warnings, []);
    return adapters.map(({ id }) => id);
  };
  assert.deepEqual(await used(memos), [all, some]);
  assert.deepEqual(await used(view), [some]);
  await assert.rejects(ask(view, QUESTION, ANA, { ...ASKED, adapters: [all] }), refused("NOT_FOUND"));
  for (const [name, call] of Object.entries(METHODS))
    if (name !== "chat") await assert.rejects(call(view, some, ANA), refused("FORBIDDEN"), name);
  await assert.rejects(view.adapters.tidy(), refused("FORBIDDEN"));
});

test("an adapter of another model is left out of a prompt, and the receipt says so", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  const id = await trained(memos, ANA, { attach: true });
  const model = async () => ({ ...(await engine.model()), sha256: "0".repeat(64) });
  const other = new Proxy(engine, {
    get(target, name) {
      const found = name === "model" ? model : Reflect.get(target, name, target);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  const { memos: elsewhere } = await openTraining(t, { path, engine: other });
  const { adapters, warnings } = await ask(elsewhere, QUESTION, ANA, ASKED);
  assert.deepEqual(adapters, []);
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message.includes(id), message.includes("another model")]),
    [["ADAPTER_UNUSED", true, true]],
  );
});

test("a scope has so many adapters and no more", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  const id = await trained(memos, ANA);
  const others = Array.from({ length: ADAPTER_LIMITS.attached }, () => newCubeId());
  inLedger(path, (db) => {
    const [row] = db.prepare("SELECT * FROM adapters").all() as [Record<string, unknown>];
    const columns = Object.keys(row);
    const insert = db.prepare(
      `INSERT INTO adapters (${columns.map((name) => `"${name}"`)}) VALUES (${columns.map(() => "?")})`,
    );
    for (const id of others) insert.run(...Object.values({ ...row, id }));
  });
  for (const other of others) await memos.adapters.attach(other, ANA);
  await assert.rejects(memos.adapters.attach(id, ANA), refused("INVALID_INPUT"));
  await memos.adapters.attach(others[0] ?? "", ANA, { scale: 2 });
  await memos.adapters.detach(others[0] ?? "", ANA);
  await memos.adapters.attach(id, ANA);
  await memos.adapters.attach(others[0] ?? "", { tenant: "acme" });
  const wanted = { ...ASKED, adapters: [...others, id] };
  await assert.rejects(ask(memos, QUESTION, ANA, wanted), refused("INVALID_INPUT"));
});
