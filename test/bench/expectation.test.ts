import assert from "node:assert/strict";
import { test } from "node:test";
import { Expectation } from "../../bench/crash/expectation.js";
import type { LedgerCube } from "../../bench/crash/ledgerFile.js";
import { textAt, tokenOf } from "../../bench/crash/operation.js";

const KEY = "c0w0o0";

function row(index: number, state: { revision?: number; forgotten?: boolean; id?: string } = {}): LedgerCube {
  const { revision = 0, forgotten = false, id = `id-${index}` } = state;
  return { key: index + 1, id, forgotten, text: textAt(tokenOf(KEY, index), revision) };
}

/** An acknowledged add of three cubes. */
function acknowledged(): Expectation {
  const expectation = new Expectation();
  expectation.began({ kind: "add", key: KEY, cubes: 3, session: null });
  expectation.acknowledge({
    kind: "acknowledged",
    key: KEY,
    from: 0,
    ids: ["id-0", "id-1", "id-2"],
    replayed: false,
  });
  return expectation;
}

const OWNED = { token: tokenOf(KEY, 1), id: "id-1", revision: 0 };

function damageOf(expectation: Expectation, rows: readonly LedgerCube[]) {
  expectation.settle(rows);
  const { lost, duplicated, torn, unknown } = expectation.damage;
  return { lost: lost.length, duplicated: duplicated.length, torn: torn.length, unknown: unknown.length };
}

const NONE = { lost: 0, duplicated: 0, torn: 0, unknown: 0 };

test("a store that holds what was acknowledged is undamaged", () => {
  assert.deepEqual(damageOf(acknowledged(), [row(0), row(1), row(2)]), NONE);
});

test("an acknowledged cube that is gone, or another, or was changed back, is lost", () => {
  assert.deepEqual(damageOf(acknowledged(), [row(0), row(2)]), { ...NONE, lost: 1 });
  assert.deepEqual(damageOf(acknowledged(), [row(0), row(1, { id: "other" }), row(2)]), { ...NONE, lost: 1 });
  const changed = acknowledged();
  changed.began({ kind: "update", key: "c0w0o1", cube: OWNED });
  changed.acknowledge({ kind: "acknowledged", key: "c0w0o1", from: 0, ids: [], replayed: false });
  assert.deepEqual(damageOf(changed, [row(0), row(1), row(2)]), { ...NONE, lost: 1 });
});

test("an acknowledged forget that has not happened is lost", () => {
  const expectation = acknowledged();
  expectation.began({ kind: "forget", key: "c0w0o1", cube: OWNED });
  expectation.acknowledge({ kind: "acknowledged", key: "c0w0o1", from: 0, ids: [], replayed: false });
  assert.deepEqual(damageOf(expectation, [row(0), row(1), row(2)]), { ...NONE, lost: 1 });
});

test("a change under way may have happened or not", () => {
  for (const revision of [0, 1]) {
    const expectation = acknowledged();
    expectation.began({ kind: "update", key: "c0w0o1", cube: OWNED });
    assert.deepEqual(damageOf(expectation, [row(0), row(1, { revision }), row(2)]), NONE);
    assert.deepEqual(damageOf(expectation, [row(0), row(1, { revision: 1 - revision }), row(2)]), {
      ...NONE,
      lost: 1,
    });
  }
});

test("an add under way is there as a whole or not at all", () => {
  const add = { kind: "add", key: KEY, cubes: 3, session: null } as const;
  for (const rows of [[], [row(0), row(1), row(2)]]) {
    const expectation = new Expectation();
    expectation.began(add);
    assert.deepEqual(damageOf(expectation, rows), NONE);
    assert.deepEqual(expectation.next(0, 9, Math.random).retry, [add]);
  }
  const expectation = new Expectation();
  expectation.began(add);
  assert.deepEqual(damageOf(expectation, [row(0), row(2)]), { ...NONE, torn: 1 });
});

test("a cube that is there twice, or that nobody wrote, is noticed", () => {
  const twice = [row(0), row(1), row(1, { id: "again" }), row(2)];
  assert.deepEqual(damageOf(acknowledged(), twice), { ...NONE, duplicated: 1 });
  assert.deepEqual(damageOf(acknowledged(), [row(0), row(1), row(2), row(3)]), { ...NONE, unknown: 1 });
  const garbled = { ...row(3), text: row(3).text.slice(3) };
  assert.deepEqual(damageOf(acknowledged(), [row(0), row(1), row(2), garbled]), { ...NONE, unknown: 1 });
});

test("a call sent again gets its first receipt", () => {
  for (const [ids, replayed, duplicated] of [
    [["id-0"], true, 0],
    [["id-0"], false, 1],
    [["other"], true, 1],
  ] as const) {
    const expectation = new Expectation();
    const add = { kind: "add", key: KEY, cubes: 1, session: null } as const;
    expectation.began(add);
    expectation.settle([row(0)]);
    expectation.began(add);
    expectation.acknowledge({ kind: "acknowledged", key: KEY, from: 0, ids: [...ids], replayed });
    assert.equal(expectation.damage.duplicated.length, duplicated);
  }
});

test("words that find something and words that do not are told apart", () => {
  const expectation = acknowledged();
  expectation.began({ kind: "update", key: "c0w0o1", cube: OWNED });
  expectation.acknowledge({ kind: "acknowledged", key: "c0w0o1", from: 0, ids: [], replayed: false });
  assert.deepEqual(expectation.words("all"), {
    live: ["c0w0o0i0r0", "c0w0o0i1r1", "c0w0o0i2r0"],
    gone: ["c0w0o0i1r0"],
  });
  expectation.next(0, 9, Math.random);
  assert.deepEqual(expectation.words("touched"), { live: [], gone: [] });
});
