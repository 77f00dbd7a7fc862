import { type Block, blockWithin } from "../activation/block.js";
import { type CompiledRecall, compileRecall } from "./context.js";
import type { Recalled } from "./filling.js";
import type { GivenLine } from "./line.js";
import type { TokenCounter } from "./tokens.js";

/** The stable beginning of a prompt takes at most this share of the budget. */
export const PREFIX_SHARE = 0.5;

export interface CompiledPrompt {
  /** What a prompt begins with: the same while no memory in it changes, whatever is asked. */
  readonly prefix: Block;
  /** What the question recalled beside it. */
  readonly recall: CompiledRecall;
  /** Of both. */
  readonly tokens: number;
}

/**
 * A block and what was recalled, in at most `budget` tokens: first as much of the block as its share holds, then
 * what the block does not say already, best first, with citations that go on after the block's. What the block
 * leaves of its share is for the recall.
 */
export function compilePrompt(
  block: Block,
  recalled: readonly Recalled[],
  budget: number,
  counter: TokenCounter,
): CompiledPrompt {
  const prefix = blockWithin(block, Math.floor(budget * PREFIX_SHARE), counter);
  const lines: GivenLine[] = prefix.segments.flatMap((segment) => segment.lines);
  const prefixTokens = counter.count(prefix.text);
  const recall = compileRecall(recalled, budget - prefixTokens, counter, {
    held: new Map(lines.map((line) => [line.cube, line])),
    citations: lines.length,
  });
  return { prefix, recall, tokens: prefixTokens + recall.tokens };
}
