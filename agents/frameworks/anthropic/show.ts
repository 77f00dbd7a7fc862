import { MemosError } from "../../../memcube/index.js";
import { MEMORY_FILE_LIMITS } from "./limits.js";
import { isWithin } from "./path.js";
import type { MemoryFile } from "./store.js";

/** Levels of a directory that a view shows. */
const LEVELS = 2;
const NUMBER_WIDTH = 6;

/** Lines with their numbers, from `first` on. */
export function numbered(lines: readonly string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(NUMBER_WIDTH)}\t${line}`).join("\n");
}

/** A file as the tool's specification shows it. @throws MemosError TOO_LARGE. */
export function shownFile(
  { path, content }: MemoryFile,
  range: readonly [number, number] | undefined,
): string {
  const lines = content.split("\n");
  if (lines.length > MEMORY_FILE_LIMITS.lines)
    throw new MemosError(
      "TOO_LARGE",
      `File ${path} has too many lines (${lines.length}). Maximum is ${MEMORY_FILE_LIMITS.lines.toLocaleString("en-US")} lines.`,
    );
  const [from, to] = range ?? [1, -1];
  const start = Math.max(1, from);
  const shown = lines.slice(start - 1, to === -1 ? lines.length : to);
  return `Here's the content of ${path} with line numbers:\n${numbered(shown, start)}`;
}

/** A directory as the tool's specification shows it: depth first, by name, without what is hidden. */
export function shownDirectory(directory: string, files: readonly MemoryFile[]): string {
  const sizes = new Map<string, number>();
  let total = 0;
  for (const { path, content } of files) {
    const bytes = Buffer.byteLength(content);
    total += bytes;
    const names = path.slice(directory.length + 1).split("/");
    if (names.some((name) => name.startsWith(".") || name === "node_modules")) continue;
    for (let depth = 1; depth <= Math.min(LEVELS, names.length); depth++) {
      const item = names.slice(0, depth).join("/") + (depth < names.length ? "/" : "");
      sizes.set(item, (sizes.get(item) ?? 0) + bytes);
    }
  }
  const items = [...sizes].sort(([a], [b]) => byNames(a, b));
  return [
    `Here're the files and directories up to ${LEVELS} levels deep in ${directory}, excluding hidden items and node_modules:`,
    `${shownSize(total)}\t${directory}`,
    ...items.map(([item, bytes]) => `${shownSize(bytes)}\t${directory}/${item}`),
  ].join("\n");
}

/** A directory before what is in it, each level by name. */
function byNames(a: string, b: string): number {
  const [left, right] = [a.replace(/\/$/, "").split("/"), b.replace(/\/$/, "").split("/")];
  for (const [level, name] of left.entries()) {
    const other = right[level];
    if (other === undefined) return 1;
    if (name !== other) return name < other ? -1 : 1;
  }
  return isWithin(b, a.replace(/\/$/, "")) ? -1 : 0;
}

function shownSize(bytes: number): string {
  if (bytes === 0) return "0B";
  const unit = Math.floor(Math.log(bytes) / Math.log(1024));
  const size = bytes / 1024 ** unit;
  return `${size % 1 === 0 ? size : size.toFixed(1)}${["B", "K", "M", "G"][unit]}`;
}
