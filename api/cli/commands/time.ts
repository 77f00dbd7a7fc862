import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, textOf } from "../../../memcube/index.js";
import type { RollbackReceipt, WriteReceipt } from "../../../memos/index.js";
import { snapshotSchema } from "../../../memos/lifecycle/operations.js";
import { whenSchema } from "../../../memos/operations.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, oneLine, print, table } from "../output.js";
import { withExistingStore, withStoreToRead } from "../store.js";

/** A time as it is typed: a date, or the name of a snapshot. */
const pointSchema = z
  .string()
  .min(1)
  .transform((typed) => {
    const date = whenSchema.safeParse(typed);
    return date.success ? date.data : { snapshot: typed };
  });

type Point = z.output<typeof pointSchema>;

const TEXT_SHOWN = 60;

/** Memory at other times: names for times, differences, going back. */
export function registerTime(program: Command): void {
  registerSnapshots(program);
  registerDiff(program);
  registerRollback(program);
}

function registerSnapshots(program: Command): void {
  const command = program
    .command("snapshot")
    .summary("name points in time")
    .description("Names a point in time, lists the names, or takes one away; what is stored stays as it is.")
    .argument("[name]", "the name; without one, the names there are")
    .option("--at <date>", "a time that has been (default: now)")
    .option("--drop", "take the name away");
  takeScope(command, []);
  withExample(command, 'memos snapshot "before the import"', "memos snapshot");
  const optionsSchema = z.object({ at: whenSchema.optional(), drop: z.boolean().default(false) });
  command.action(async (given: string | undefined) => {
    const options = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    if (given === undefined) {
      const snapshots = await withStoreToRead(command, (memos) => memos.time.snapshots(scope));
      print(command, { snapshots }, () =>
        snapshots.length === 0
          ? "no snapshots"
          : table(
              ["name", "time"],
              snapshots.map(({ name, at }) => [name, at]),
            ),
      );
      return;
    }
    const name = argumentOf("NAME", given, snapshotSchema.shape.name);
    if (options.drop) {
      await withExistingStore(command, (memos) => memos.time.dropSnapshot(name, scope));
      print(command, { name }, () => `dropped ${name}`);
      return;
    }
    const named = await withExistingStore(command, (memos) => memos.time.snapshot(name, scope, options.at));
    print(command, named, () => `${named.name} is ${named.at}`);
  });
}

function registerDiff(program: Command): void {
  const command = program
    .command("diff")
    .summary("what is different between two times")
    .description(
      "Memories that were added, changed, removed from recall, or returned to it between two times.",
    )
    .argument("<from>", "a date, or the name of a snapshot")
    .argument("[to]", "the same (default: now)")
    .option("--limit <n>", "most memories to show", "100");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, 'memos diff "before the import" --user ana');
  command.action(async (given: string, until: string | undefined) => {
    const from = argumentOf("FROM", given, pointSchema);
    const to: Point = until === undefined ? new Date().toISOString() : argumentOf("TO", until, pointSchema);
    const { limit } = optionsOf(command, z.object({ limit: wholeNumber(1, 1_000) }));
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.time.diff(from, to, scope, { limit }));
    print(command, result, () =>
      result.differences.length === 0
        ? "nothing is different"
        : table(
            ["change", "id", "text"],
            result.differences.map(({ change, id, after }) => [
              change,
              id,
              oneLine(textOf(after) ?? "", TEXT_SHOWN),
            ]),
          ),
    );
  });
}

function registerRollback(program: Command): void {
  const command = program
    .command("rollback")
    .summary("go back to a time")
    .description(
      "Takes one memory, or a whole scope, back to a time. Everything is a new version; what was added since is archived.",
    )
    .argument("<to>", "a date, or the name of a snapshot")
    .option("--id <id>", "only this memory");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, 'memos rollback "before the import" --user ana');
  command.action(async (given: string) => {
    const to = argumentOf("TO", given, pointSchema);
    const { id } = optionsOf(command, z.object({ id: cubeIdSchema.optional() }));
    const scope = scopeOf(command);
    const receipt = await withExistingStore(
      command,
      async (memos): Promise<WriteReceipt | RollbackReceipt> =>
        id === undefined ? memos.time.rollbackScope(to, scope) : memos.time.rollback(id, to, scope),
    );
    print(command, receipt, () =>
      [
        `took back ${counted(receipt.written.length, "memory", "memories")}`,
        ...receipt.skipped.map((left) => `left as it is: ${left.reason}`),
      ].join("\n"),
    );
  });
}
