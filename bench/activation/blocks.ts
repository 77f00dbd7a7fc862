import type { MemOS, Scope } from "../../memos/index.js";
import type { Engine } from "../../memos/inference/engine.js";
import { syntheticText } from "../text.js";

/** Memories that are added before the tokens are counted again. */
const AT_ONCE = 4;

/**
 * Gives a scope core memory until prompts begin with about so many tokens of the model.
 *
 * @returns how many they begin with.
 */
export async function fillBlock(
  memos: MemOS,
  engine: Engine,
  scope: Scope,
  tokens: number,
  seed: number,
): Promise<number> {
  const empty = (await engine.tokenize([{ role: "user", content: "x" }])).length;
  let last = "";
  let perText = 0;
  for (let number = seed, found = 0; ; ) {
    const room = perText === 0 ? 1 : Math.floor((tokens - found) / perText);
    if (room < 1) return found;
    const texts = Array.from({ length: Math.min(room, Math.max(1, AT_ONCE)) }, () => syntheticText(number++));
    await memos.add(
      texts.map((text) => ({ text, type: "core" as const })),
      scope,
    );
    last += texts.map((text) => `[0] 2026-01-01 · someone (user) · ${text}\n`).join("");
    found = (await engine.tokenize([{ role: "user", content: last }])).length - empty;
    perText = found / (number - seed);
  }
}
