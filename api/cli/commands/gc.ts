import type { Command } from "commander";
import * as z from "zod";
import { optionsOf } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, print } from "../output.js";
import { withExistingStore } from "../store.js";

const optionsSchema = z.object({ dryRun: z.boolean().default(false) });

export function registerGc(program: Command): void {
  const command = program
    .command("gc")
    .summary("remove what nothing refers to any more")
    .description(
      "Removes blobs, tables and old versions of the index that nothing refers to, on disk or in the bucket. Nothing goes that is younger than an hour. Nothing remembered is touched.",
    )
    .option("--dry-run", "only say what would go");
  withExample(command, "memos gc --dry-run");
  command.action(async () => {
    const options = optionsOf(command, optionsSchema);
    const collected = await withExistingStore(command, (memos) => memos.collectOrphans(options));
    print(command, collected, () => {
      const { blobs, tables, uploads, bytes } = collected;
      const what = [
        counted(blobs, "blob", "blobs"),
        counted(tables, "table", "tables"),
        counted(uploads, "upload that was never finished", "uploads that were never finished"),
      ].join(", ");
      return `${options.dryRun ? "would remove" : "removed"} ${what}: ${counted(bytes, "byte", "bytes")}`;
    });
  });
}
