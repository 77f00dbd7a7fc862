import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, LIMITS } from "../../../memcube/index.js";
import { remarkText } from "../../../memcube/text.js";
import { verdictSchema } from "../../../memos/lifecycle/operations.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withExistingStore } from "../store.js";

const EXAMPLE_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

const STEPS = [
  { name: "freeze", does: "make one memory unchangeable", done: "froze" },
  { name: "thaw", does: "end a freeze", done: "thawed" },
  { name: "archive", does: "put one memory aside", done: "archived" },
  { name: "activate", does: "take one memory out of the archive", done: "activated" },
  { name: "approve", does: "admit a memory that was held back", done: "admitted" },
  { name: "unmerge", does: "undo a merge", done: "took apart" },
] as const;

const causeSchema = z.object({ cause: remarkText(LIMITS.causeCharacters).optional() });

/** The steps of a memory's life, each a command of its own. */
export function registerLifecycle(program: Command): void {
  for (const { name, does, done } of STEPS) {
    const command = program.command(name).summary(does).argument("<id>", "its id");
    command.description(`To ${does}; what is allowed in which state is in docs/lifecycle.md.`);
    command.option("--cause <text>", "why; kept in the version");
    takeScope(command, ["user", "agent", "session"]);
    withExample(command, `memos ${name} ${EXAMPLE_ID}`);
    command.action(async (given: string) => {
      const id = argumentOf("ID", given, cubeIdSchema);
      const options = optionsOf(command, causeSchema);
      const scope = scopeOf(command);
      const receipt = await withExistingStore(command, (memos) => memos.lifecycle[name](id, scope, options));
      print(command, receipt, () => `${done} ${id}`);
    });
  }
  registerMerge(program);
  registerFeedback(program);
}

function registerMerge(program: Command): void {
  const command = program
    .command("merge")
    .summary("make one memory of several")
    .description(
      "Makes one memory of several; they are its sources, and `memos unmerge` brings them back exactly.",
    )
    .argument("<ids...>", "their ids")
    .option("--text <text>", "what the merged memory says (default: what they say, repetitions left out)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, `memos merge ${EXAMPLE_ID} 0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b`);
  command.action(async (given: string[]) => {
    const ids = given.map((id) => argumentOf("ID", id, cubeIdSchema));
    const options = optionsOf(command, z.object({ text: z.string().optional() }));
    const scope = scopeOf(command);
    const receipt = await withExistingStore(command, (memos) => memos.lifecycle.merge(ids, scope, options));
    print(command, receipt, () => `merged into ${receipt.written[0]?.id}`);
  });
}

function registerFeedback(program: Command): void {
  const command = program
    .command("feedback")
    .summary("judge one memory")
    .description("Says that a memory was useful, is wrong, or is outdated; it moves its rank, within bounds.")
    .argument("<id>", "its id")
    .argument("<verdict>", verdictSchema.options.join(", "));
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, `memos feedback ${EXAMPLE_ID} outdated`);
  command.action(async (given: string, said: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const verdict = argumentOf("VERDICT", said, verdictSchema);
    const scope = scopeOf(command);
    const receipt = await withExistingStore(command, (memos) => memos.lifecycle.feedback(id, verdict, scope));
    print(command, receipt, () => `noted: ${id} is ${verdict}`);
  });
}
