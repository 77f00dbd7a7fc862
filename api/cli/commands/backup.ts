import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import type { ForgetReceipt } from "../../../memos/index.js";
import { purgeReceiptSchema } from "../../../memos/lifecycle/forgetting/operations.js";
import { parse } from "../../../memos/parse.js";
import type { BackupProgress, BackupReceipt } from "../../../memos/store/backup/operations.js";
import { argumentOf, optionsOf } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { type Progress, withProgress } from "../progress.js";
import { configurationOf, withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

const pathSchema = z.string().min(1);

export function registerBackup(program: Command): void {
  const backup = program
    .command("backup")
    .summary("copies of the whole store, and stores made of them")
    .description(
      "Backs up the whole store while it is used, checks backups, and makes stores of them; docs/backup.md has the drill.",
    );
  withExample(backup, "memos backup create /mnt/backups");
  registerCreate(backup);
  registerVerify(backup);
  registerRestore(backup);
}

function registerCreate(backup: Command): void {
  const command = backup
    .command("create")
    .description(
      "Writes a new backup into a folder of backups, while other processes use the store. Files that are the same as in the one before take no room.",
    )
    .argument("<folder>", "a folder for backups, outside the store and better on another disk");
  withExample(command, "memos backup create /mnt/backups");
  command.action(async (given: string) => {
    const folder = argumentOf("FOLDER", given, pathSchema);
    const signal = interruption();
    const receipt = await withProgress((progress) =>
      withStoreToRead(command, (memos) =>
        memos.backup(folder, { signal, onProgress: shown(progress, "backed up") }),
      ),
    );
    print(command, receipt, () =>
      [
        `backed up ${sizeOf(receipt)} to ${receipt.path}`,
        ...receipt.missing.map((path) => `the store does not have ${path}, or has it damaged`),
      ].join("\n"),
    );
  });
}

function registerVerify(backup: Command): void {
  const command = backup
    .command("verify")
    .description(
      "Reads every byte of a backup and compares it with its manifest. Whether a store can be made of it, only `memos backup restore` shows.",
    )
    .argument("<backup>", "a backup, or a folder of backups, of which the newest is taken");
  withExample(command, "memos backup verify /mnt/backups");
  command.action(async (given: string) => {
    const path = argumentOf("BACKUP", given, pathSchema);
    const signal = interruption();
    const { verifyBackup } = await import("../../../memos/index.js");
    const verified = await withProgress((progress) =>
      verifyBackup(path, { signal, onProgress: shown(progress, "read") }),
    );
    print(command, verified, () => `${verified.path} is whole: ${sizeOf(verified)}`);
  });
}

function registerRestore(backup: Command): void {
  const command = backup
    .command("restore")
    .description(
      "Makes a store of a backup in the folder that --store names, which is new or empty. Checks every file and every hash chain, builds the index, and gives the store its name last.",
    )
    .argument("<backup>", "a backup, or a folder of backups, of which the newest is taken")
    .option(
      "--purges <files...>",
      "receipts of purges since then (`memos forget --purge --json`): what they took out is taken out again",
    );
  withExample(
    command,
    "memos backup restore /mnt/backups --store ./restored",
    "memos backup restore /mnt/backups --store ./restored --purges receipts/*.json",
  );
  command.action(async (given: string) => {
    const path = argumentOf("BACKUP", given, pathSchema);
    const { purges = [] } = optionsOf(command, z.object({ purges: z.array(pathSchema).optional() }));
    const { store, embedder } = configurationOf(command);
    const signal = interruption();
    const { restoreBackup } = await import("../../../memos/index.js");
    const receipt = await withProgress(async (progress) =>
      restoreBackup({
        backup: path,
        path: store,
        embedder: await createEmbedder(embedder),
        purges: await Promise.all(purges.map(receiptIn)),
        signal,
        onProgress: shown(progress, "copied"),
      }),
    );
    print(command, receipt, () =>
      [
        `restored ${sizeOf(receipt)} to ${resolve(store)}, as of ${receipt.createdAt}`,
        ...(purges.length === 0 ? [] : [`purged ${counted(receipt.purged, "memory", "memories")} again`]),
        ...receipt.held.map(({ id, reason }) => `left ${id}: ${reason}`),
        ...receipt.missing.map((file) => `${file} was not in the store when it was backed up`),
      ].join("\n"),
    );
  });
}

async function receiptIn(file: string): Promise<ForgetReceipt> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`There is no receipt at ${file}.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not the receipt of a purge.`);
  }
  return parse(purgeReceiptSchema, value);
}

function shown(progress: Progress, label: string): (done: BackupProgress) => void {
  return ({ done, total }) => progress.update(label, done, total);
}

function sizeOf({ cubes, files, bytes }: Pick<BackupReceipt, "cubes" | "files" | "bytes">): string {
  return `${counted(cubes, "memory", "memories")} in ${counted(files, "file", "files")}, ${(bytes / 1e6).toFixed(1)} MB`;
}
