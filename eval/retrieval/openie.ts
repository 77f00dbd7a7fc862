import * as z from "zod";
import { LIMITS, MemosError } from "../../memcube/index.js";
import type { NewMemory } from "../../memos/index.js";
import { readJsonFile } from "../jsonFile.js";
import type { Passage } from "./format.js";

type Facts = NonNullable<NewMemory["facts"]>;

/** Left open: what is no triple is counted, not refused. */
const triplesSchema = z.array(z.unknown());
const idSchema = z.union([z.string(), z.number()]).transform(String);

const byIdSchema = z.array(z.object({ id: idSchema, triples: triplesSchema }));
const cacheSchema = z.object({
  docs: z.array(z.object({ passage: z.string(), extracted_triples: triplesSchema })),
});
const fileSchema = z.union([z.object({ openie: byIdSchema }), cacheSchema, byIdSchema]);

/** Triples of passages, as facts that the caller states. */
export interface OpenIe {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly report: OpenIeReport;
}

export interface OpenIeReport {
  /** Passages that have at least one triple. */
  readonly passages: number;
  readonly triples: number;
  /** Entries that are no triple of three short texts, of passages that are not there, or beyond the limit of a cube. */
  readonly skipped: number;
}

/**
 * Reads triples that somebody has extracted: `{ openie: [{ id, triples }] }`, that array alone, or HippoRAG's
 * cache `{ docs: [{ passage, extracted_triples }] }`, whose passages are matched by their text.
 */
export async function loadOpenIe(path: string, corpus: readonly Passage[]): Promise<OpenIe> {
  const file = await readJsonFile(path, fileSchema);
  const rows = Array.isArray(file)
    ? file
    : "openie" in file
      ? file.openie
      : file.docs.map(({ passage, extracted_triples }) => ({
          id: idOfPassage(passage, corpus),
          triples: extracted_triples,
        }));
  const known = new Set(corpus.map(({ id }) => id));
  const facts = new Map<string, Facts>();
  let triples = 0;
  let skipped = 0;
  for (const row of rows) {
    const stated = row.triples.flatMap((triple) => statementOf(triple) ?? []);
    const kept = row.id !== undefined && known.has(row.id) ? stated.slice(0, LIMITS.facts) : [];
    skipped += row.triples.length - kept.length;
    triples += kept.length;
    if (row.id !== undefined && kept.length > 0) facts.set(row.id, kept);
  }
  if (triples === 0)
    throw new MemosError("INVALID_INPUT", `${path} holds no triple of a passage of this corpus`, {
      path: "openie",
    });
  return { facts, report: { passages: facts.size, triples, skipped } };
}

function idOfPassage(passage: string, corpus: readonly Passage[]): string | undefined {
  const [title = ""] = passage.split("\n", 1);
  return corpus.find(({ title: own, text }) => own === title && passage.endsWith(text))?.id;
}

const phraseSchema = z.string().trim().min(1).max(LIMITS.phraseCharacters);
const tripleSchema = z.tuple([phraseSchema, phraseSchema, phraseSchema]);

function statementOf(triple: unknown): Facts[number] | undefined {
  const parsed = tripleSchema.safeParse(triple);
  if (!parsed.success) return undefined;
  const [subject, relation, object] = parsed.data.map((part) =>
    part.replace(/[\p{Cc}\u2028\u2029]+/gu, " "),
  ) as [string, string, string];
  return { subject, relation, object };
}
