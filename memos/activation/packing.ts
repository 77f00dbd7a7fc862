import type { CubeId } from "../../memcube/index.js";
import { enclosed } from "../retrieval/fence.js";
import { lineTokens } from "../retrieval/line.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import type { SetKind } from "./block.js";
import type { BlockCandidate } from "./candidate.js";

interface Member {
  readonly candidate: BlockCandidate;
  readonly tokens: number;
}

/** A set while it is being filled. */
export interface Draft {
  readonly id: string;
  readonly kind: SetKind;
  readonly members: readonly Member[];
}

/** Sets that are filled one after the other in one space. */
export class Packing {
  readonly #drafts: { id: string; kind: SetKind; members: Member[] }[] = [];
  readonly #tokens: number;
  readonly #setTokens: number;
  readonly #counter: TokenCounter;
  /** Of a fence with nothing in it. */
  readonly #frame: number;
  readonly #lines = new Map<CubeId, number>();

  /** @param limits Tokens of all sets together, and of one set of hot cubes. */
  constructor(limits: { readonly tokens: number; readonly setTokens: number }, counter: TokenCounter) {
    this.#tokens = limits.tokens;
    this.#setTokens = limits.setTokens;
    this.#counter = counter;
    this.#frame = counter.count(enclosed([]));
  }

  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  /** Begins a set, to which `put` adds until the next one is begun. */
  begin(id: string, kind: SetKind): void {
    this.#drafts.push({ id, kind, members: [] });
  }

  /** Puts a cube into the last set; false when there is no room for it in the whole. */
  put(candidate: BlockCandidate): boolean {
    const last = this.#drafts.at(-1);
    if (last === undefined) return false;
    const tokens = this.#tokensOfLine(candidate);
    if (tokens + (last.members.length === 0 ? this.#frame : 0) > this.#left()) return false;
    last.members.push({ candidate, tokens });
    return true;
  }

  /** Whether there is room for a cube in the whole, even if it begins a set. */
  hasRoom(candidate: BlockCandidate): boolean {
    return this.#frame + this.#tokensOfLine(candidate) <= this.#left();
  }

  /** Whether a cube is short enough for a set of hot cubes. */
  fitsAlone(candidate: BlockCandidate): boolean {
    return this.#frame + this.#tokensOfLine(candidate) <= this.#setTokens;
  }

  /** Whether the last set can take a cube, as a set of hot ones. */
  fitsLast(candidate: BlockCandidate): boolean {
    const last = this.#drafts.at(-1);
    if (last?.kind !== "hot") return false;
    return this.#tokensOfLine(candidate) + Math.max(this.#frame, this.tokensOf(last)) <= this.#setTokens;
  }

  tokensOf({ members }: Draft): number {
    return members.length === 0 ? 0 : members.reduce((sum, { tokens }) => sum + tokens, this.#frame);
  }

  #tokensOfLine({ cube }: BlockCandidate): number {
    const known = this.#lines.get(cube.id);
    if (known !== undefined) return known;
    const tokens = lineTokens(cube, this.#tokens, this.#counter);
    this.#lines.set(cube.id, tokens);
    return tokens;
  }

  #left(): number {
    return this.#drafts.reduce((left, draft) => left - this.tokensOf(draft), this.#tokens);
  }
}
