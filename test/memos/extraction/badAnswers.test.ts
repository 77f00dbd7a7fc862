import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXTRACTION_LIMITS as LIMITS } from "../../../memos/extraction/index.js";
import { answers, says } from "./chatServer.js";
import { ANSWER, bad, extractorWith, good, INPUT } from "./support.js";

const JSON_ANSWER = JSON.stringify(ANSWER);

describe("an answer is read although it", () => {
  for (const [fault, text] of Object.entries({
    "is in a code fence": `\`\`\`json\n${JSON.stringify(ANSWER, null, 2)}\n\`\`\``,
    "is surrounded by prose": `Here you are {as asked}:\n${JSON_ANSWER}\nIs there anything else?`,
    "comes after a brace that nothing closes": `Lists start with { like this: ${JSON_ANSWER}`,
    "comes after thoughts": `<think>{"notes":[]} is too little</think>${JSON_ANSWER}`,
    "has braces and quotes in its texts": JSON_ANSWER.replace("She moved.", 'She \\"moved}]\\".'),
  }))
    test(fault, async (t) => {
      const { extraction } = await extractorWith(t, [says(text)]);
      const result = good(await extraction.extract(INPUT));
      assert.deepEqual([result.notes.length, result.links.length, result.evolutions.length], [2, 2, 1]);
      assert.deepEqual(result.rejected, []);
    });
});

describe("an answer that is cut off", () => {
  const cutAt = (part: string) => JSON_ANSWER.slice(0, JSON_ANSWER.indexOf(part) + part.length - 1);

  test("in its second note keeps the first and says who is left", async (t) => {
    const { extraction } = await extractorWith(t, [says(cutAt("sister"))]);
    const result = good(await extraction.extract(INPUT));
    assert.deepEqual(
      result.notes.map((note) => note.handle),
      ["n1"],
    );
    assert.deepEqual(result.unanswered, ["n2"]);
    assert.deepEqual(result.rejected, [
      { path: "calls.0.notes.1", reason: "is cut off or is not JSON, and so is what follows" },
    ]);
  });

  test("in its links keeps all notes and the whole links", async (t) => {
    const { extraction } = await extractorWith(t, [says(cutAt("Both are"))]);
    const result = good(await extraction.extract(INPUT));
    assert.deepEqual([result.notes.length, result.links.length, result.evolutions.length], [2, 1, 0]);
    assert.equal(result.rejected[0]?.path, "calls.0.links.1");
  });

  test("in its first note is unusable: a half note is not completed", async (t) => {
    const { extraction } = await extractorWith(t, [says(cutAt("lived in"))]);
    const result = bad(await extraction.extract(INPUT));
    assert.equal(result.reason, "The answer holds no whole element of the form that was asked for.");
    assert.equal(result.outputTokens, 20);
  });

  test("at any place gives only what the whole answer holds", async (t) => {
    const { extraction: whole } = await extractorWith(t, [answers(ANSWER)]);
    const all = good(await whole.extract(INPUT));
    const behaviours = Array.from(JSON_ANSWER, (_, end) => says(JSON_ANSWER.slice(0, end)));
    const { extraction } = await extractorWith(t, behaviours);
    for (const _ of behaviours) {
      const part = await extraction.extract(INPUT);
      if (!part.ok) continue;
      assert.deepEqual(part.notes, all.notes.slice(0, part.notes.length));
      assert.deepEqual(part.links, all.links.slice(0, part.links.length));
      assert.deepEqual(part.evolutions, all.evolutions.slice(0, part.evolutions.length));
      assert.equal(part.rejected.length, 1);
    }
  });
});

test("an answer with one broken element keeps what is before it", async (t) => {
  const { extraction } = await extractorWith(t, [says(JSON_ANSWER.replace('"sister"', '"sister" NaN'))]);
  const result = good(await extraction.extract(INPUT));
  assert.deepEqual([result.notes.length, result.links.length], [1, 0]);
  assert.equal(result.rejected[0]?.path, "calls.0.notes.1");
});

for (const [fault, text, reason] of [
  ["nothing", "", "The model answered nothing."],
  ["null", null, "The model answered nothing."],
  ["prose", "I cannot help with that.", "The answer is not JSON."],
  ["a list", JSON.stringify(["n1"]), "The answer is not JSON."],
  ["another object", '{"ok":true}', "The answer holds no whole element of the form that was asked for."],
  [
    "braces without end",
    "{".repeat(10_000),
    "The answer holds no whole element of the form that was asked for.",
  ],
  ["too much", "x".repeat(LIMITS.answerCharacters + 1), "The answer is over 1000000 characters."],
] as const)
  test(`an answer of ${fault} is a failure that says so`, async (t) => {
    const { extraction } = await extractorWith(t, [says(text)]);
    const result = bad(await extraction.extract(INPUT));
    assert.equal(result.reason, reason);
    assert.deepEqual(result.failures, [{ notes: ["n1", "n2"], kind: "unusable answer", reason }]);
  });

describe("of a note that is partly wrong", () => {
  const long = "x".repeat(LIMITS.sentenceCharacters + 1);
  const fact = { subject: "a", relation: "b", object: "c" };
  const faults: [string, object, [path: string, reason: RegExp][]][] = [
    [
      "an empty and a long keyword",
      { keywords: ["", "  ", long, "ok"] },
      [
        ["keywords.0", /empty/],
        ["keywords.1", /empty/],
        ["keywords.2", /over 64 characters/],
      ],
    ],
    [
      "a keyword of another type",
      { keywords: [7, null, "ok"] },
      [
        ["keywords.0", /must be of type string/],
        ["keywords.1", /missing/],
      ],
    ],
    ["a keyword that is there twice", { keywords: ["ok", "OK"] }, [["keywords.1", /twice/]]],
    ["keywords that are no list", { keywords: "ok" }, [["keywords", /must be a list/]]],
    [
      "too many keywords",
      { keywords: Array.from({ length: 11 }, (_, at) => `k${at}`) },
      [["keywords.8", /at most 8 are taken.*3 in all/]],
    ],
    ["too many tags", { tags: Array.from({ length: 6 }, (_, at) => `t${at}`) }, [["tags.5", /at most 5/]]],
    ["half a character", { tags: ["\ud800"] }, [["tags.0", /Unicode/]]],
    ["a long context", { context: long }, [["context", /over 600 characters/]]],
    [
      "an entity without a kind",
      { entities: [{ name: "Oslo" }, "Oslo"] },
      [
        ["entities.0.kind", /missing/],
        ["entities.1", /must be an object/],
      ],
    ],
    [
      "a fact without three parts",
      { facts: [{ subject: "a", relation: "b" }, ["a", "b"], { ...fact, object: " " }] },
      [
        ["facts.0.object", /missing/],
        ["facts.1", /must be an object/],
        ["facts.2.object", /empty/],
      ],
    ],
    [
      "a fact whose beginning is no date",
      { facts: [{ ...fact, validFrom: "last week" }] },
      [["facts.0.validFrom", /not a date/]],
    ],
    [
      "a fact whose end is no date",
      { facts: [{ ...fact, validTo: "2023-02-30" }] },
      [
        ["facts.0.validTo", /not a date/],
        ["facts.0", /end that cannot be read/],
      ],
    ],
    [
      "a fact that ends before it begins",
      { facts: [{ ...fact, validFrom: "2023", validTo: "2022-05" }] },
      [["facts.0", /ends before it begins/]],
    ],
    ["an unknown field", { mood: "fine" }, [["mood", /not a known field/]]],
  ];
  for (const [fault, fields, expected] of faults)
    test(`${fault}: the rest is taken and the fault is named`, async (t) => {
      const { extraction } = await extractorWith(t, [
        answers({
          notes: [
            { handle: "n1", context: "Kept.", ...fields },
            { handle: "n2", tags: ["kept"] },
          ],
        }),
      ]);
      const result = good(await extraction.extract(INPUT));
      assert.equal(result.notes.length, 2);
      assert.deepEqual(result.notes[1]?.tags, ["kept"]);
      assert.deepEqual(
        result.rejected.map(({ path }) => path),
        expected.map(([path]) => `calls.0.notes.0.${path}`),
      );
      for (const [at, [, reason]] of expected.entries())
        assert.match(result.rejected[at]?.reason ?? "", reason);
    });
});

test("dates are instants: a moment without an offset is in UTC, an end is where the next day begins", async (t) => {
  const fact = { subject: "a", relation: "b" };
  const { extraction } = await extractorWith(t, [
    answers({
      notes: [
        {
          handle: "n1",
          facts: [
            { ...fact, object: "1", validFrom: "2023-05-01T10:00:00", validTo: "2023-05-01T12:00:00+01:00" },
            { ...fact, object: "2", validFrom: "2024-02-29", validTo: "2024-02-29" },
            { ...fact, object: "3", validFrom: "2023-12", validTo: "2023-12" },
            { ...fact, object: "4", validFrom: "0099", validTo: "0099" },
            { ...fact, object: "5", validFrom: "", validTo: "9999" },
          ],
        },
      ],
    }),
  ]);
  const result = good(await extraction.extract(INPUT));
  assert.deepEqual(
    result.notes[0]?.facts.map(({ validFrom, validTo }) => [validFrom, validTo]),
    [
      ["2023-05-01T10:00:00.000Z", "2023-05-01T11:00:00.000Z"],
      ["2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
      ["2023-12-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"],
      ["0099-01-01T00:00:00.000Z", "0100-01-01T00:00:00.000Z"],
    ],
  );
  assert.equal(result.rejected[0]?.path, "calls.0.notes.0.facts.4.validTo");
});

test("links and evolutions that do not hold are named one by one", async (t) => {
  const why = "y";
  const { extraction } = await extractorWith(t, [
    answers({
      notes: [{ handle: "n1" }, { handle: "n1" }, { handle: "n7" }, { handle: "c1" }, { handle: 1 }, null],
      links: [
        { from: "n1", to: "c1", kind: "link", why },
        { from: "n1", to: "c1", kind: "link", why: "again" },
        { from: "n1", to: "n1", kind: "link", why },
        { from: "c1", to: "c2", kind: "link", why },
        { from: "n1", to: "c9", kind: "link", why },
        { from: "n1", to: "c1", kind: "likes", why },
        { from: "n1", to: "c2", kind: "link", why: "" },
      ],
      evolutions: [
        { handle: "n1", tags: ["x"], why },
        { handle: "c1", tags: [], keywords: null, why },
        { handle: "c1", tags: ["x"], why: null },
        { handle: "c1", context: "x", why },
        { handle: "c1", context: "again", why },
      ],
      extra: 1,
    }),
  ]);
  const result = good(await extraction.extract(INPUT));
  assert.deepEqual([result.notes.length, result.links.length, result.evolutions.length], [1, 1, 1]);
  assert.deepEqual(result.unanswered, ["n2"]);
  assert.deepEqual(
    result.rejected.map(({ path, reason }) => `${path.slice("calls.0.".length)} ${reason}`),
    [
      "extra is not a known field",
      "notes.1 is there twice",
      "notes.2.handle is not a handle that was offered here",
      "notes.3.handle is not a handle that was offered here",
      "notes.4.handle is not a handle that was offered here",
      "notes.5 must be an object",
      "links.1 is there twice",
      "links.2 links something to itself",
      "links.3 links two existing memories; one end must be a new note",
      "links.4.to is not a handle that was offered here",
      "links.5.kind must be one of link, supports, contradicts",
      "links.6.why is empty",
      "evolutions.0.handle is not a handle that was offered here",
      "evolutions.1 changes nothing",
      "evolutions.2.why is missing",
      "evolutions.4 is there twice",
    ],
  );
});

test("no more than five evolutions are taken of one call", async (t) => {
  const candidates = Array.from({ length: 9 }, (_, at) => ({ handle: `c${at + 1}`, text: "x" }));
  const { extraction } = await extractorWith(t, [
    answers({
      notes: [],
      evolutions: candidates.map(({ handle }) => ({ handle, tags: ["x"], why: "y" })),
    }),
  ]);
  const result = good(await extraction.extract({ ...INPUT, candidates }));
  assert.equal(result.evolutions.length, 5);
  assert.match(result.rejected[0]?.reason ?? "", /at most 5 are taken.*4 in all/);
});
