import type { Command } from "commander";
import { isMemosError } from "../../../memcube/index.js";
import type { Finding } from "../../../memos/checkup.js";
import { trainerFolder } from "../config.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { openTrainer, withStoreToRead } from "../store.js";

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check the store, the local engine and the trainer")
    .description(
      "Checks the store, and whether local models run and adapters are trained here, and says what to do about what is wrong. Exit status 1 when something is wrong with the store, or with a trainer that was set up.",
    );
  withExample(command, "memos doctor --store ./.memos");
  command.action(async () => {
    const { engineReport } = await import("../../../memos/inference/local/engineReport.js");
    const [found, engine, trainer] = await Promise.all([
      withStoreToRead(command, (memos) => memos.check()),
      engineReport(),
      trainerFinding(command),
    ]);
    // The store is well without them.
    const checks = [
      ...found.filter(({ name }) => name !== trainer.name),
      { name: "local engine", ok: true, detail: engine.detail },
      trainer,
    ];
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

/** What is said of the trainer. Where none was set up nothing is wrong: only training adapters needs one. */
async function trainerFinding(command: Command): Promise<Finding> {
  const name = "trainer";
  try {
    const trainer = await openTrainer(command);
    if (trainer !== undefined) return { name, ...(await trainer.check()) };
    const { checkPython } = await import("../../../memos/parametric/training/index.js");
    const { detail, remedy = "" } = await checkPython(trainerFolder());
    return { name, ok: true, detail: `${detail} ${remedy} Only training adapters needs it.` };
  } catch (error) {
    if (!isMemosError(error)) throw error;
    return { name, ok: false, detail: error.message, remedy: error.remedy };
  }
}
