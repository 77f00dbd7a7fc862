import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../memos/support.js";
import { readInside } from "./support.js";

test("HTML gives what people see of it, under its headings, with its lines", async () => {
  const { chunks, about } = await readInside(
    "page.html",
    `<!doctype html><html><head><title>The
page</title><style>p { color: red }</style></head>
<body><script>alert("no")</script>
<h1>Guide</h1>
<p>First &amp; <b>bold</b>
   words.<br>Next line.</p>
<h2>Lists</h2>
<ul><li>one<li>two<ul><li>inner</li></ul></li></ul>
<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2 <p>more</p></td></tr></table>
<pre>
  code
    indented
</pre>
<div hidden>ignore this</div><p style="display: none">and this</p><img alt="A bee" src="x">
</body></html>`,
  );
  assert.equal(about.title, "The page");
  assert.deepEqual(
    chunks.map(({ headings, text }) => [headings, text]),
    [
      [["Guide"], "First & bold words.\nNext line."],
      [["Guide", "Lists"], "- one\n- two\n  - inner\n\na | b\n1 | 2 more\n\n  code\n    indented\n\n[A bee]"],
    ],
  );
  assert.deepEqual(chunks[0]?.position.lines, [5, 6]);
});

test("the encoding that a page declares is used", async () => {
  const page = Buffer.from('<html><meta charset="iso-8859-1"><p>Caf\u00e9</p></html>', "latin1");
  assert.equal((await readInside("page.html", page)).chunks[0]?.text, "Caf\u00e9");
});

test("broken markup is read as far as it goes", async () => {
  const { chunks } = await readInside("page.html", "<p>one<div>two</p></table><td>three<h2>four</i>");
  assert.match(chunks.map(({ text }) => text).join("\n"), /one[\s\S]*two[\s\S]*three[\s\S]*four/);
});

test("elements that are nested too deep are refused", async () => {
  await assert.rejects(readInside("page.html", `${"<div>".repeat(5_000)}deep`), refused("TOO_LARGE"));
  await readInside("page.html", `${"<div>".repeat(200)}deep`);
});

test("an element that does not end is refused before it fills the memory", async () => {
  const page = `<p>text</p><!-- ${"x".repeat(300_000)}`;
  await assert.rejects(readInside("page.html", page, { markupCharacters: 100_000 }), refused("TOO_LARGE"));
});
