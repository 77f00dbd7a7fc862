import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Where language models look for what a site has to read (llmstxt.org). */
export const LLMS_PATH = "/llms.txt";

/** A text of the package, at a path of its own. */
export interface Guide {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/**
 * `llms.txt` and the guides of `docs/`, read once. Each has a path of its own, so that nothing of a request is ever
 * part of the name of a file. The links of `llms.txt` lead from here to these paths as they do in the repository.
 */
export function guides(): readonly Guide[] {
  const docs = join(ROOT, "docs");
  const names = readdirSync(docs).filter((name) => name.endsWith(".md"));
  return [
    {
      path: LLMS_PATH,
      type: "text/plain; charset=utf-8",
      text: readFileSync(join(ROOT, "llms.txt"), "utf8"),
    },
    ...names.map((name) => ({
      path: `/docs/${name}`,
      type: "text/markdown; charset=utf-8",
      text: readFileSync(join(docs, name), "utf8"),
    })),
  ];
}
