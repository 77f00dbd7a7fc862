import { basename, extname } from "node:path";
import { throwIfAborted } from "../../memos/aborted.js";
import { type FindingCategory, Firewall } from "../../memos/index.js";
import { type JudgedText, judgedTexts } from "./texts.js";

/** Ids that a report shows of what was flagged. */
const EXAMPLES = 5;

/** Texts between two looks at the event loop. */
const SLICE = 256;

export interface Flagged {
  readonly flagged: number;
  /** In percent of all texts. */
  readonly rate: number;
  /** How many texts hold each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Ids of some flagged texts, never the texts. */
  readonly examples: readonly string[];
}

export interface FirewallReport {
  readonly dataset: string;
  readonly n: number;
  readonly categories: Readonly<Record<FindingCategory, Flagged>>;
  /** Texts that would await review. */
  readonly quarantined: Flagged;
}

/**
 * How often the write firewall takes offence at a data set without anything to take offence at: its
 * false-positive rate. Every text is judged as a document, which is trusted less than a person.
 */
export async function evaluateFirewall(
  path: string,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (phase: "judging", done: number, total: number) => void } = {},
): Promise<FirewallReport> {
  const texts = await judgedTexts(path);
  const firewall = new Firewall();
  const tallies = { secrets: new Tally(), personal: new Tally(), instructions: new Tally() };
  const quarantined = new Tally();
  for (const [index, judged] of texts.entries()) {
    if (index % SLICE === 0) {
      throwIfAborted(signal);
      onProgress?.("judging", index, texts.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { findings, action, reasons } = firewall.inspect(documentOf(judged), { tenant: "evaluation" });
    for (const category of ["secrets", "personal", "instructions"] as const) {
      const kinds = findings.filter((finding) => finding.category === category).map(({ kind }) => kind);
      if (kinds.length > 0) tallies[category].add(judged.id, kinds);
    }
    if (action === "quarantine") quarantined.add(judged.id, reasons);
  }
  return {
    dataset: basename(path, extname(path)),
    n: texts.length,
    categories: {
      secrets: tallies.secrets.of(texts.length),
      personal: tallies.personal.of(texts.length),
      instructions: tallies.instructions.of(texts.length),
    },
    quarantined: quarantined.of(texts.length),
  };
}

class Tally {
  readonly #ids: string[] = [];
  readonly #kinds = new Map<string, number>();

  add(id: string, kinds: readonly string[]): void {
    this.#ids.push(id);
    for (const kind of new Set(kinds)) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  of(n: number): Flagged {
    return {
      flagged: this.#ids.length,
      rate: Math.round((1e5 * this.#ids.length) / n) / 1e3,
      kinds: Object.fromEntries(this.#kinds),
      examples: this.#ids.slice(0, EXAMPLES),
    };
  }
}

function documentOf({ text }: JudgedText): Parameters<Firewall["inspect"]>[0] {
  return {
    payload: { kind: "plaintext", text, format: "text" },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: { origin: "document", actor: "document", sources: [] },
  };
}
