import type { Command } from "commander";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withProgress } from "../progress.js";
import { withExistingStore } from "../store.js";

export function registerRebuild(program: Command): void {
  const command = program
    .command("rebuild")
    .summary("rebuild every projection from the ledger")
    .description("Rebuilds what is derived from the ledger. Nothing remembered is touched.")
    .option("--index", "only the search index, which is all there is to rebuild now");
  withExample(command, "memos rebuild --index");
  command.action(async () => {
    const signal = interruption();
    const result = await withProgress((progress) =>
      withExistingStore(command, (memos) =>
        memos.rebuild({
          signal,
          onProgress: ({ tenant, done, total }) => progress.update(`rebuilding ${tenant}`, done, total),
        }),
      ),
    );
    print(command, result, () => {
      const rows = counted(result.rows, "row", "rows");
      const tenants = counted(result.tenants, "tenant", "tenants");
      return `rebuilt ${rows} of ${tenants} in ${(result.milliseconds / 1000).toFixed(1)} s`;
    });
  });
}
