import assert from "node:assert/strict";
import { after } from "node:test";
import { startServer } from "../harness.js";
import { assertNoTrouble, closeBrowser, inBrowser, openPage } from "./support.js";

const ANA = { tenant: "local", user: "ana" };

/** Texts that run, load or mislead where a page takes them for more than text. */
const HOSTILE = [
  "<script>alert('script')</script> Lisbon",
  "<img src=x onerror=\"alert('image')\"> Lisbon",
  "<a href=\"javascript:alert('link')\">Lisbon</a> javascript:alert(1)",
  "<svg onload=alert('svg')><style>*{display:none}</style></svg> Lisbon",
  '"><iframe srcdoc="<script>parent.alert(1)</script>"></iframe> Lisbon',
  "{{constructor.constructor('alert(1)')()}} \u0024{alert(1)} Lisbon",
  "<form action=https://example.com><input name=key autofocus></form> Lisbon",
];
const BIDI = "The password of Lisbon is \u202egnol yrev\u202c and \u2066hidden\u2069.";
const MEGABYTE = `Lisbon ${"<b>x</b> ".repeat(116_000)}`;

after(closeBrowser);

inBrowser("what a memory says is shown as text, and nothing of it runs", async (t) => {
  const api = await startServer(t);
  const ids: string[] = [];
  for (const text of [...HOSTILE, BIDI])
    for (const { id } of (
      await api.memos.add(
        {
          text,
          title: text,
          tags: [text.slice(0, 100)],
          actor: text.slice(0, 100),
          metadata: { note: text },
          facts: [{ subject: "Ana", relation: "says", object: text }],
        },
        { ...ANA, session: text.slice(0, 100) },
      )
    ).written)
      ids.push(id);
  for (const id of ids)
    await api.memos.update(id, { text: `${HOSTILE.join(" ")} changed` }, ANA, { cause: HOSTILE.join(" ") });

  const { page, trouble } = await openPage(t, api.address);
  for (const path of [
    "/?user=ana&q=Lisbon",
    "/?user=ana",
    "/view/memories?user=ana",
    "/view/timeline?user=ana",
    "/view/entity?user=ana&name=Ana",
    "/view/graph?user=ana&limit=400",
    "/view/review?user=ana",
    "/view/work?user=ana&part=decisions",
    ...ids.map((id) => `/view/memory/${id}?user=ana`),
  ]) {
    await page.goto(api.address + path);
    await page.waitForLoadState("networkidle");
    const made = await page.evaluate<number>(
      "document.querySelectorAll('#root :is(script, img, iframe, svg, style, form[action], a[href^=javascript])').length",
    );
    assert.equal(made, 0, path);
  }
  await page.goto(`${api.address}/view/memories?user=ana`);
  await page.getByText("<script>alert('script')</script>").first().waitFor();
  // The scope of a memory is in the picker, too.
  await page.getByRole("button", { name: "Scope" }).click();
  await page.getByText("onerror").first().waitFor();
  assertNoTrouble(trouble);
});

inBrowser("characters that would turn or hide text are shown by their number", async (t) => {
  const api = await startServer(t);
  const { written } = await api.memos.add(BIDI, ANA);
  const { page, trouble } = await openPage(t, api.address);
  await page.goto(`${api.address}/view/memory/${written[0]?.id}?user=ana`);
  const text = page.locator("article .text").first();
  await text.waitFor();
  assert.equal(
    await text.textContent(),
    "The password of Lisbon is U+202Egnol yrevU+202C and U+2066hiddenU+2069.",
  );
  assertNoTrouble(trouble);
});

inBrowser("a text of a megabyte is shown in part, and whole when it is asked for", async (t) => {
  const api = await startServer(t);
  const { written } = await api.memos.add(MEGABYTE, ANA);
  const { page, trouble } = await openPage(t, api.address);
  await page.goto(`${api.address}/view/memory/${written[0]?.id}?user=ana`);
  const text = page.locator("article .text").first();
  await text.waitFor();
  assert.equal((await text.textContent())?.length, 20_000);
  const showAll = page.getByRole("button", { name: /Show all/ });
  await showAll.click();
  await showAll.waitFor({ state: "detached" });
  assert.equal((await text.textContent())?.length, MEGABYTE.length);
  await page.goto(`${api.address}/?user=ana&q=Lisbon`);
  await page.getByText(/1 hit of/).waitFor();
  assertNoTrouble(trouble);
});
