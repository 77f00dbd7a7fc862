import { queryTerms, termsOf } from "../../memos/retrieval/analysis.js";
import { sentencesOf } from "../mab/sentences.js";
import type { Agent, AgentMemory, Chunk } from "./agent.js";
import { bestOf } from "./best.js";

/** Lines before and after a hit that are shown with it, as `grep -C 1` does. */
const AROUND = 1;

/**
 * Files and grep: the context as lines, of which those are found that hold most of the words of the query. What
 * most agents with a file system do, and the least that a memory has to be better than.
 */
export function grepAgent(): Agent {
  return {
    name: "grep",
    flavour: "agentic",
    settings: { linesAround: AROUND },
    open: async () => new GrepMemory(),
    close: async () => {},
  };
}

class GrepMemory implements AgentMemory {
  readonly #lines: { readonly text: string; readonly terms: ReadonlySet<string> }[] = [];

  /** A chunk whose sentences were joined has no lines of its own: its sentences are its lines. */
  async memorise({ text }: Chunk): Promise<void> {
    for (const line of text.split("\n").flatMap((part) => [...sentencesOf(part)]))
      this.#lines.push({ text: line, terms: new Set(termsOf(line)) });
  }

  async retrieve(query: string, k: number): Promise<string[]> {
    const wanted = queryTerms(query);
    const scores = this.#lines.map(({ terms }) => wanted.filter((term) => terms.has(term)).length);
    return bestOf([...this.#lines.keys()], scores, k).map((at) =>
      this.#lines
        .slice(Math.max(0, at - AROUND), at + AROUND + 1)
        .map(({ text }) => text)
        .join("\n"),
    );
  }

  async close(): Promise<void> {}
}
