/** Lines of a file; a line break at its end begins no further one. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** The text of a file with these lines: every line ends. */
export function textOfLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Line breaks as Unix has them. */
export function unixText(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** Lines from number `from` to number `to`, counted from 1, that take the place of others. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A file with lines replaced; the numbers are those of the file before, and no two replacements overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const lines = linesOf(text);
  for (const { from, to, text: instead } of [...replacements].sort((a, b) => b.from - a.from))
    lines.splice(from - 1, to - from + 1, ...linesOf(instead));
  return textOfLines(lines);
}

/** A file with text at its end, which begins a line of its own. */
export function appended(text: string, more: string): string {
  return textOfLines([...linesOf(text), ...linesOf(more)]);
}
