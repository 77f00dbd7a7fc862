import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { chromiumPath, openBrowser } from "../../../bench/viewer/browser.js";

const CHROMIUM = chromiumPath(process.env["MEMOS_CHROMIUM"]);

let shared: Promise<Browser> | undefined;

/** The browser of this file's tests, started with the first that needs it. Call `closeBrowser` in `after`. */
export function browser(): Promise<Browser> {
  assert.ok(CHROMIUM !== undefined);
  shared ??= openBrowser(CHROMIUM);
  return shared;
}

export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
}

/** A test that needs a browser: skipped, with the reason, where there is none. */
export function inBrowser(name: string, run: (t: TestContext) => Promise<void>): void {
  const skip = CHROMIUM === undefined && "no Chromium: set MEMOS_CHROMIUM, or install the package chromium";
  test(name, { skip }, run);
}

/** What a page did that it must not do. */
export interface Trouble {
  readonly dialogs: string[];
  readonly errors: string[];
  /** Requests to anything but the server of the page. */
  readonly foreign: string[];
}

/** A page of its own, watched from before its first request. */
export async function openPage(
  t: { after(end: () => Promise<void>): void },
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; trouble: Trouble }> {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const trouble: Trouble = { dialogs: [], errors: [], foreign: [] };
  page.on("dialog", (dialog) => {
    trouble.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => trouble.errors.push(error.message));
  // A violation of the policy is an error in the console; an answer that is no 2xx is one too, and expected.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      trouble.errors.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${address}/`)) trouble.foreign.push(request.url());
  });
  return { page, context, trouble };
}

export function assertNoTrouble(trouble: Trouble): void {
  assert.deepEqual(trouble, { dialogs: [], errors: [], foreign: [] });
}
