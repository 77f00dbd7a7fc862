import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { demoServer } from "./demo.js";
import { assertNoTrouble, browser, closeBrowser, inBrowser, openPage } from "./support.js";

/** Where pictures of every screen go, to be looked at; none are made without it. */
const PICTURES = process.env["MEMOS_PICTURES"];

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const ends: (() => Promise<void>)[] = [];
after(async () => {
  await closeBrowser();
  for (const end of ends.reverse()) await end();
});

let started: ReturnType<typeof demoServer> | undefined;
function demo() {
  started ??= demoServer({ after: (end) => void ends.push(end) });
  return started;
}

/** A screen, and what is there once it is complete. */
type Visit = readonly [name: string, path: string, ready: (page: Page) => Promise<void>];

const sees =
  (text: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByText(text).first().waitFor();

function visits(edited: string, noted: string): Visit[] {
  return [
    ["overview", "/?user=ana", sees("Versions")],
    ["search", "/?user=ana&q=where+does+Ana+live", sees(/hits? of/)],
    ["nothing", "/?user=ana&q=where&types=vault", sees("Nothing fits")],
    ["memories", "/view/memories?user=ana", sees(/memories$/)],
    ["memory", `/view/memory/${edited}?user=ana&from=1&to=3`, sees("What derives from it")],
    ["derived", `/view/memory/${noted}?user=ana`, sees("What derives from it")],
    ["missing", "/view/memory/0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", sees("Not found")],
    ["graph", "/view/graph?user=ana", sees("Legend")],
    ["graph-focus", "/view/graph?user=ana&entity=Rui+Tavares", sees("Legend")],
    ["timeline", "/view/timeline?user=ana&order=oldest", sees("2026-01-08")],
    ["entities", "/view/entity?user=ana", sees("Names that many memories share")],
    ["entity", "/view/entity?user=ana&name=Ana", sees("superseded")],
    ["shelves", "/view/shelves?user=ana", sees("Gate")],
    ["jobs", "/view/work?user=ana", sees("report.archive")],
    ["decisions", "/view/work?user=ana&part=decisions", sees(/decisions? shown/)],
    ["audit", "/view/work?part=audit", sees(/Nothing in the audit|Operation/)],
    ["review", "/view/review?user=ana", sees("Reject")],
    ["empty", "/?user=nobody", sees("Nothing is remembered here yet")],
  ];
}

/** Runs in the page. */
const SERIOUS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    id + ": " + html.slice(0, 160) + " " + failureSummary.slice(0, 300))))`;

/** What is wider than the window. Runs in the page. */
const TOO_WIDE = `document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((element) => element.outerHTML.slice(0, 160))`;

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(SERIOUS);
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

for (const theme of ["light", "dark"] as const)
  inBrowser(`every screen is there, without a serious issue of access, in ${theme}`, async (t) => {
    const api = await demo();
    const { page, trouble } = await openPage(t, api.address, { colorScheme: theme, bypassCSP: false });
    const found: Record<string, string[]> = {};
    for (const [name, path, ready] of visits(api.edited, api.noted)) {
      await page.goto(api.address + path);
      await ready(page);
      const serious = await violations(page);
      if (serious.length > 0) found[name] = serious;
      await picture(page, `${theme}-${name}`);
    }
    assert.deepEqual(found, {});
    assertNoTrouble(trouble);
  });

inBrowser("every screen fits at 200 % zoom and on a narrow phone", async (t) => {
  const api = await demo();
  const found: Record<string, string[]> = {};
  // A window of 1,280 pixels at 200 % is one of 640.
  for (const [width, height] of [
    [640, 400],
    [390, 844],
  ] as const) {
    const { page } = await openPage(t, api.address, { viewport: { width, height } });
    for (const [name, path, ready] of visits(api.edited, api.noted)) {
      await page.goto(api.address + path);
      await ready(page);
      const wide = await page.evaluate<string[]>(TOO_WIDE);
      if (wide.length > 0) found[`${name} at ${width}`] = wide;
      await picture(page, `${width}-${name}`);
    }
  }
  assert.deepEqual(found, {});
});

inBrowser("without WebGL the graph is a list, and says why", async (t) => {
  const api = await demo();
  const context = await (await browser()).newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript("HTMLCanvasElement.prototype.getContext = () => null");
  await page.goto(`${api.address}/view/graph?user=ana`);
  await page.getByText("This browser has no WebGL").waitFor();
  await page.getByRole("link", { name: "Fjord Bakery", exact: true }).waitFor();
});
