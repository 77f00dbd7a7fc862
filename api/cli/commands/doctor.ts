import type { Command } from "commander";
import type { Finding } from "../../../memos/checkup.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withStoreToRead } from "../store.js";

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check the store and the local engine")
    .description(
      "Checks the store, and whether local models run here, and says what to do about what is wrong. Exit status 1 when something is wrong with the store.",
    );
  withExample(command, "memos doctor --store ./.memos");
  command.action(async () => {
    const { engineReport } = await import("../../../memos/inference/local/engineReport.js");
    const [found, engine] = await Promise.all([
      withStoreToRead(command, (memos) => memos.check()),
      engineReport(),
    ]);
    // The store is well without it.
    const checks = [...found, { name: "local engine", ok: true, detail: engine.detail }];
    const ok = checks.every((check) => check.ok);
    print(command, { ok, checks }, () =>
      checks
        .flatMap(({ name, ok: passed, detail, remedy }: Finding) => [
          `${passed ? "ok  " : "FAIL"}  ${name}: ${detail}`,
          ...(passed || remedy === undefined ? [] : [`      ${remedy}`]),
        ])
        .join("\n"),
    );
    if (!ok) process.exitCode = 1;
  });
}
