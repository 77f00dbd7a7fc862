import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { goalSchema, type ProgramStatus } from "../../../agents/programs/operations.js";
import { cubeIdSchema } from "../../../memcube/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withProgress } from "../progress.js";
import { openEngine, withStore } from "../store.js";
import { UsageError } from "../usageError.js";

const optionsSchema = z.object({ out: z.string().min(1).default("."), program: cubeIdSchema.optional() });

const EXAMPLE_PROGRAM = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

export function registerWrite(program: Command): void {
  const command = program
    .command("write")
    .summary("let a model write something long, one instruction at a time")
    .description(
      "Lets a model plan a long document and write it one instruction at a time, each in a call of its own, into files in memory, and then into a folder. What is done survives an interruption: with --program it goes on where it was.",
    )
    .argument("[goal]", "what is to be written")
    .option("--model <model>", "a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL)")
    .option("--out <folder>", "where the files are put", ".")
    .option("--program <id>", "go on with a program that was begun");
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(
    command,
    'memos write "A guide to keeping bees, in twelve chapters." --user ana --out bees',
    `memos write --program ${EXAMPLE_PROGRAM} --user ana --out bees`,
  );
  command.action(async (given: string | undefined) => {
    const { out, program: begun } = optionsOf(command, optionsSchema);
    if ((given === undefined) === (begun === undefined))
      throw new UsageError("either a goal or --program is needed, and not both.");
    const goal = given === undefined ? undefined : argumentOf("GOAL", given, goalSchema);
    const scope = scopeOf(command);
    const signal = interruption();
    const engine = await openEngine(command);
    if (engine === undefined)
      throw new UsageError("a model is needed: --model, MEMOS_MODEL or MEMOS_MODEL_URL names one.");
    const { Programs } = await import("../../../agents/programs/programs.js");
    const { EngineChatModel } = await import("../../../memos/inference/index.js");
    try {
      const result = await withProgress((progress) =>
        withStore(command, async (memos) => {
          const programs = new Programs(memos, new EngineChatModel(engine));
          const id = begun ?? (await programs.plan(goal ?? "", scope, { signal })).id;
          process.stderr.write(`program ${id}\n`);
          const status = await programs.run(id, scope, {
            signal,
            onProgress: (done, of) => progress.update("instructions", done, of),
          });
          const files: string[] = [];
          for (const { path } of await programs.files(id, scope)) {
            // Paths of a program lead down and nowhere else.
            const file = join(resolve(out), path);
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, await programs.read(id, path, scope));
            files.push(file);
          }
          return { operation: "write", program: status, files };
        }),
      );
      print(command, result, () => written(result.program, result.files));
      if (result.program.state !== "done") process.exitCode = 1;
    } finally {
      await engine[Symbol.asyncDispose]();
    }
  });
}

function written(
  { id, state, reason, instructions, receipt }: ProgramStatus,
  files: readonly string[],
): string {
  const done = instructions.filter((one) => one.done).length;
  return [
    `program ${id}: ${state}, ${done} of ${counted(instructions.length, "instruction", "instructions")}, ${counted(receipt.calls, "call", "calls")}${reason === undefined ? "" : `: ${reason}`}`,
    ...files,
  ].join("\n");
}
