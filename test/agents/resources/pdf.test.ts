import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../memos/support.js";
import { pdf, readInside } from "./support.js";

test("PDF gives the text of each page under the titles of the outline, and every chunk cites its page", async () => {
  const file = pdf(
    [
      {
        lines: [
          { text: "1. Bees", size: 18 },
          "",
          "Bees live in hives and make hon-",
          "ey.",
          "",
          "Another paragraph.",
        ],
      },
      { lines: ["Still about bees (and wasps)."] },
      { lines: ["Birds fly."] },
    ],
    {
      title: "Animals",
      outline: [
        { title: "Bees", page: 1 },
        { title: "Birds", page: 3 },
      ],
    },
  );
  const { chunks, about } = await readInside("animals.pdf", file);
  assert.deepEqual(about, { pages: 3, title: "Animals" });
  assert.deepEqual(
    chunks.map(({ headings, text, position }) => [headings, text, position.pages]),
    [
      [["1. Bees"], "Bees live in hives and make honey.\n\nAnother paragraph.", [1, 1]],
      [["1. Bees"], "Still about bees (and wasps).", [2, 2]],
      [["Birds"], "Birds fly.", [3, 3]],
    ],
  );
});

test("without an outline, large lines are headings", async () => {
  const body = ["Some words of the text that is of the usual size here.", "And some more of them."];
  const { chunks } = await readInside(
    "x.pdf",
    pdf([
      { lines: [{ text: "Part", size: 20 }, "", ...body, "", { text: "Section", size: 15 }, "", ...body] },
    ]),
  );
  assert.deepEqual(
    chunks.map(({ headings }) => headings),
    [["Part"], ["Part", "Section"]],
  );
});

test("pages without text are told, and a document of nothing else is refused", async () => {
  const { warnings } = await readInside("x.pdf", pdf([{ lines: [] }, { lines: ["text"] }]));
  assert.deepEqual(warnings, ["PAGES_WITHOUT_TEXT"]);
  await assert.rejects(readInside("x.pdf", pdf([{ lines: [] }])), refused("DOCUMENT_INVALID"));
});

test("a PDF of too many pages is refused", async () => {
  const pages = Array.from({ length: 4 }, () => ({ lines: ["text"] }));
  await assert.rejects(readInside("x.pdf", pdf(pages), { pages: 3 }), refused("TOO_LARGE"));
});

test("a PDF that is no PDF but for its first bytes, or is cut off in its first object, is refused", async () => {
  await assert.rejects(readInside("x.pdf", `%PDF-1.4\n${"junk ".repeat(500)}`), refused("DOCUMENT_INVALID"));
  await assert.rejects(
    readInside("x.pdf", pdf([{ lines: ["text"] }]).subarray(0, 60)),
    refused("DOCUMENT_INVALID"),
  );
});

test("a PDF whose table of objects is damaged is read all the same", async () => {
  const file = pdf([{ lines: ["All is here."] }]).toString("latin1");
  const damaged = file.replace(/\d{10} 00000 n/g, "0000000001 00000 n");
  assert.equal((await readInside("x.pdf", Buffer.from(damaged, "latin1"))).chunks[0]?.text, "All is here.");
});

test("a PDF with a password is refused, and the reason is said", async () => {
  const key = "00".repeat(32);
  const encrypted = pdf([{ lines: ["secret"] }])
    .toString("latin1")
    .replace(
      /trailer\n<<(.*)>>/,
      `trailer\n<<$1 /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>] >>`,
    );
  await assert.rejects(readInside("x.pdf", Buffer.from(encrypted, "latin1")), (error: Error) => {
    refused("DOCUMENT_INVALID")(error);
    assert.match(error.message, /password/);
    return true;
  });
});
