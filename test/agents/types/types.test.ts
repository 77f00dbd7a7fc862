import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  core,
  type Draft,
  episodic,
  type MemoryType,
  procedural,
  resource,
  semantic,
  TYPE_LIMITS,
  working,
} from "../../../agents/types/index.js";
import type { MemCube } from "../../../memcube/index.js";
import { newCube } from "../../../memos/intake.js";
import { newMemorySchema } from "../../../memos/operations.js";

const SCOPE = { tenant: "t", user: "ana" };

/** The cube that a draft becomes, through the same doors as any other memory. */
function cubeOf(draft: Draft, type: MemCube["type"]): MemCube {
  const input = newMemorySchema.parse({ ...draft, type, origin: "inferred" });
  return newCube(input, SCOPE, "2026-03-01T00:00:00.000Z").cube;
}

const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => {
  const plain = text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return plain !== "" && text.isWellFormed();
});
const paragraphs = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join("\n"));
const label = fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/);
const instant = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const optional = <T, K extends string>(key: K, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }));

/** What a type holds, as its schema lets it in. */
function contents<Content>(
  { schema }: MemoryType<Content>,
  raw: fc.Arbitrary<object>,
): fc.Arbitrary<Content> {
  return raw
    .map((one) => schema.safeParse(one).data)
    .filter((one) => one !== undefined) as fc.Arbitrary<Content>;
}

const CORE = contents(core, fc.record({ label, value: paragraphs }));
const EPISODIC = contents(
  episodic,
  fc
    .tuple(
      fc.record({ what: line, who: fc.array(label, { maxLength: 3 }) }),
      optional("where", label),
      optional("when", instant),
      optional("details", paragraphs),
    )
    .map((parts) => Object.assign({}, ...parts)),
);
const SEMANTIC = contents(
  semantic,
  fc.record({
    name: label,
    details: paragraphs,
    facts: fc.array(fc.record({ subject: label, relation: label, object: label }), { maxLength: 3 }),
  }),
);
const PROCEDURAL = contents(
  procedural,
  fc.record({
    name: label,
    kind: fc.constantFrom("workflow", "guide", "script"),
    preconditions: fc.array(line, { maxLength: 3 }),
    steps: fc.array(line, { minLength: 1, maxLength: 6 }),
  }),
);
const RESOURCE = contents(
  resource,
  fc
    .tuple(fc.record({ title: label, summary: paragraphs }), optional("uri", label))
    .map((parts) => Object.assign({}, ...parts)),
);
const WORKING = contents(
  working,
  fc
    .tuple(fc.record({ label, value: paragraphs }), optional("until", instant))
    .map((parts) => Object.assign({}, ...parts)),
);

function readBack<Content>(kind: MemoryType<Content>, content: Content): Content | undefined {
  return kind.read(cubeOf(kind.draft(content), kind.type));
}

test("what a memory of a type says is read back from its cube", () => {
  fc.assert(fc.property(CORE, (one) => assert.deepEqual(readBack(core, one), one)));
  fc.assert(fc.property(EPISODIC, (one) => assert.deepEqual(readBack(episodic, one), one)));
  fc.assert(fc.property(SEMANTIC, (one) => assert.deepEqual(readBack(semantic, one), one)));
  fc.assert(fc.property(PROCEDURAL, (one) => assert.deepEqual(readBack(procedural, one), one)));
  fc.assert(fc.property(RESOURCE, (one) => assert.deepEqual(readBack(resource, one), one)));
  fc.assert(fc.property(WORKING, (one) => assert.deepEqual(readBack(working, one), one)));
});

test("what is said twice is known the second time", () => {
  const again = <Content>(kind: MemoryType<Content>, of: fc.Arbitrary<Content>) =>
    fc.assert(fc.property(of, (one) => assert.ok(kind.settles([one], one).known)));
  again(core, CORE);
  again(episodic, EPISODIC);
  again(semantic, SEMANTIC);
  again(procedural, PROCEDURAL);
  again(resource, RESOURCE);
  again(working, WORKING);
});

test("a core statement takes the place of one that gives another value to the same", () => {
  const earlier = [
    { label: "human", value: "I live in Rome." },
    { label: "human", value: "I am a vegetarian." },
  ];
  assert.deepEqual(core.settles(earlier, { label: "human", value: "I live in Oslo." }), {
    known: false,
    replaces: [0],
  });
});

test("what a core block has no room for is refused, with the reason", () => {
  const earlier = [{ label: "human", value: "x".repeat(TYPE_LIMITS.coreCharacters - 3) }];
  const { refusal, replaces } = core.settles(earlier, { label: "human", value: "I like tea." });
  assert.match(refusal ?? "", /over 5000 characters/);
  assert.deepEqual(replaces, []);
});

test("a later account of how something is done takes the place of the earlier", () => {
  const steps = (...steps: string[]) => procedural.schema.parse({ name: "Release", kind: "workflow", steps });
  const settled = procedural.settles([steps("tag", "publish")], steps("test", "tag", "publish"));
  assert.deepEqual(settled, { known: false, replaces: [0] });
});

test("what is over the limits of a type is refused by its schema", () => {
  const steps = Array.from({ length: TYPE_LIMITS.steps + 1 }, (_, at) => `step ${at}`);
  assert.ok(!procedural.schema.safeParse({ name: "x", kind: "guide", steps }).success);
  assert.ok(!procedural.schema.safeParse({ name: "x", kind: "guide", steps: [] }).success);
  assert.ok(
    !core.schema.safeParse({ label: "x", value: "y".repeat(TYPE_LIMITS.coreCharacters + 1) }).success,
  );
  assert.ok(!episodic.schema.safeParse({ what: "z".repeat(TYPE_LIMITS.lineCharacters + 1) }).success);
});
