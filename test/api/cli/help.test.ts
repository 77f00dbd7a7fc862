import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../../api/cli/program.js";
import { memos } from "./memosProcess.js";

function everyCommand(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  return [
    { path, command },
    ...command.commands.flatMap((child) => everyCommand(child, [...path, child.name()])),
  ];
}

for (const { path, command } of everyCommand(buildProgram()))
  test(`memos ${path.join(" ")} explains itself with an example`, () => {
    let shown = "";
    command.configureOutput({ writeOut: (text) => (shown += text) });
    command.outputHelp();
    assert.match(shown, /\nExample:\n {2}memos /);
    assert.match(shown, /--json/);
    for (const option of command.options) assert.notEqual(option.description, "", option.flags);
  });

test("help and version end with 0", async () => {
  const help = await memos(["recall", "--help"]);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--as-of/);
  const version = await memos(["--version"]);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});
