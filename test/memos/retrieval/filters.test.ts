import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import fc from "fast-check";
import type { MemCube as Cube, CubeType } from "../../../memcube/index.js";
import {
  FILTER_FIELDS,
  type Filter,
  type FilterLeaf,
  type MemCube,
  type NewMemory,
  type UpdatePatch,
} from "../../../memos/index.js";
import { allOf, flush, foundIds, openMemos, openStore, remember } from "../support.js";

/** Everything that an index could get wrong about a filter, against a few lines of JavaScript over the cubes. */

const DAYS = [
  "2024-02-29",
  "2025-12-31T23:59:59.999Z",
  "2026-01-01",
  "2026-01-01T00:00:00.001+01:00",
  "2026-06-15",
];
const NAMES = ["ana", "ben", "a", "", "x' OR '1'='1", "Ana"].filter((name) => name !== "");
const LABELS = ["red car", "red", "car", "7", "true", "%"];
const KEYS = ["tier", "a.b", "a b", "$", "[0]", "back\\slash", "quote'"];
const VALUES = ["pro", "prominent", "7", "", 7, 7.5, -1, 0, true, false, null];

type Scalar = string | number | boolean;

const memories = fc.record(
  {
    text: fc.constant("walrus"),
    type: fc.constantFrom<CubeType>("core", "episodic", "semantic"),
    origin: fc.constantFrom("user" as const, "assistant" as const, "tool" as const),
    actor: fc.constantFrom(...NAMES),
    title: fc.constantFrom(...LABELS),
    tags: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }),
    keywords: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 2 }),
    occurredAt: fc.constantFrom(...DAYS),
    validFrom: fc.constantFrom(...DAYS),
    validTo: fc.constantFrom(...DAYS),
    session: fc.constantFrom(...NAMES),
    metadata: fc.dictionary(
      fc.constantFrom(...KEYS),
      fc.oneof(fc.constantFrom(...VALUES), fc.array(fc.constantFrom(...VALUES), { maxLength: 3 })),
      { maxKeys: 4 },
    ),
  },
  { requiredKeys: ["text"], noNullPrototype: true },
);

const field = fc.oneof(
  fc.constantFrom(...FILTER_FIELDS),
  fc.constantFrom(...KEYS).map((key) => `metadata.${key}`),
);
const INSTANTS: readonly string[] = ["recordedAt", "occurredAt", "validFrom", "validTo"];
const scalar = (name: string): fc.Arbitrary<Scalar> =>
  INSTANTS.includes(name)
    ? fc.constantFrom(...DAYS)
    : fc.constantFrom<Scalar>(...NAMES, ...LABELS, "core", "user", "pro", 7, 7.5, 0, -1, true, false);

const leaf: fc.Arbitrary<Filter> = field.chain((name): fc.Arbitrary<FilterLeaf> => {
  const value = scalar(name);
  const comparable = value.filter((item) => typeof item !== "boolean") as fc.Arbitrary<string | number>;
  const ops = INSTANTS.includes(name) ? (["eq", "ne"] as const) : (["eq", "ne", "contains"] as const);
  return fc.oneof(
    fc.record({ field: fc.constant(name), op: fc.constantFrom(...ops), value }),
    fc.record({
      field: fc.constant(name),
      op: fc.constantFrom("gt" as const, "gte" as const, "lt" as const, "lte" as const),
      value: comparable,
    }),
    fc.record({
      field: fc.constant(name),
      op: fc.constant("in" as const),
      value: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
  );
});

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ and: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
  ),
}));

function valuesOf(cube: Cube, name: string): { values: readonly unknown[]; isList: boolean } {
  const { attributes, provenance, scope, time, type } = cube;
  const single: Record<string, unknown> = { type, ...provenance, ...scope, ...time, title: attributes.title };
  const value = name.startsWith("metadata.")
    ? attributes.metadata[name.slice("metadata.".length)]
    : name === "tags" || name === "keywords"
      ? attributes[name]
      : single[name];
  if (Array.isArray(value)) return { values: value, isList: true };
  return { values: value === undefined ? [] : [value], isList: false };
}

function compare(a: string | number, op: string, b: string | number): boolean {
  if (typeof a !== typeof b) return false;
  return op === "gt" ? a > b : op === "gte" ? a >= b : op === "lt" ? a < b : a <= b;
}

/** What a filter means, without SQL. */
function holds(where: Filter, cube: Cube): boolean {
  if ("and" in where) return where.and.every((part) => holds(part, cube));
  if ("or" in where) return where.or.some((part) => holds(part, cube));
  if ("not" in where) return !holds(where.not, cube);
  const found = valuesOf(cube, where.field);
  const isDate = INSTANTS.includes(where.field);
  const values = isDate ? found.values.map((value) => Date.parse(String(value))) : found.values;
  const operand = (value: Scalar): Scalar => (isDate ? Date.parse(String(value)) : value);
  switch (where.op) {
    case "eq":
      return values.includes(operand(where.value));
    case "ne":
      return !values.includes(operand(where.value));
    case "in":
      return where.value.some((value) => values.includes(operand(value)));
    case "contains": {
      const part = where.value;
      if (found.isList || typeof part !== "string") return values.includes(part);
      return values.some((value) => typeof value === "string" && value.includes(part));
    }
    default: {
      const bound = operand(where.value);
      return values.some(
        (value) =>
          (typeof value === "string" || typeof value === "number") &&
          typeof bound !== "boolean" &&
          compare(value, where.op, bound),
      );
    }
  }
}

const SCOPE = { tenant: "acme" };
const NOW = Date.parse("2026-03-01T12:00:00.000Z");
mock.timers.enable({ apis: ["Date"], now: NOW });
after(() => mock.timers.reset());

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);

/** Sixty memories of every kind, and later half of them changed. */
const inputs = fc.sample(memories, { numRuns: 60, seed: 7 });
const changes = fc.sample(memories, { numRuns: 60, seed: 8 });
const ids: string[] = [];
for (const [index, input] of inputs.entries()) {
  const user = NAMES[index % (NAMES.length + 1)];
  ids.push(
    await remember(
      memos,
      { ...input, text: `walrus ${index}` } as NewMemory,
      user === undefined ? SCOPE : { ...SCOPE, user },
    ),
  );
}
mock.timers.setTime(NOW + 60_000);
for (const [index, id] of ids.entries()) {
  const { origin: _, actor: __, session: ___, ...patch } = changes[index] ?? {};
  if (index % 2 === 0)
    await memos.update(id, { ...patch, text: `changed walrus ${index}` } as UpdatePatch, SCOPE);
}
mock.timers.setTime(NOW + 120_000);

async function cubesAt(asOf: string | undefined): Promise<MemCube[]> {
  if (asOf === undefined) return allOf(memos, SCOPE);
  const at = Date.parse(asOf);
  const cubes = await Promise.all(ids.map((id) => memos.get(id, SCOPE, { asOf })));
  return cubes.filter(
    ({ time }) =>
      (time.validFrom === undefined || Date.parse(time.validFrom) <= at) &&
      (time.validTo === undefined || Date.parse(time.validTo) > at),
  );
}

const idsOf = (cubes: readonly MemCube[]) => cubes.map(({ id }) => id).sort();

for (const [when, asOf] of [
  ["now", undefined],
  ["as of an earlier time", new Date(NOW + 30_000).toISOString()],
] as const)
  for (const tier of ["waiting in the delta", "in the base"])
    test(`a filter selects the cubes for which it is true, ${when}, with the rows ${tier}`, async () => {
      if (tier === "in the base") await flush(store);
      const cubes = await cubesAt(asOf);
      assert.ok(cubes.length > 10);
      const at = asOf === undefined ? {} : { asOf };
      await fc.assert(
        fc.asyncProperty(filter, async (where) => {
          const expected = idsOf(cubes.filter((cube) => holds(where, cube)));
          const listed = await memos.list(SCOPE, { where, limit: 1_000, ...at });
          assert.deepEqual(idsOf(listed.cubes), expected);
          assert.deepEqual(
            (await foundIds(memos, "walrus", SCOPE, { where, k: 1_000, ...at })).sort(),
            expected,
          );
        }),
        { numRuns: 150 },
      );
    });
