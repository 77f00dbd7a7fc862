import { sha256 } from "../../memcube/index.js";
import { syntheticText } from "../text.js";

/**
 * What a writer does in one call. `key` names it for ever (`c3w1o45`: cycle, writer, number) and is the
 * idempotency key of an add. Every memory carries its token and revision as the last word of its text, so
 * what a store holds can be compared with what was acknowledged without any other record.
 */
export type Operation =
  | { readonly kind: "add"; readonly key: string; readonly cubes: number; readonly session: string | null }
  | { readonly kind: "stream"; readonly key: string; readonly cubes: number }
  | { readonly kind: "update" | "forget"; readonly key: string; readonly cube: OwnedCube };

/** A cube that a writer has made and may change. */
export interface OwnedCube {
  readonly token: string;
  readonly id: string;
  readonly revision: number;
}

export function tokenOf(key: string, index: number): string {
  return `${key}i${index}`;
}

export function tokensOf({ key, cubes }: { key: string; cubes: number }): string[] {
  return Array.from({ length: cubes }, (_, index) => tokenOf(key, index));
}

/** The word that finds one revision of one memory and nothing else. */
export function wordOf(token: string, revision: number): string {
  return `${token}r${revision}`;
}

export function textAt(token: string, revision: number): string {
  const word = wordOf(token, revision);
  return `${syntheticText(Number.parseInt(sha256(word).slice(0, 8), 16))} ${word}`;
}

/** Token and revision of a text, if it is one of ours, word for word. */
export function readText(text: string): { token: string; revision: number } | null {
  const [, token, digits] = /(c\d+w\d+o\d+i\d+)r(\d+)$/.exec(text) ?? [];
  if (token === undefined || digits === undefined) return null;
  const revision = Number(digits);
  return text === textAt(token, revision) ? { token, revision } : null;
}
