/** A run of text that both have, or only one of them. */
export interface Piece {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Words beyond which what differs is shown as one piece: the table of comparisons has a cell for each pair. */
const MOST_WORDS = 2_000;

function append(pieces: Piece[], kind: Piece["kind"], text: string): void {
  const last = pieces.at(-1);
  if (text === "") return;
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
  else pieces.push({ kind, text });
}

/**
 * What is different between two texts, word by word: a longest common subsequence of words and the spaces
 * between them, after what both begin and end with is set aside.
 */
export function diffWords(before: string, after: string): Piece[] {
  const a = before.split(/(\s+)/);
  const b = after.split(/(\s+)/);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  const pieces: Piece[] = [];
  append(pieces, "same", a.slice(0, start).join(""));
  if (left.length > MOST_WORDS || right.length > MOST_WORDS) {
    append(pieces, "removed", left.join(""));
    append(pieces, "added", right.join(""));
  } else compare(left, right, pieces);
  append(pieces, "same", a.slice(a.length - end).join(""));
  return pieces;
}

function compare(left: readonly string[], right: readonly string[], pieces: Piece[]): void {
  const width = right.length + 1;
  // lengths[i * width + j]: words that the rest of `left` from i and of `right` from j have in common.
  const lengths = new Uint16Array((left.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] as number;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      append(pieces, "same", left[i++] as string);
      j++;
    } else if (i < left.length && (j === right.length || at(i + 1, j) >= at(i, j + 1)))
      append(pieces, "removed", left[i++] as string);
    else append(pieces, "added", right[j++] as string);
  }
}

/** The fields of two values that differ, each as text; empty where there is none. */
export function diffFields(
  before: unknown,
  after: unknown,
  path = "",
): { path: string; before: string; after: string }[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      diffFields(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  const [left, right] = [shown(before), shown(after)];
  return left === right ? [] : [{ path, before: left, after: right }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
