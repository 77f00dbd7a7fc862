import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editsOf, type Shown } from "../../../agents/programs/fileEdits.js";
import { appended, linesOf, replaced, textOfLines } from "../../../agents/programs/fileText.js";
import { PROGRAM_LIMITS } from "../../../agents/programs/limits.js";
import type { FilesView } from "../../../agents/programs/operations.js";
import { filePathSchema } from "../../../agents/programs/path.js";
import { programText, readProgramText } from "../../../agents/programs/programText.js";
import type { WantedWrite } from "../../../agents/programs/stepPrompt.js";
import { refused } from "../../memos/support.js";

const anyLines = fc.array(
  fc.string().filter((text) => !/[\r\n]/.test(text)),
  { maxLength: 12 },
);

test("a file is its lines, and lines are a file", () => {
  fc.assert(fc.property(anyLines, (lines) => assert.deepEqual(linesOf(textOfLines(lines)), lines)));
  assert.deepEqual(linesOf("one\ntwo"), ["one", "two"]);
});

test("replacing lines changes these and no others, however many are replaced at once", () => {
  fc.assert(
    fc.property(anyLines, fc.array(fc.nat(11), { maxLength: 4 }), anyLines, (lines, picks, instead) => {
      const numbers = [...new Set(picks)].filter((at) => at < lines.length);
      const text = textOfLines(instead);
      const result = replaced(
        textOfLines(lines),
        numbers.map((at) => ({ from: at + 1, to: at + 1, text })),
      );
      const expected = lines.flatMap((line, at) => (numbers.includes(at) ? instead : [line]));
      assert.equal(result, textOfLines(expected));
    }),
  );
});

test("what is appended begins a line of its own and leaves what is there", () => {
  assert.equal(appended("one", "two"), "one\ntwo\n");
  assert.equal(appended("one\n", "two\n\n"), "one\ntwo\n\n");
  assert.equal(appended("", "one"), "one\n");
});

const FILES: Readonly<Record<string, string>> = { "a.md": "1\n2\n3\n4\n", "dir/b.md": "x\n" };
const view: FilesView = { paths: Object.keys(FILES), read: async (path) => FILES[path] };
const SHOWN: Shown = new Map([
  [
    "a.md",
    [
      [1, 2],
      [3, 3],
    ] as const,
  ],
]);

const write = (
  path: string,
  kind: WantedWrite["kind"],
  text: string,
  from?: number,
  to?: number,
): WantedWrite => ({
  ...{ path, kind, text, from, to },
});

async function edits(...writes: WantedWrite[]): Promise<Record<string, string> | string> {
  const result = await editsOf(writes, view, SHOWN);
  return "problem" in result ? result.problem : Object.fromEntries(result.changes);
}

test("the writes of one answer are worked out together, on line numbers of the file as it was", async () => {
  assert.deepEqual(
    await edits(
      write("a.md", "append", "end"),
      write("a.md", "replace", "", 1, 1),
      write("a.md", "replace", "two\nand a half\r\n", 2, 3),
      write("new.md", "create", "a"),
      write("new.md", "append", "b"),
    ),
    { "a.md": "two\nand a half\n4\nend\n", "new.md": "a\nb\n" },
  );
  assert.deepEqual(await edits(write("a.md", "replace", "1", 1, 1)), {}, "what changes nothing is no change");
});

test("writes that cannot be meant are refused with a sentence", async () => {
  const cases: [WantedWrite[], RegExp][] = [
    [[write("a.md", "create", "x")], /there already/],
    [[write("new.md", "create", "x"), write("new.md", "create", "x")], /there already/],
    [[write("new.md", "append", "x")], /not there/],
    [[write("new.md", "create", "x"), write("new.md", "replace", "x", 1, 1)], /not there/],
    [[write("a.md", "append", "  \n")], /no text/],
    [[write("a.md", "replace", "x")], /needs `from` and `to`/],
    [[write("a.md", "replace", "x", 2, 1)], /no lines 2 to 1/],
    [[write("a.md", "replace", "x", 4, 5)], /no lines 4 to 5: the file has 4/],
    [[write("a.md", "replace", "x", 3, 4)], /were not shown/],
    [[write("a.md", "replace", "x", 1, 2), write("a.md", "replace", "x", 2, 3)], /replaced twice/],
    [[write("dir/b.md", "replace", "x", 1, 1)], /were not shown/],
    [[write("A.md", "create", "x")], /names clash/],
    [[write("dir", "create", "x")], /names clash/],
    [[write("a.md/b", "create", "x")], /names clash/],
    [[write("new.md", "create", "x"), write("new.md/y", "create", "x")], /names clash/],
    [[write("new.md", "create", "x".repeat(PROGRAM_LIMITS.fileBytes))], /over 524288 bytes/],
  ];
  for (const [writes, why] of cases) assert.match(String(await edits(...writes)), why);
});

test("a file of which nothing is left is refused", async () => {
  const result = await editsOf(
    [write("dir/b.md", "replace", "", 1, 1)],
    view,
    new Map([["dir/b.md", [[1, 1]]]]),
  );
  assert.ok("problem" in result && /empty/.test(result.problem));
});

test("there are only so many files", async () => {
  const paths = Array.from({ length: PROGRAM_LIMITS.files }, (_, at) => `f${at}.md`);
  const full: FilesView = { paths, read: async (path) => (paths.includes(path) ? "x\n" : undefined) };
  const more = await editsOf([write("one-more.md", "create", "x")], full, new Map());
  assert.ok("problem" in more && /at most 64 files/.test(more.problem));
  assert.ok("changes" in (await editsOf([write("f1.md", "append", "x")], full, new Map())));
});

test("a path leads down and nowhere else, and is one name on every disk", () => {
  for (const path of ["a", "a.md", "chapters/01 the-start.md", "ä/ö_1.x.y", "_x/-y"])
    assert.ok(filePathSchema.safeParse(path).success, path);
  const wrong = [
    ...["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".git/config", "a/.env", "a\\b"],
    ...[
      "C:a",
      "C:\\a",
      "a\nb",
      "a\u0000b",
      "~/a",
      "a/b.",
      "a ",
      " a",
      "a*",
      "a?",
      "a|b",
      "con:",
      "nul",
      "a/COM1.txt",
      "e\u0301.md",
      "\ud800",
    ],
    ...["x".repeat(PROGRAM_LIMITS.pathCharacters + 1), Array.from({ length: 9 }, () => "a").join("/")],
  ];
  for (const path of wrong) assert.ok(!filePathSchema.safeParse(path).success, JSON.stringify(path));
});

const instruction = fc
  .tuple(fc.string({ minLength: 1 }), fc.constantFrom(undefined, "a.md", "chapters/01.md"))
  .filter(([text]) => text.trim() !== "" && !/\p{Cc}|[\u2028\u2029]/u.test(text))
  .map(([text, file]) => ({ text: text.trim(), ...(file === undefined ? {} : { file }) }));

test("a program reads back from its text as it was written, whatever its goal says", () => {
  const goal = fc
    .array(fc.oneof(fc.constantFrom("\n\nInstructions:\n", "1. x\n", "   → a.md\n"), fc.string()), {
      minLength: 1,
    })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(goal, fc.array(instruction, { minLength: 1, maxLength: 12 }), (said, instructions) => {
      const read = readProgramText(programText(said, instructions));
      assert.deepEqual(read, { goal: said.trimEnd(), instructions });
    }),
  );
});

test("a text that is no program any more is refused", () => {
  const text = programText("Goal.", [{ text: "One.", file: "a.md" }, { text: "Two." }]);
  for (const changed of [
    "",
    "Goal.",
    text.replace("2. ", "3. "),
    text.replace("a.md", "../a"),
    `${text}\nmore`,
  ])
    assert.throws(() => readProgramText(changed), refused("CONFLICT"));
});
