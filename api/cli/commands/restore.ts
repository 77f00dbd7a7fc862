import type { Command } from "commander";
import { z } from "zod";
import { cubeIdSchema, MemosError } from "../../../memcube/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withExistingStore } from "../store.js";

const optionsSchema = z.object({ to: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional() });

export function registerRestore(program: Command): void {
  const command = program
    .command("restore")
    .summary("undo changes of one memory")
    .description("Makes an earlier version of a memory the newest one; the versions in between stay.")
    .argument("<id>", "its id")
    .option("--to <version>", "the version to go back to (default: the one before the current)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos restore 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --to 1");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const options = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const receipt = await withExistingStore(command, async (memos) => {
      const to = options.to ?? (await memos.history(id, scope)).versions.at(-2)?.version;
      if (to === undefined)
        throw new MemosError("NOT_FOUND", `Cube ${id} has no version before the current one.`);
      return memos.restore(id, to, scope);
    });
    print(command, receipt, () => `restored ${id}, now at version ${receipt.written[0]?.version}`);
  });
}
