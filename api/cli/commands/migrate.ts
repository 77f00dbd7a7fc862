import type { Command } from "commander";
import * as z from "zod";
import { optionsOf } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withProgress } from "../progress.js";
import { UsageError } from "../usageError.js";

const optionsSchema = z.object({
  from: z.string().min(1),
  to: z.string().min(1).optional(),
  undo: z.boolean().default(false),
});

export function registerMigrate(program: Command): void {
  const command = program
    .command("migrate")
    .summary("move the ledger of a store to Postgres, or back")
    .description(
      "Moves the ledger of a store from SQLite to Postgres or back, and verifies it. Run again after an interruption, it goes on where it stopped. Exit status 1 when both sides are not equal.",
    )
    .requiredOption(
      "--from <ledger>",
      "folder of a store, its ledger.db, or postgres://USER@HOST/DATABASE?schema=NAME",
    )
    .option("--to <ledger>", "the same: where it goes")
    .option("--undo", "take the ledger back that was moved away, as it was when the move began");
  withExample(command, "memos migrate --from ./.memos --to postgres://memos@localhost/memos?schema=team");
  command.action(async () => {
    const { from, to, undo } = optionsOf(command, optionsSchema);
    if (undo === (to !== undefined))
      throw new UsageError("name where it goes with --to, or take it back with --undo.");
    if (to === undefined) await takeBack(command, from);
    else await moveTo(command, from, to);
  });
}

async function moveTo(command: Command, from: string, to: string): Promise<void> {
  const { migrateLedger } = await import("../../../memos/migration/migrateLedger.js");
  const signal = interruption();
  const receipt = await withProgress((progress) =>
    migrateLedger({
      from,
      to,
      signal,
      onProgress: ({ step, table, done, total }) => progress.update(`${step} ${table}`, done, total),
    }),
  );
  const { cubes, versions, seconds, verified, faults, tables } = receipt;
  print(command, receipt, () => {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return [
      `moved ${counted(cubes, "cube", "cubes")}, ${counted(versions, "version", "versions")} and ${counted(rows, "row", "rows")} of ${tables.length} tables to ${receipt.to} in ${seconds.toFixed(1)} s`,
      verified
        ? "verified: every table is equal on both sides, every chain is intact; MEMOS_LEDGER names the new ledger from now on"
        : "NOT VERIFIED: the new ledger stays closed; `memos migrate --undo` takes the old one back",
      ...faults,
    ].join("\n");
  });
  if (verified) return;
  process.stderr.write(`error: the two ledgers are not equal: ${faults.join(" ")}\n`);
  process.exitCode = 1;
}

async function takeBack(command: Command, from: string): Promise<void> {
  const { undoMigration } = await import("../../../memos/migration/migrateLedger.js");
  const undone = await undoMigration({ from });
  print(command, undone, () =>
    [
      `${undone.from} takes writes again, as it was at ${undone.at}.`,
      `What was written to ${undone.to} since is there alone: nothing may open that ledger together with this folder any more.`,
    ].join("\n"),
  );
}
