import { join } from "node:path";
import { loadBooks } from "../sort/books.js";
import { evaluateSort } from "../sort/evaluate.js";
import type { Perturbation } from "../sort/pairs.js";
import { collected, datasetOf, type Suite, suiteRun } from "./suite.js";

export const BOOKS = ["69087-0.txt", "72578-0.txt", "72600-0.txt", "72869-0.txt"].map(
  (file) => `books/${file}`,
);

const KINDS: readonly { name: string; about: string; perturb?: Perturbation; bar: number }[] = [
  { name: "order", about: "as they stand in the book", bar: 95 },
  { name: "order-dropped", about: "with some words dropped", perturb: "drop", bar: 85 },
  { name: "order-shuffled", about: "with their words shuffled", perturb: "shuffle", bar: 85 },
];

const OPTIONS = { words: 20, pairs: 100, seed: 1 };

/** Sequence order recall: which of two segments of a book came first. Half of the answers are right by chance. */
export const sort: readonly Suite[] = KINDS.map(({ name, about, perturb, bar }) => ({
  name,
  files: BOOKS,
  async run(context) {
    const { data, embedder } = context;
    const paths = BOOKS.map((file) => join(data, file));
    const books = await loadBooks(paths);
    const { report, outcomes, seconds } = await collected(context, (options) =>
      evaluateSort(books, { ...options, ...OPTIONS, perturb }),
    );
    const hashes = await Promise.all(paths.map(async (path) => (await datasetOf(path)).sha256));
    return [
      suiteRun(
        {
          name,
          about: `Which of two segments of a book came first, ${about}.`,
          dataset: { name: "four books", sha256: hashes.map((hash) => hash.slice(0, 16)).join("") },
          agent: "memos",
          mode: "extractive",
          reader: "memos.order",
          settings: { ...OPTIONS, embedder: embedder.fingerprint.name },
          bars: { accuracy: { at: "least", value: bar } },
        },
        outcomes,
        [
          ["not known", report.unknown, "pairs"],
          ["question p50", report.p50ms, "ms"],
          ["ingest", report.ingestSeconds, "s"],
        ],
        seconds,
      ),
    ];
  },
}));
