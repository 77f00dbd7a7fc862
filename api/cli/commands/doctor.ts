import type { Command } from "commander";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withStoreToRead } from "../store.js";

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check the store")
    .description(
      "Checks the store and says what to do about what is wrong. Exit status 1 when something is.",
    );
  withExample(command, "memos doctor --store ./.memos");
  command.action(async () => {
    const checks = await withStoreToRead(command, (memos) => memos.check());
    const ok = checks.every((check) => check.ok);
    print(command, { ok, checks }, () =>
      checks
        .flatMap(({ name, ok: passed, detail, remedy }) => [
          `${passed ? "ok  " : "FAIL"}  ${name}: ${detail}`,
          ...(passed || remedy === undefined ? [] : [`      ${remedy}`]),
        ])
        .join("\n"),
    );
    if (!ok) process.exitCode = 1;
  });
}
