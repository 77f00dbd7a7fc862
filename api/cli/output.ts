import Table from "cli-table3";
import type { Command } from "commander";

/** Prints the result of a command: one JSON object on one line with `--json`, otherwise for people. */
export function print(command: Command, result: object, forPeople: () => string): void {
  const text = wantsJson(command) ? JSON.stringify(result) : forPeople();
  process.stdout.write(`${text.trimEnd()}\n`);
}

export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals()["json"] === true;
}

type Cell = string | number | undefined;

/** A table without colours, so that it reads the same in a file. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const drawn = new Table({ head: [...head], style: { head: [], border: [] } });
  drawn.push(...rows.map((row) => row.map((cell) => cell ?? "")));
  return drawn.toString();
}

/** Text on one line, cut at `characters`. */
export function oneLine(text: string, characters = 80): string {
  const line = text.replace(/\s+/g, " ").trim();
  const shown = [...line];
  return shown.length <= characters ? line : `${shown.slice(0, characters - 1).join("")}…`;
}

/** `1 memory`, `2 memories`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Whether a write failed because its reader has gone. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
