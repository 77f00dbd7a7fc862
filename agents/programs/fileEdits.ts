import { appended, linesOf, type Replacement, replaced, textOfLines, unixText } from "./fileText.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";
import type { FilesView } from "./operations.js";
import { fileTextSchema, type WantedWrite } from "./stepPrompt.js";

/** Line ranges of files that a model has seen, both ends included. */
export type Shown = ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>;

/** The files that the writes of one answer would change, with their new texts; or what is wrong with them. */
export type Edits = { readonly changes: ReadonlyMap<string, string> } | { readonly problem: string };

/** What an answer wants of one file. */
interface Wish {
  readonly before: string | undefined;
  created: boolean;
  readonly replacements: Replacement[];
  /** The text of a new file, and what is appended. */
  added: string;
}

/**
 * Works out what the writes of an answer come to, without doing any of it. Line numbers are those of the files as
 * they are; lines that were not shown are not replaced.
 */
export async function editsOf(
  writes: readonly WantedWrite[],
  files: FilesView,
  shown: Shown,
): Promise<Edits> {
  const wishes = new Map<string, Wish>();
  for (const write of writes) {
    const { path } = write;
    const wish = wishes.get(path) ?? {
      before: await files.read(path),
      created: false,
      replacements: [],
      added: "",
    };
    wishes.set(path, wish);
    const problem = taken(wish, { ...write, text: unixText(write.text) }, shown.get(path) ?? []);
    if (problem !== undefined) return { problem: `${path}: ${problem}` };
  }
  const changes = new Map<string, string>();
  for (const [path, { before = "", replacements, added }] of wishes) {
    const text = appended(replaced(before, replacements), added);
    if (text === before) continue;
    const valid = fileTextSchema.safeParse(text);
    if (!valid.success) return { problem: `${path}: ${valid.error.issues[0]?.message ?? "is no text"}.` };
    changes.set(path, text);
  }
  return misnamed([...changes.keys()], files.paths) ?? { changes };
}

function taken(
  wish: Wish,
  write: WantedWrite,
  shown: readonly (readonly [number, number])[],
): string | undefined {
  const { kind, text, from, to } = write;
  const exists = wish.before !== undefined || wish.created;
  if (kind !== "replace") {
    if (text.trim() === "") return `\`${kind}\` has no text.`;
    if (kind === "create" && exists) return "the file is there already: use `append` or `replace`.";
    if (kind === "append" && !exists) return "the file is not there: use `create`.";
    wish.created ||= kind === "create";
    wish.added = textOfLines([...linesOf(wish.added), ...linesOf(text)]);
    return undefined;
  }
  if (wish.before === undefined) return "there are no lines to replace: the file is not there.";
  if (from == null || to == null) return "`replace` needs `from` and `to`.";
  const count = linesOf(wish.before).length;
  if (from > to || to > count) return `there are no lines ${from} to ${to}: the file has ${count}.`;
  if (!isShown(shown, from, to))
    return `lines ${from} to ${to} were not shown: read them before you replace them.`;
  if (wish.replacements.some((other) => from <= other.to && other.from <= to))
    return `lines ${from} to ${to} are replaced twice.`;
  wish.replacements.push({ from, to, text });
  return undefined;
}

function isShown(shown: readonly (readonly [number, number])[], from: number, to: number): boolean {
  let next = from;
  for (const [start, end] of [...shown].sort((a, b) => a[0] - b[0]))
    if (start <= next && end >= next) next = end + 1;
  return next > to;
}

/** New names must be names on every disk: no file in the place of a folder, no two that differ in case alone. */
function misnamed(changed: readonly string[], present: readonly string[]): { problem: string } | undefined {
  const known = new Map(present.map((path) => [path.toLowerCase(), path]));
  for (const path of changed) {
    if (known.get(path.toLowerCase()) === path) continue;
    const folded = path.toLowerCase();
    const clash = [...known].find(
      ([other]) => other === folded || other.startsWith(`${folded}/`) || folded.startsWith(`${other}/`),
    );
    if (clash !== undefined)
      return { problem: `${path}: ${clash[1]} is there already, and the names clash.` };
    known.set(folded, path);
  }
  if (known.size > LIMITS.files) return { problem: `There may be at most ${LIMITS.files} files.` };
  return undefined;
}
