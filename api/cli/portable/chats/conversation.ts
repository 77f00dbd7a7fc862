import type { NewMemory } from "../../../../memos/index.js";

/** What was said once in a conversation, or why it is passed over. */
export type Turn =
  | { readonly id: string; readonly memory: NewMemory }
  | { readonly id: string; readonly skipped: string };

export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly turns: readonly Turn[];
}

/** One line that every database keeps. */
export function oneLine(text: string, most: number): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, most)
    .toWellFormed();
}

/** Text that can be stored. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}
