import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Nothing of the browser's own goes out; WebGL is computed, since there may be no graphics card. */
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** The Chromium of this computer, or nothing. `named` is where it is said to be. */
export function chromiumPath(named: string | undefined): string | undefined {
  return [named, ...USUAL].find((path) => path !== undefined && path !== "" && existsSync(path));
}

/** Starts a browser with a profile of its own that is gone when it is closed. */
export function openBrowser(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: [...QUIET, ...args] });
}
