import type { Command } from "commander";
import { cubeIdSchema, textOf } from "../../../memcube/index.js";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { oneLine, print, table } from "../output.js";
import { withStoreToRead } from "../store.js";

export function registerHistory(program: Command): void {
  const command = program
    .command("history")
    .summary("show every version of a memory")
    .description("Shows every version of a memory, and whether the chain of their hashes is whole.")
    .argument("<id>", "its id");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos history 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const scope = scopeOf(command);
    const history = await withStoreToRead(command, (memos) => memos.history(id, scope));
    print(command, history, () => {
      const rows = history.versions.map(({ version, operation, actor, recordedAt, content, cause }) => [
        version,
        operation,
        actor,
        recordedAt,
        content.state,
        oneLine(textOf(content) ?? content.payload.kind, 50),
        oneLine(cause, 30),
      ]);
      const head = ["version", "operation", "by", "at", "state", "memory", "cause"];
      const chain = history.intact ? "the chain is intact" : "THE CHAIN IS BROKEN: something else changed it";
      return `${table(head, rows)}\n${chain}`;
    });
  });
}
