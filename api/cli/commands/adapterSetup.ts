import type { Command } from "commander";
import * as z from "zod";
import { optionsOf } from "../arguments.js";
import { trainerFolder } from "../config.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print } from "../output.js";

const optionsSchema = z.object({
  python: z.string().min(1).optional(),
  torchIndex: z.url({ protocol: /^https?$/ }).optional(),
});

export function registerSetup(adapters: Command): void {
  const command = adapters
    .command("setup")
    .summary("install what training needs")
    .description(
      "Makes a Python environment for training adapters, with exactly the releases that are locked, in ~/.cache/memos. Python must be there. Nothing is installed unless this command is told to.",
    )
    .option("--python <path>", "the interpreter to make it with (default: the first that fits)")
    .option("--torch-index <url>", "where PyTorch alone comes from (default: where everything comes from)");
  withExample(
    command,
    "memos adapters setup",
    "memos adapters setup --torch-index https://download.pytorch.org/whl/cpu",
  );
  command.action(async () => {
    const options = optionsOf(command, optionsSchema);
    const { preparePython } = await import("../../../memos/parametric/training/index.js");
    const made = await preparePython({
      ...options,
      folder: trainerFolder(),
      onProgress: (line) => process.stderr.write(`${line}\n`),
      signal: interruption(),
    });
    print(command, made, () => `adapters can be trained: ${made.python}`);
  });
}
