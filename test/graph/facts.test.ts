import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FactStatement, factsInTime } from "../../graph/facts.js";

const NOW = 1_000;

function statement(object: string, since: number, more: Partial<FactStatement> = {}): FactStatement {
  return {
    object,
    since,
    stated: false,
    until: null,
    arrival: since,
    single: true,
    serial: null,
    opens: null,
    ...more,
  };
}

function statuses(statements: readonly FactStatement[], at = NOW): string[] {
  return factsInTime(statements, at, (object) => object).map(
    ({ fact, status }) => `${fact.object} ${status}`,
  );
}

test("a later value of a single-valued relation supersedes an earlier one", () => {
  assert.deepEqual(statuses([statement("a", 1), statement("b", 2), statement("c", 3)]), [
    "a superseded",
    "b superseded",
    "c current",
  ]);
});

test("the statement that took the place of another is the next of another value", () => {
  const [a, again, b, c] = [statement("a", 1), statement("a", 2), statement("b", 3), statement("c", 4)];
  const inTime = factsInTime([a, again, b, c], NOW, (object) => object);
  assert.deepEqual(
    inTime.map(({ supersededBy }) => supersededBy),
    [b, b, c, null],
  );
});

test("what was said twice is current twice: nothing took its place", () => {
  assert.deepEqual(statuses([statement("a", 1), statement("a", 2)]), ["a current", "a current"]);
});

test("a value that came back is current again, and its first time stays superseded", () => {
  assert.deepEqual(statuses([statement("a", 1), statement("b", 2), statement("a", 3)]), [
    "a superseded",
    "b superseded",
    "a current",
  ]);
});

test("what has not begun is future, what has ended is ended", () => {
  assert.deepEqual(statuses([statement("a", 1, { until: 500 }), statement("b", 2_000)]), [
    "a ended",
    "b future",
  ]);
});

test("two values stated for the same instant contradict each other; the same value twice does not", () => {
  const at = { stated: true, since: 5 };
  assert.deepEqual(statuses([statement("a", 1, at), statement("b", 2, at)]), [
    "a contradicted",
    "b contradicted",
  ]);
  assert.deepEqual(statuses([statement("a", 1, at), statement("a", 2, at)]), ["a current", "a current"]);
});

test("a relation with several values keeps all of them", () => {
  const many = { single: false };
  assert.deepEqual(statuses([statement("a", 1, many), statement("b", 2, many)]), ["a current", "b current"]);
});

test("the numbers of a list order its statements however they arrived", () => {
  const item = (object: string, arrival: number, serial: number) =>
    statement(object, arrival, { serial, opens: null });
  assert.deepEqual(statuses([item("newest", 1, 90), item("oldest", 2, 4), item("between", 3, 50)]), [
    "oldest superseded",
    "between superseded",
    "newest current",
  ]);
});

test("the numbers of two lists that both begin are not compared", () => {
  const item = (object: string, list: number, serial: number) =>
    statement(object, list, { serial, opens: list });
  assert.deepEqual(statuses([item("a", 1, 7), item("b", 2, 3)]), ["a superseded", "b current"]);
});

test("a statement with a time of its own keeps its place among numbered ones", () => {
  const numbered = statement("a", 5, { serial: 9 });
  const dated = statement("b", 6, { stated: true, serial: 1 });
  assert.deepEqual(statuses([numbered, dated]), ["a superseded", "b current"]);
});

const arbitrary = fc.record({
  object: fc.constantFrom("a", "b", "c"),
  since: fc.integer({ min: 0, max: 20 }),
  stated: fc.boolean(),
  until: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
  single: fc.boolean(),
  serial: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
  opens: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
});
const statements = fc
  .array(arbitrary, { maxLength: 12 })
  .map((all) => all.map((one, arrival): FactStatement => ({ ...one, arrival })));

test("every statement has a place, and the order they are given in does not matter", () => {
  fc.assert(
    fc.property(statements, fc.integer({ min: 0, max: 30 }), (given, at) => {
      const once = factsInTime(given, at, (object) => object);
      assert.equal(once.length, given.length);
      assert.deepEqual(
        factsInTime([...given].reverse(), at, (object) => object),
        once,
      );
    }),
  );
});

test("of a single-valued relation at most one value is current, unless values contradict each other", () => {
  fc.assert(
    fc.property(statements, fc.integer({ min: 0, max: 30 }), (given, at) => {
      const inTime = factsInTime(
        given.map((one) => ({ ...one, single: true })),
        at,
        (object) => object,
      );
      const current = new Set(
        inTime.flatMap(({ fact, status }) => (status === "current" ? [fact.object] : [])),
      );
      assert.ok(current.size <= 1, [...current].join());
    }),
  );
});
