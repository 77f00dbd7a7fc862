import { join } from "node:path";
import type { Page } from "playwright-core";
import { createServer } from "../api/index.js";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { type Latency, latencyOf, timed } from "./latency.js";
import { inChild } from "./process/task.js";
import type { Report } from "./progress.js";
import type { IngestOutcome, IngestTask } from "./search/ingestProcess.js";
import { questionsAbout } from "./search/questions.js";
import { tenantsOf, textsOf } from "./search/texts.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { chromiumPath, openBrowser } from "./viewer/browser.js";

const QUESTIONS = 40;

/** Pages of the list that are scrolled through. */
const PAGES = 10;

export interface ViewerBenchOptions {
  /** Cubes, all of one tenant. */
  readonly n: number;
  /** The Chromium to use; the one of the system without. */
  readonly chromium: string | undefined;
  readonly signal?: AbortSignal;
}

export interface ViewerBenchResult {
  readonly cubes: number;
  /** From the last letter of a question until the answer to it is painted, the pause for further letters included. */
  readonly visible: Latency;
  /** The same questions from a program, answers read: what the server alone takes. */
  readonly server: Latency;
  /** The middle of the one against that of the other. */
  readonly ratio: number;
  /** From opening the address of the list until its first rows are painted. */
  readonly firstRowsMs: number;
  /** Rows that were scrolled through, and the most that were in the document at once. */
  readonly scrolled: number;
  readonly rowsInDocument: number;
  /** A sample of the graph, as the server answers it. */
  readonly sampleMs: number;
}

/** Types a question as a person would, and tells when its answer is painted. Runs in the page. */
const ASK = `(question) => new Promise((resolve) => {
  const field = document.getElementById("query");
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, question);
  const started = performance.now();
  const before = document.querySelector(".summary")?.textContent;
  let loading = before === undefined;
  const look = () => {
    const summary = document.querySelector(".summary");
    if (new URLSearchParams(location.search).get("q") !== question || summary === null) return;
    loading ||= summary.dataset.loading === "true" || summary.textContent !== before;
    if (!loading || summary.dataset.loading === "true" || document.querySelector(".row") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  field.dispatchEvent(new Event("input", { bubbles: true }));
})`;

function ask(page: Page, question: string): Promise<number> {
  return page.evaluate<number>(`(${ASK})(${JSON.stringify(question)})`);
}

/** Measures what a person waits for in the viewer, beside what the server alone takes. */
export function runViewerBench(options: ViewerBenchOptions, report: Report): Promise<ViewerBenchResult> {
  const { n, signal } = options;
  const executable = chromiumPath(options.chromium);
  if (executable === undefined)
    throw new Error("There is no Chromium: install it, or name one with MEMOS_CHROMIUM.");
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, "store");
    const tenants = tenantsOf(n, 1);
    const [owner] = tenants;
    if (owner === undefined) throw new Error("there is no tenant");
    report(`taking in ${n} cubes`);
    const task = new URL("./search/ingestProcess.js", import.meta.url);
    await inChild<IngestTask, IngestOutcome>(task, { path, tenants }, signal);
    const { questions } = questionsAbout(textsOf(owner), QUESTIONS).all;
    const server = createServer(await MemOS.open({ path }), { development: true });
    const { address } = await server.listen(0, "127.0.0.1");
    const browser = await openBrowser(executable);
    try {
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
      await page.goto(`${address}/?tenant=${owner.name}`);
      await page.locator("#query").waitFor();
      const visible: number[] = [];
      const alone: number[] = [];
      report("asking");
      // The first answers of a process load what later ones find in memory.
      await ask(page, "What do we know about anything?");
      for (const question of questions) {
        throwIfAborted(signal);
        visible.push(await ask(page, question));
        alone.push(await timed(() => searched(address, owner.name, question)));
      }
      const list = await scrolled(page, `${address}/view/memories?tenant=${owner.name}`, n);
      const sampleMs = await timed(async () =>
        (await fetch(`${address}/v1/graph/sample?tenant=${owner.name}`)).json(),
      );
      const [shown, served] = [latencyOf(visible), latencyOf(alone)];
      return {
        cubes: n,
        visible: shown,
        server: served,
        ratio: hundredths(shown.p50ms / served.p50ms),
        ...list,
        sampleMs: hundredths(sampleMs),
      };
    } finally {
      await browser.close();
      await server.close();
    }
  });
}

/** What the viewer asks for, from here. */
async function searched(address: string, tenant: string, query: string): Promise<unknown> {
  const answer = await fetch(`${address}/v1/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ scope: { tenant }, query, k: 30, explain: true }),
  });
  return answer.json();
}

async function scrolled(page: Page, address: string, n: number) {
  const firstRowsMs = await timed(async () => {
    await page.goto(address);
    await page.locator(".row").first().waitFor();
  });
  let rowsInDocument = 0;
  const pages = Math.min(PAGES, Math.floor(n / 100));
  for (let next = 1; next < pages; next++) {
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await page.getByText(`${((next + 1) * 100).toLocaleString("en")} of`).waitFor();
    rowsInDocument = Math.max(rowsInDocument, await page.locator(".row").count());
  }
  return { firstRowsMs: hundredths(firstRowsMs), scrolled: pages * 100, rowsInDocument };
}
