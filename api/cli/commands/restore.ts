import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema } from "../../../memcube/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withExistingStore } from "../store.js";

const optionsSchema = z.object({ to: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional() });

export function registerRestore(program: Command): void {
  const command = program
    .command("restore")
    .summary("undo changes of one memory")
    .description(
      "Undoes the last step of a memory, also forgetting it; or makes an earlier version the newest one. The versions in between stay.",
    )
    .argument("<id>", "its id")
    .option("--to <version>", "the version to go back to (default: undo the last step)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos restore 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --to 1");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const options = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const receipt = await withExistingStore(command, (memos) =>
      options.to === undefined ? memos.undo(id, scope) : memos.restore(id, options.to, scope),
    );
    print(command, receipt, () => `restored ${id}, now at version ${receipt.written[0]?.version}`);
  });
}
