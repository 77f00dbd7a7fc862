import { type MemCube, textOf } from "../../memcube/index.js";
import type { RecallItem } from "../operations.js";
import { CLOSE, enclosed, OPEN } from "./fence.js";
import { citedLine, type Remarks, TOKEN_CHARACTERS } from "./line.js";
import type { TokenCounter } from "./tokens.js";

/** An item is cut short rather than left out when at least this many tokens of it fit. */
const SHORTEST_EXCERPT = 24;

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

/** A fenced context that is filled item by item until its budget is used up. */
export class Filling {
  readonly #budget: number;
  readonly #counter: TokenCounter;
  readonly #after: number;
  readonly #lines: string[] = [];
  readonly #items: CompiledContext["items"] = [];
  #left: number;

  /** @param after The last citation before the first item's. */
  constructor(budget: number, counter: TokenCounter, after = 0) {
    this.#budget = budget;
    this.#counter = counter;
    this.#after = after;
    this.#left = budget - counter.count(`${OPEN}\n${CLOSE}`) - 1;
  }

  /** Tokens that are left. */
  get left(): number {
    return this.#left;
  }

  /**
   * Adds an item of at most `allowed` tokens, cut short when more of it does not fit and `whole` does not forbid
   * it. False when the budget ended inside the item: nothing after it fits.
   */
  append(recalled: Recalled & Remarks, allowed = this.#left, whole = false): boolean {
    const { cube, score, superseded } = recalled;
    const text = textOf(cube);
    if (text === undefined) return true;
    const citation = this.#after + this.#items.length + 1;
    const line =
      text.length > allowed * TOKEN_CHARACTERS ? undefined : citedLine(citation, cube, text, recalled);
    const cost = line === undefined ? Number.POSITIVE_INFINITY : this.#counter.count(`${line}\n`);
    const truncated = line === undefined || cost > allowed;
    if (truncated && whole) return true;
    const given = truncated ? this.#excerpt(citation, recalled, text, allowed) : { text: line, tokens: cost };
    if (given === undefined) return true;
    this.#lines.push(given.text);
    this.#items.push({
      citation,
      id: cube.id,
      score,
      tokens: given.tokens,
      truncated,
      ...(superseded === undefined ? {} : { superseded }),
    });
    this.#left -= given.tokens;
    return !truncated;
  }

  /** Tokens do not add up exactly over line ends, so the whole is counted once more, and the budget holds. */
  finish(): CompiledContext {
    const lines = [...this.#lines];
    const items = [...this.#items];
    for (; lines.length > 0; lines.pop(), items.pop()) {
      const text = enclosed(lines);
      const tokens = this.#counter.count(text);
      if (tokens <= this.#budget) return { text, tokens, items };
    }
    return { text: "", tokens: 0, items: [] };
  }

  /** The beginning of an item that fits, ending at a word. */
  #excerpt(
    citation: number,
    recalled: Recalled & Remarks,
    text: string,
    allowed: number,
  ): { text: string; tokens: number } | undefined {
    if (allowed < SHORTEST_EXCERPT) return undefined;
    let low = 0;
    let high = Math.min(text.length, allowed * TOKEN_CHARACTERS);
    let best: { text: string; tokens: number } | undefined;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const space = text.lastIndexOf(" ", middle);
      const end = space > Math.max(0, middle - LONGEST_WORD) ? space : middle;
      const shown = `${text.slice(0, end).toWellFormed()} …`;
      const candidate = citedLine(citation, recalled.cube, shown, recalled);
      const tokens = this.#counter.count(`${candidate}\n`);
      if (tokens <= allowed) {
        best = { text: candidate, tokens };
        low = middle + 1;
      } else high = middle - 1;
    }
    return best !== undefined && best.tokens >= SHORTEST_EXCERPT ? best : undefined;
  }
}
