import { type MemCube, textOf } from "../../memcube/index.js";
import type { RecallItem } from "../operations.js";
import { CLOSE, OPEN } from "./fence.js";
import type { TokenCounter } from "./tokens.js";

/** Core memory comes first and takes at most this share of the budget. */
const CORE_SHARE = 0.5;

/** An item is cut short rather than left out when at least this many tokens of it fit. */
const SHORTEST_EXCERPT = 24;

/** Running text has fewer characters a token than this; what is longer is cut without counting all of it. */
const TOKEN_CHARACTERS = 16;

/** An excerpt ends at a space when there is one this near. */
const LONGEST_WORD = 64;

export interface Recalled {
  readonly cube: MemCube;
  readonly score: number;
  readonly superseded?: RecallItem["superseded"];
}

export interface CompiledContext {
  readonly text: string;
  readonly tokens: number;
  readonly items: Omit<RecallItem, "explanation">[];
}

/** Keeps recalled text inside the fence: it cannot close it, and its lines cannot pass for other citations. */
function fenced(text: string): string {
  return text
    .trim()
    .replace(/<(?=\/?memory\b)/gi, "&lt;")
    .replace(/\r\n?|\n|\u2028|\u2029/g, "\n    ");
}

function label({ payload, provenance, time, scope }: MemCube): string {
  const when = (time.occurredAt ?? time.recordedAt).slice(0, 10);
  // A reader takes JSON apart and not at its word.
  const form = payload.kind === "plaintext" && payload.format !== "text" ? `, ${payload.format}` : "";
  const who = `${provenance.actor} (${provenance.origin}${form})`;
  return [when, who, ...(scope.session === undefined ? [] : [scope.session])].map(oneLine).join(" · ");
}

function oneLine(text: string): string {
  return fenced(text).replace(/\s+/g, " ");
}

/** What a reader must not take for the present. */
function outdated(superseded: RecallItem["superseded"]): string {
  if (superseded === undefined) return "";
  const { subject, relation, value } = superseded;
  return `outdated (now: ${oneLine(`${subject} ${relation} ${value}`)}) · `;
}

function line(
  citation: number,
  { cube, superseded }: Pick<Recalled, "cube" | "superseded">,
  text: string,
): string {
  const title = cube.attributes.title === undefined ? "" : `${oneLine(cube.attributes.title)}: `;
  return `[${citation}] ${label(cube)} · ${outdated(superseded)}${title}${fenced(text)}`;
}

/**
 * Compiles cubes into one fenced block of at most `budget` tokens: core cubes first in the order they were
 * made (byte-stable while nothing in them changes), then what was recalled, best first. Every item begins
 * with its citation and says when, who and from where.
 */
export function compileContext(
  core: readonly MemCube[],
  recalled: readonly Recalled[],
  budget: number,
  counter: TokenCounter,
): CompiledContext {
  const lines: string[] = [];
  const items: Omit<RecallItem, "explanation">[] = [];
  const frame = counter.count(`${OPEN}\n${CLOSE}`) + 1;
  let left = budget - frame;

  /** False when the budget ended inside the item: nothing after it fits. */
  const append = (recalled: Recalled, allowed: number): boolean => {
    const { cube, score, superseded } = recalled;
    const text = textOf(cube);
    if (text === undefined) return true;
    const citation = items.length + 1;
    const whole = text.length > allowed * TOKEN_CHARACTERS ? undefined : line(citation, recalled, text);
    const cost = whole === undefined ? Number.POSITIVE_INFINITY : counter.count(`${whole}\n`);
    const truncated = whole === undefined || cost > allowed;
    const cut = truncated
      ? excerpt(citation, recalled, text, allowed, counter)
      : { text: whole, tokens: cost };
    if (cut === undefined) return true;
    lines.push(cut.text);
    items.push({
      citation,
      id: cube.id,
      score,
      tokens: cut.tokens,
      truncated,
      ...(superseded === undefined ? {} : { superseded }),
    });
    left -= cut.tokens;
    return !truncated;
  };

  let coreLeft = Math.floor(budget * CORE_SHARE);
  for (const cube of core) {
    const before = left;
    append({ cube, score: 0 }, Math.min(coreLeft, left));
    coreLeft -= before - left;
  }
  const inCore = new Set(core.map((cube) => cube.id));
  for (const item of recalled) {
    if (inCore.has(item.cube.id)) continue;
    if (!append(item, left)) break;
  }
  return finish(lines, items, budget, counter);
}

/** Tokens do not add up exactly over line ends, so the whole is counted once more, and the budget holds. */
function finish(
  lines: string[],
  items: Omit<RecallItem, "explanation">[],
  budget: number,
  counter: TokenCounter,
): CompiledContext {
  for (;;) {
    if (lines.length === 0) return { text: "", tokens: 0, items: [] };
    const text = `${[OPEN, ...lines, CLOSE].join("\n")}\n`;
    const tokens = counter.count(text);
    if (tokens <= budget) return { text, tokens, items };
    lines.pop();
    items.pop();
  }
}

/** The beginning of an item that fits, ending at a word. */
function excerpt(
  citation: number,
  recalled: Recalled,
  text: string,
  allowed: number,
  counter: TokenCounter,
): { text: string; tokens: number } | undefined {
  if (allowed < SHORTEST_EXCERPT) return undefined;
  let low = 0;
  let high = Math.min(text.length, allowed * TOKEN_CHARACTERS);
  let best: { text: string; tokens: number } | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const space = text.lastIndexOf(" ", middle);
    const end = space > Math.max(0, middle - LONGEST_WORD) ? space : middle;
    const candidate = line(citation, recalled, `${text.slice(0, end).toWellFormed()} …`);
    const tokens = counter.count(`${candidate}\n`);
    if (tokens <= allowed) {
      best = { text: candidate, tokens };
      low = middle + 1;
    } else high = middle - 1;
  }
  return best !== undefined && best.tokens >= SHORTEST_EXCERPT ? best : undefined;
}
