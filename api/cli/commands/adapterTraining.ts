import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, LIMITS } from "../../../memcube/index.js";
import type { AdapterTrainOptions, MemOS, TrainReceipt } from "../../../memos/index.js";
import { querySchema } from "../../../memos/operations.js";
import { ADAPTER_LIMITS } from "../../../memos/parametric/limits.js";
import { recipeSchema } from "../../../memos/parametric/recipe.js";
import { leftOutText, outcomeText } from "../adapterText.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withStoreToTrain } from "../store.js";
import { untilTrained } from "../untilTrained.js";
import { UsageError } from "../usageError.js";

const EXAMPLE_ID = "0191c5a0-7c1f-7c3a-9b1a-2f4d5e6f7a8b";
const MODEL =
  "a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL, or the package's own model)";
const { shape } = recipeSchema;
const USUAL = recipeSchema.parse({});

/** The memories that are meant, as `plan` and `train` take them. */
export const chosenOptions = {
  query: querySchema.optional(),
  k: wholeNumber(1, LIMITS.results).optional(),
};

const attaching = {
  attach: z.boolean().optional(),
  scale: z.coerce.number().gt(0).max(ADAPTER_LIMITS.scale).optional(),
};

const trainOptionsSchema = z.object({
  ...chosenOptions,
  ...attaching,
  method: shape.method.unwrap().optional(),
  rank: wholeNumber(1, ADAPTER_LIMITS.rank).optional(),
  epochs: wholeNumber(1, ADAPTER_LIMITS.epochs).optional(),
  learningRate: z.coerce.number().pipe(shape.learningRate.unwrap()).optional(),
  seed: wholeNumber(0, 2 ** 31 - 1).optional(),
  paraphrase: z.boolean().optional(),
  wait: z.boolean(),
});

const retrainOptionsSchema = z.object({ ...attaching, wait: z.boolean() });

/** Ids or a query: without both, everything that the scope recalls. */
export function chosenFrom(
  given: readonly string[],
  { query, k }: { readonly query?: string | undefined; readonly k?: number | undefined },
): Pick<AdapterTrainOptions, "cubes" | "query" | "k"> {
  const cubes = given.map((id) => argumentOf("ID", id, cubeIdSchema));
  if (cubes.length > 0 && query !== undefined) throw new UsageError("Name memories by id or by --query.");
  if (k !== undefined && query === undefined) throw new UsageError("-k is about the results of --query.");
  return { ...(cubes.length === 0 ? {} : { cubes }), query, k };
}

export function registerTraining(adapters: Command): void {
  registerTrain(adapters);
  registerRetrain(adapters);
  registerWait(adapters);
}

function registerTrain(adapters: Command): void {
  const command = adapters
    .command("train")
    .summary("train an adapter")
    .description(
      "Trains an adapter from memories: those that are named, those that a query finds, or all that the scope recalls. Shows how far it is, and what its gates measured before and after. Ctrl-C leaves the training where it is: `memos adapters wait` goes on with it. Exit status 1 when the adapter is not ready.",
    )
    .argument("[ids...]", "ids of memories")
    .option("--query <text>", "the memories that a search finds")
    .option("-k <count>", "results of the query")
    .option("--model <model>", MODEL)
    .option("--method <name>", `${shape.method.unwrap().options.join(", ")} (default: ${USUAL.method})`)
    .option("--rank <n>", `rank of the adapter (default: ${USUAL.rank})`)
    .option("--epochs <n>", `times that training goes over its set, at most (default: ${USUAL.epochs})`)
    .option("--learning-rate <number>", `how far a step goes (default: ${USUAL.learningRate})`)
    .option("--seed <n>", `equal seeds give equal adapters (default: ${USUAL.seed})`)
    .option("--paraphrase", "have the model ask further questions about each memory")
    .option("--attach", "attach it to its scope once it has passed its gates")
    .option("--scale <number>", "how much it counts once it is attached (default: 1)")
    .option("--no-wait", "only leave it to be trained, and print the ids");
  takeScope(command, ["user", "agent", "app"]);
  withExample(
    command,
    "memos adapters train --user ana --attach",
    'memos adapters train --user ana --query "where Ana lives" --rank 8 --epochs 20',
  );
  command.action(async (given: string[]) => {
    const { wait, query, k, attach, scale, paraphrase, ...recipe } = optionsOf(command, trainOptionsSchema);
    const wanted = { ...chosenFrom(given, { query, k }), recipe, attach, scale, paraphrase };
    await train(command, wait, (memos, signal) =>
      memos.adapters.train(scopeOf(command), { ...wanted, signal }),
    );
  });
}

function registerRetrain(adapters: Command): void {
  const command = adapters
    .command("retrain")
    .summary("train an adapter anew")
    .description(
      "Trains an adapter anew from its memories as they are now, without those that are gone. The new one takes its place wherever it is attached. Exit status 1 when it is not ready.",
    )
    .argument("<id>", "the adapter")
    .option("--model <model>", MODEL)
    .option("--attach", "attach it to its scope once it has passed its gates")
    .option("--scale <number>", "how much it counts once it is attached (default: 1)")
    .option("--no-wait", "only leave it to be trained, and print the ids");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos adapters retrain ${EXAMPLE_ID} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const { wait, attach, scale } = optionsOf(command, retrainOptionsSchema);
    await train(command, wait, (memos, signal) =>
      memos.adapters.retrain(id, scopeOf(command), { attach, scale, signal }),
    );
  });
}

function registerWait(adapters: Command): void {
  const command = adapters
    .command("wait")
    .summary("go on with a training")
    .description(
      "Goes on with a training that was left, or waits for one that another process does. Exit status 1 when the adapter is not ready.",
    )
    .argument("<id>", "the adapter")
    .option("--model <model>", MODEL);
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos adapters wait ${EXAMPLE_ID} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const signal = interruption();
    await withStoreToTrain(command, (memos) => finish(command, memos, id, signal));
  });
}

/** Leaves an adapter to be trained and, unless that is all that is wanted, sees it through. */
async function train(
  command: Command,
  wait: boolean,
  begin: (memos: MemOS, signal: AbortSignal) => Promise<TrainReceipt>,
): Promise<void> {
  const signal = interruption();
  await withStoreToTrain(command, async (memos) => {
    const receipt = await begin(memos, signal);
    if (wait) return finish(command, memos, receipt.adapter, signal);
    const { adapter, job, memories, leftOut } = receipt;
    print(command, receipt, () =>
      [
        `adapter ${adapter} of ${counted(memories, "memory", "memories")}, job ${job}`,
        ...(leftOut.length === 0 ? [] : [leftOutText(leftOut)]),
        `\`memos serve\` or \`memos adapters wait ${adapter}\` trains it`,
      ].join("\n"),
    );
  });
}

async function finish(command: Command, memos: MemOS, id: string, signal: AbortSignal): Promise<void> {
  const adapter = await untilTrained(memos, id, scopeOf(command), signal);
  print(command, adapter, () => outcomeText(adapter));
  if (adapter.state !== "ready") process.exitCode = 1;
}
