import { distinct } from "./distinct.js";
import { filled } from "./filled.js";
import { ROW_LIMITS } from "./limits.js";
import { type Random, randomOf } from "./random.js";
import {
  checkRowOptions,
  checkWhole,
  enough,
  type GeneratedRow,
  type RowOptions,
  rowOf,
  sizeName,
} from "./row.js";

export interface VariableOptions extends RowOptions {
  /** Assignments of a chain after that of its number. */
  readonly hops: number;
  /** `value` asks for the number of the last variable, `variables` for all variables that have a number. */
  readonly ask: "value" | "variables";
}

/** A number, and the variables that it is handed on through. */
interface Chain {
  readonly value: string;
  readonly names: readonly string[];
}

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const NAME_LETTERS = 5;

/**
 * Assignments of numbers to variables and of variables to others, of which each chain stands in its order and all
 * chains are mixed: the variable tracking of RULER (Hsieh et al., 2024), with every other chain as a distractor of
 * the same length. The same options give the same row.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range, or more questions than chains.
 */
export async function generateVariables(options: VariableOptions): Promise<GeneratedRow> {
  checkRowOptions(options);
  checkWhole("hops", options.hops, 1, ROW_LIMITS.hops);
  const random = randomOf(options.seed);
  const chains = await filled(options.tokens, chainMaker(random, options.hops), (chain) =>
    linesOf(chain).join("\n"),
  );
  const asked = enough(random.shuffle(chains), options);
  return rowOf(
    `ruler_vt_${sizeName(options.tokens)}`,
    mixed(chains.map(linesOf), random).join("\n"),
    asked.map((chain) => ({ ...questionOf(chain, options.ask), evidence: linesOf(chain) })),
  );
}

function chainMaker(random: Random, hops: number): () => Chain {
  const fresh = distinct();
  const name = () => Array.from({ length: NAME_LETTERS }, () => random.pick(LETTERS)).join("");
  return () => ({
    value: fresh(() => String(random.between(100_000, 999_999))),
    names: Array.from({ length: hops + 1 }, () => fresh(name)),
  });
}

function linesOf({ value, names }: Chain): string[] {
  return names.map((name, index) => `VAR ${name} = ${index === 0 ? value : `VAR ${names[index - 1]}`}.`);
}

function questionOf({ value, names }: Chain, ask: VariableOptions["ask"]) {
  if (ask === "value")
    return { question: `Which number does the variable ${names.at(-1)} have?`, answers: [value] };
  return {
    question: `Which variables have the number ${value}, directly or through other variables?`,
    answers: names,
  };
}

/** All lists as one, in a random order that keeps each one's own. */
function mixed<T>(lists: readonly (readonly T[])[], random: Random): T[] {
  const places = random.shuffle(lists.flatMap((list, index) => list.map(() => index)));
  const next = lists.map(() => 0);
  return places.map((index) => {
    const at = next[index] as number;
    next[index] = at + 1;
    return (lists[index] as readonly T[])[at] as T;
  });
}
