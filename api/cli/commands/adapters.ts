import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema } from "../../../memcube/index.js";
import type { AttachReceipt, MemOS } from "../../../memos/index.js";
import { ADAPTER_LIMITS } from "../../../memos/parametric/limits.js";
import { adapterTable, adapterText, placedText, planText } from "../adapterText.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withExistingStore, withStoreToRead } from "../store.js";
import { registerSetup } from "./adapterSetup.js";
import { chosenFrom, chosenOptions, registerTraining } from "./adapterTraining.js";

const EXAMPLE_ID = "0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b";

const attachOptionsSchema = z.object({ scale: z.coerce.number().gt(0).max(ADAPTER_LIMITS.scale) });

export function registerAdapters(program: Command): void {
  const adapters = program
    .command("adapters")
    .summary("parametric memory: adapters trained from memories")
    .description(
      "Trains adapters from memories, shows what they learned and kept, attaches them and takes them back (docs/parametric.md). They are trained by what `memos adapters setup` has made, by the interpreter of MEMOS_TRAINER_PYTHON, or by the server of MEMOS_TRAINER_URL and _KEY.",
    );
  withExample(adapters, "memos adapters setup", "memos adapters train --user ana --attach");
  registerList(adapters);
  registerPlan(adapters);
  registerTraining(adapters);
  registerShow(adapters);
  registerAttach(adapters);
  registerPlace(
    adapters,
    "detach",
    "Takes an adapter out of use in a scope; its memories are there as text.",
  );
  registerPlace(
    adapters,
    "revoke",
    "Takes an adapter back for good: it is detached everywhere, and its files are deleted.",
  );
  registerSetup(adapters);
}

function registerList(adapters: Command): void {
  const command = adapters.command("list").description("Lists the adapters of the memories of a scope.");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, "memos adapters list --user ana");
  command.action(async () => {
    const scope = scopeOf(command);
    const list = await withStoreToRead(command, (memos) => memos.adapters.list(scope));
    print(command, list, () => adapterTable(list));
  });
}

function registerPlan(adapters: Command): void {
  const command = adapters
    .command("plan")
    .description(
      "Says which memories would be learned, in how many adapters, and what would be left out and why. Writes nothing.",
    )
    .argument("[ids...]", "ids of memories; without them and without a query, all that the scope recalls")
    .option("--query <text>", "the memories that a search finds")
    .option("-k <count>", "results of the query");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, "memos adapters plan --user ana");
  command.action(async (given: string[]) => {
    const chosen = chosenFrom(given, optionsOf(command, z.object(chosenOptions)));
    const scope = scopeOf(command);
    const plan = await withStoreToRead(command, (memos) => memos.adapters.plan(scope, chosen));
    print(command, plan, () => planText(plan));
  });
}

function registerShow(adapters: Command): void {
  const command = adapters
    .command("show")
    .description(
      "Shows an adapter: what its gates measured, the curve of its loss, and its manifest. --json has all of it.",
    )
    .argument("<id>", "the adapter");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos adapters show ${EXAMPLE_ID} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const scope = scopeOf(command);
    const adapter = await withStoreToRead(command, (memos) => memos.adapters.get(id, scope));
    print(command, adapter, () => adapterText(adapter));
  });
}

function registerAttach(adapters: Command): void {
  const command = adapters
    .command("attach")
    .description("Has chats of a scope, and of narrower ones, answered under an adapter.")
    .argument("<id>", "the adapter")
    .option("--scale <number>", "how much it counts", "1");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos adapters attach ${EXAMPLE_ID} --user ana`);
  command.action(async (given: string) => {
    const { scale } = optionsOf(command, attachOptionsSchema);
    await place(command, given, (memos, id) => memos.adapters.attach(id, scopeOf(command), { scale }));
  });
}

function registerPlace(adapters: Command, name: "detach" | "revoke", description: string): void {
  const command = adapters.command(name).description(description).argument("<id>", "the adapter");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos adapters ${name} ${EXAMPLE_ID} --user ana`);
  command.action((given: string) =>
    place(command, given, (memos, id) => memos.adapters[name](id, scopeOf(command))),
  );
}

async function place(
  command: Command,
  given: string,
  change: (memos: MemOS, id: string) => Promise<AttachReceipt>,
): Promise<void> {
  const id = argumentOf("ID", given, cubeIdSchema);
  const receipt = await withExistingStore(command, (memos) => change(memos, id));
  print(command, receipt, () => placedText(receipt));
}
