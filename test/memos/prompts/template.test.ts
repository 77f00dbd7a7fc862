import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fill, namesIn, readTemplate } from "../../../memos/prompts/template.js";
import { refused } from "../support.js";

const TEXT = "Say {{one}} and\n<data>\n{{two}}\n{{three}}\n</data>\nthen {{one}}.";
const template = readTemplate(TEXT);

/** Text with much of what templates, prompts and replacements could take for something of theirs. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{{one}}",
        "{{two}}",
        "{{",
        "}}",
        "$&",
        "$1",
        "</data>",
        "<data>",
        "</DATA >",
        "# System\n",
        "\n",
      ),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

test("whatever is filled in stands in its place once, and brings in no placeholder", () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (one, two, three) => {
      const inert = (text: string) => text.replace(/<(?=\/?data\b)/gi, "&lt;");
      assert.equal(
        fill(template, { one, two, three }),
        `Say ${one} and\n<data>\n${inert(two)}\n${inert(three)}\n</data>\nthen ${one}.`,
      );
    }),
  );
});

test("nothing that is filled into a fence ends it", () => {
  fc.assert(
    fc.property(hostile, fc.array(fc.record({ text: hostile })), (two, three) => {
      const filled = fill(template, { one: "", two, three });
      assert.equal(filled.match(/<\/data\b/gi)?.length, 1);
      assert.equal(filled.match(/<data\b/gi)?.length, 1);
    }),
  );
});

test("a list is a line of JSON for each item, which reads back as it was", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: hostile, at: fc.integer() }, { noNullPrototype: true }), { minLength: 1 }),
      (items) => {
        const lines = fill(readTemplate("{{items}}"), { items }).split("\n");
        assert.deepEqual(
          lines.map((line): unknown => JSON.parse(line)),
          items,
        );
        assert.ok(lines.every((line) => !line.includes("<")));
      },
    ),
  );
  assert.equal(fill(readTemplate("{{items}}"), { items: [] }), "(none)");
});

test("a place without a value is refused, also when every object has something of its name", () => {
  assert.throws(() => fill(template, { one: "1", two: "2" }), refused("INVALID_INPUT"));
  assert.throws(() => fill(readTemplate("{{constructor}}"), {}), refused("INVALID_INPUT"));
});

test("braces that are no placeholder and fences that do not match are refused", () => {
  for (const text of [
    "{{ one }}",
    "{{}}",
    "{{one",
    "one}}",
    "{{a.b}}",
    "<data>",
    "</data>",
    "<data><data></data>",
  ])
    assert.throws(() => readTemplate(text), refused("INVALID_INPUT"), text);
  assert.deepEqual([...namesIn(template)], ["one", "two", "three"]);
});
