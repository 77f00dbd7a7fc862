import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Scope } from "../../memcube/index.js";
import {
  type Action,
  type Grant,
  isMemosError,
  type MemCube,
  type MemOS,
  type NewGrant,
  type PrincipalName,
} from "../../memos/index.js";
import { counts, mayTouch } from "../memos/governance/oracle.js";
import { collect } from "../memos/support.js";
import { type Answer, linesOf, startServer } from "./harness.js";

/**
 * Principals × grants × operations × surfaces: what each one may do is worked out by the oracle, and what the
 * system does is held against it. Every memory has a word of its own, which nobody else may ever see.
 */
const TENANT = "acme";
const SPACES = {
  tenant: { tenant: TENANT },
  ana: { tenant: TENANT, user: "ana" },
  session: { tenant: TENANT, user: "ana", session: "s1" },
  team: { tenant: TENANT, app: "team" },
  ben: { tenant: TENANT, user: "ben" },
} as const satisfies Record<string, Scope>;

const LABELS = (["episodic", "core"] as const).flatMap((type) =>
  (["public", "internal", "secret"] as const).flatMap((sensitivity) =>
    (["shared", "private"] as const).map((visibility) => ({ type, sensitivity, visibility })),
  ),
);

interface Known {
  readonly cube: MemCube;
  readonly word: string;
}

/** What an operation did: how it ended, the ids it named as found, and everything it said. */
interface Outcome {
  readonly end: "done" | "FORBIDDEN" | "NOT_FOUND";
  readonly ids: readonly string[];
  readonly text: string;
}

type Send = (method: string, path: string, input: object, scope: Scope) => Promise<Answer>;

interface Operation {
  readonly name: string;
  readonly action: Action;
  readonly sdk: (memos: MemOS, scope: Scope, id: string) => Promise<unknown>;
  readonly rest: (send: Send, scope: Scope, id: string) => Promise<Answer>;
  /** The ids in an answer that must be exactly those permitted; undefined where an answer is not a list. */
  readonly ids?: (answer: never) => readonly string[];
}

const idsOf = (cubes: readonly { id: string }[]) => cubes.map(({ id }) => id);

const READS: readonly Operation[] = [
  {
    name: "search",
    action: "read",
    sdk: (memos, scope) => memos.search("walrus", scope, { k: 1000, explain: true }),
    rest: (send, scope) => send("POST", "/v1/search", { query: "walrus", k: 1000, explain: true }, scope),
    ids: ({ hits }: { hits: { cube: MemCube; duplicates: string[] }[] }) =>
      hits.flatMap(({ cube, duplicates }) => [cube.id, ...duplicates]),
  },
  {
    name: "search as of now",
    action: "read",
    sdk: (memos, scope) => memos.search("walrus", scope, { k: 1000, asOf: "2999-01-01" }),
    rest: (send, scope) =>
      send("POST", "/v1/search", { query: "walrus", k: 1000, asOf: "2999-01-01" }, scope),
    ids: ({ hits }: { hits: { cube: MemCube }[] }) => hits.map(({ cube }) => cube.id),
  },
  {
    name: "recall",
    action: "read",
    sdk: (memos, scope) => memos.recall("walrus", scope, { budget: 50_000, k: 1000 }),
    rest: (send, scope) => send("POST", "/v1/recall", { query: "walrus", budget: 50_000, k: 1000 }, scope),
    ids: ({ items }: { items: { id: string }[] }) => idsOf(items),
  },
  {
    name: "list",
    action: "read",
    sdk: (memos, scope) => memos.list(scope, { limit: 1000 }),
    rest: (send, scope) => send("GET", "/v1/memories", { limit: 1000 }, scope),
    ids: ({ cubes }: { cubes: MemCube[] }) => idsOf(cubes),
  },
  {
    name: "export",
    action: "read",
    sdk: (memos, scope) => collect(memos.export(scope)),
    rest: (send, scope) => send("GET", "/v1/export", {}, scope),
    ids: (lines: { cube: MemCube }[]) => lines.map(({ cube }) => cube.id),
  },
  {
    name: "stats",
    action: "read",
    sdk: (memos, scope) => memos.stats(scope),
    rest: (send, scope) => send("GET", "/v1/stats", {}, scope),
  },
  {
    name: "graph.entity",
    action: "read",
    sdk: (memos, scope) => memos.graph.entity("Kestrel Harbour", scope),
    rest: (send, scope) => send("GET", "/v1/graph/entity", { name: "Kestrel Harbour" }, scope),
    ids: ({ cubes }: { cubes: { id: string }[] }) => idsOf(cubes),
  },
  {
    name: "graph.fact",
    action: "read",
    sdk: (memos, scope) => memos.graph.fact("Kestrel Harbour", "located in", scope),
    rest: (send, scope) =>
      send("GET", "/v1/graph/fact", { subject: "Kestrel Harbour", relation: "located in" }, scope),
  },
  {
    name: "graph.export",
    action: "read",
    sdk: async (memos, scope) => (await memos.graph.export(scope)).graph.export(),
    rest: (send, scope) => send("GET", "/v1/graph/export", {}, scope),
  },
];

const ON_ONE: readonly Operation[] = [
  {
    name: "get",
    action: "read",
    sdk: (memos, scope, id) => memos.get(id, scope),
    rest: (send, scope, id) => send("GET", `/v1/memories/${id}`, {}, scope),
  },
  {
    name: "history",
    action: "read",
    sdk: (memos, scope, id) => memos.history(id, scope),
    rest: (send, scope, id) => send("GET", `/v1/memories/${id}/history`, {}, scope),
  },
  {
    name: "graph.neighbours",
    action: "read",
    sdk: (memos, scope, id) => memos.graph.neighbours(id, scope),
    rest: (send, scope, id) => send("GET", `/v1/memories/${id}/neighbours`, {}, scope),
  },
  {
    name: "graph.path",
    action: "read",
    sdk: (memos, scope, id) => memos.graph.path(id, id, scope),
    rest: (send, scope, id) => send("GET", "/v1/graph/path", { from: id, to: id }, scope),
  },
  {
    name: "update",
    action: "change",
    sdk: (memos, scope, id) => memos.update(id, { tags: ["seen"] }, scope),
    rest: (send, scope, id) => send("PATCH", `/v1/memories/${id}`, { patch: { tags: ["seen"] } }, scope),
  },
  {
    name: "restore",
    action: "change",
    sdk: (memos, scope, id) => memos.restore(id, 1, scope),
    rest: (send, scope, id) => send("POST", `/v1/memories/${id}/restore`, { version: 1 }, scope),
  },
];

const api = await startServer({ after }, {});
const { memos } = api;

let words = 0;

async function newCube(space: Scope, label: (typeof LABELS)[number]): Promise<Known> {
  const word = `zq${(words++).toString(36)}qz`;
  const { type, ...governance } = label;
  const { written } = await memos.add(
    { text: `Kestrel Harbour is located in ${word}. A walrus sleeps there.`, type, governance },
    space,
  );
  return { cube: await memos.get(written[0]?.id ?? "", space), word };
}

/** Deterministic, and different at every step of the enumeration. */
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** Grants of each principal: every space, action set, type, ceiling and visibility, ended ones among them. */
function grantsOf(at: number): Omit<NewGrant, "principal">[] {
  const actionSets: Action[][] = [
    ["read"],
    ["read", "write"],
    ["change"],
    ["forget", "read"],
    ["read", "write", "change", "forget"],
    ["write"],
    ["share", "administer"],
  ];
  const one = (step: number): Omit<NewGrant, "principal"> => ({
    space: pick(Object.values(SPACES), step),
    actions: pick(actionSets, step),
    ...(step % 3 === 0 ? { types: [pick(["episodic", "core"] as const, step)] } : {}),
    sensitivity: pick(["public", "internal", "secret"] as const, step >> 1),
    visibility: pick(["shared", "all"] as const, step >> 2),
  });
  if (at === 0) return [];
  return at % 4 === 0 ? [one(at), one(at * 5 + 3)] : [one(at)];
}

const PRINCIPALS = 30;

async function outcome(run: () => Promise<unknown>): Promise<{ end: Outcome["end"]; value: unknown }> {
  try {
    return { end: "done", value: await run() };
  } catch (error) {
    assert.ok(isMemosError(error), String(error));
    assert.ok(error.code === "FORBIDDEN" || error.code === "NOT_FOUND", error.message);
    return { end: error.code, value: error.toJSON() };
  }
}

function restOutcome(answer: Answer, isLines: boolean): { end: Outcome["end"]; value: unknown } {
  if (answer.status < 300) return { end: "done", value: isLines ? linesOf(answer.text) : answer.body };
  const { code } = answer.body as { code: "FORBIDDEN" | "NOT_FOUND" };
  assert.equal(answer.status, code === "FORBIDDEN" ? 403 : 404, answer.text);
  return { end: code, value: answer.body };
}

test("no principal sees or changes through any surface what its grants do not cover", async () => {
  const world: Known[] = [];
  for (const [name, space] of Object.entries(SPACES))
    for (const [at, label] of LABELS.entries())
      if (name !== "tenant" && (name === "ana" || name === "team" || at % 3 === 0))
        world.push(await newCube(space, label));
  let cells = 0;

  for (let at = 0; at < PRINCIPALS; at++) {
    const name: PrincipalName = { kind: pick(["service", "agent", "user"] as const, at), id: `p${at}` };
    await memos.governance.createPrincipal({ tenant: TENANT, ...name });
    const given: Grant[] = [...(await memos.governance.grants(SPACES.tenant))].filter(
      ({ principal }) => principal.id === name.id && principal.kind === name.kind,
    );
    for (const grant of grantsOf(at)) given.push(await memos.governance.grant({ ...grant, principal: name }));
    let now = Date.now();
    if (at % 7 === 5) {
      const expiresAt = new Date(now + 50).toISOString();
      const all = { actions: ["read", "write", "change", "forget"] as Action[], space: SPACES.tenant };
      given.push(await memos.governance.grant({ ...all, principal: name, expiresAt, visibility: "all" }));
      while (Date.now() <= Date.parse(expiresAt)) await nextTurn();
      now = Date.now();
    }
    if (at % 5 === 4) {
      const [last] = given.splice(-1);
      await memos.governance.revoke(last?.id ?? "", TENANT);
    }
    const view = memos.as({ tenant: TENANT, ...name });
    const { secret } = await memos.keys.create(TENANT, `p${at}`, { principal: name });
    const send: Send = async (method, path, input, { tenant: _, ...scope }) => {
      const headers = { authorization: `Bearer ${secret}` };
      if (method !== "GET" && method !== "DELETE")
        return api.send(method, path, { headers, body: { ...input, scope } });
      const query = new URLSearchParams(
        Object.entries({ ...input, ...scope }).map(([key, value]): [string, string] => [key, String(value)]),
      );
      return api.send(method, `${path}?${query}`, { headers });
    };

    const permitted = (action: Action, scope: Scope, { cube }: Known) =>
      (Object.keys(scope) as (keyof Scope)[]).every((part) => cube.scope[part] === scope[part]) &&
      mayTouch(given, action, scope, cube, now);
    const readable = (scope: Scope, own: { user?: string | undefined } = {}) =>
      idsOf(
        world
          .filter((known) => permitted("read", scope, known))
          .map(({ cube }) => cube)
          .filter((cube) => !("user" in own) || cube.scope.user === own.user),
      ).sort();
    /** Nobody is told a word that they may not read in this scope. */
    const assertNoLeak = (text: string, scope: Scope, cell: string) => {
      for (const known of world)
        if (!permitted("read", scope, known)) {
          assert.ok(!text.includes(known.word), `${cell} leaks ${known.word}`);
        }
    };
    const both = (operation: Operation, scope: Scope, id: string) => [
      ["sdk", () => outcome(() => operation.sdk(view, scope, id))] as const,
      [
        "rest",
        async () => restOutcome(await operation.rest(send, scope, id), operation.name === "export"),
      ] as const,
    ];

    for (const [spaceName, scope] of Object.entries(SPACES) as [string, Scope][])
      for (const operation of READS)
        for (const [surface, run] of both(operation, scope, "")) {
          const cell = `${surface} ${operation.name} in ${spaceName} by p${at}`;
          cells++;
          const { end, value } = await run();
          const allowed = given.some((grant) => counts(grant, operation.action, scope, now));
          assert.equal(end, allowed ? "done" : "FORBIDDEN", cell);
          assertNoLeak(JSON.stringify(value), scope, cell);
          if (!allowed) continue;
          // An entity belongs to one user, or to nobody.
          const own = operation.name === "graph.entity" ? { user: scope.user } : {};
          if (operation.ids !== undefined)
            assert.deepEqual([...operation.ids(value as never)].sort(), readable(scope, own), cell);
          if (operation.name === "stats")
            assert.equal((value as { cubes: number }).cubes, readable(scope).length, cell);
        }

    for (let step = 0; step < 6; step++) {
      const target = pick(world, at * 7 + step * 5);
      const { scope, id } = target.cube;
      for (const operation of ON_ONE)
        for (const [surface, run] of both(operation, scope, id)) {
          const cell = `${surface} ${operation.name} of ${JSON.stringify(target.cube.governance)} by p${at}`;
          cells++;
          const before = (await memos.get(id, scope)).version;
          const { end, value } = await run();
          const allowed = given.some((grant) => counts(grant, operation.action, scope, now));
          const covered = permitted(operation.action, scope, target);
          assert.equal(end, covered ? "done" : allowed ? "NOT_FOUND" : "FORBIDDEN", cell);
          assertNoLeak(JSON.stringify(value), scope, cell);
          const changed = operation.action === "change" && covered ? 1 : 0;
          assert.equal((await memos.get(id, scope)).version, before + changed, cell);
        }
    }

    for (const [index, space] of Object.values(SPACES).entries())
      for (const surface of ["sdk", "rest"] as const) {
        const { type, ...governance } = pick(LABELS, at + index);
        const input = { text: "A walrus was added.", type, governance };
        const cell = `${surface} add ${type} ${JSON.stringify(governance)} by p${at}`;
        cells += 2;
        const { end, value } = await (surface === "sdk"
          ? outcome(() => view.add(input, space))
          : send("POST", "/v1/memories", { input }, space).then((answer) => restOutcome(answer, false)));
        const cube = {
          type,
          governance: { ...governance, retention: "default" as const, readonly: false },
        };
        const covered = mayTouch(given, "write", space, cube, now);
        assert.equal(end, covered ? "done" : "FORBIDDEN", cell);
        if (covered) await memos.forget((value as { written: { id: string }[] }).written[0]?.id ?? "", space);

        const prey = await newCube(space, pick(LABELS, at + index));
        const { id } = prey.cube;
        const mayForget = given.some((grant) => counts(grant, "forget", space, now));
        const { end: gone } = await (surface === "sdk"
          ? outcome(() => view.forget(id, space))
          : send("DELETE", `/v1/memories/${id}`, {}, space).then((answer) => restOutcome(answer, false)));
        const reached = mayTouch(given, "forget", space, prey.cube, now);
        assert.equal(gone, reached ? "done" : mayForget ? "NOT_FOUND" : "FORBIDDEN", `forget: ${cell}`);
        assert.equal((await outcome(() => memos.get(id, space))).end, reached ? "NOT_FOUND" : "done", cell);
        if (!reached) await memos.forget(id, space);
      }
  }
  assert.equal((await memos.stats(SPACES.tenant)).cubes, world.length);
  assert.ok(cells >= 5_000, `${cells} cells`);
  const verdict = await memos.audit.verify(TENANT);
  assert.deepEqual(verdict.broken, undefined);
});
