import type { Command } from "commander";
import { cubeIdSchema } from "../../../memcube/index.js";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withExistingStore } from "../store.js";

export function registerForget(program: Command): void {
  const command = program
    .command("forget")
    .summary("forget one memory")
    .description("Forgets one memory: from then on it is neither found nor shown, also not with --as-of.")
    .argument("<id>", "its id");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos forget 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const scope = scopeOf(command);
    const receipt = await withExistingStore(command, (memos) => memos.forget(id, scope));
    print(command, receipt, () => `forgot ${id}`);
  });
}
