import type { Command } from "commander";
import { z } from "zod";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print, wantsJson } from "../output.js";
import { printCubes, writeCubes } from "../portable/writeCubes.js";
import { withProgress } from "../progress.js";
import { withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

export function registerExport(program: Command): void {
  const command = program
    .command("export")
    .summary("write memories to a file")
    .description(
      "Writes every memory of the scope with all its versions, one JSON object per line. Lossless.",
    )
    .argument("<file>", "the file to write; - is standard output");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos export ana.jsonl --user ana", "memos import jsonl ana.jsonl --store ./copy");
  command.action(async (given: string) => {
    const file = argumentOf("FILE", given, z.string().min(1));
    const scope = scopeOf(command);
    const toOutput = file === "-";
    if (toOutput && wantsJson(command))
      throw new UsageError("--json and - both write to standard output; name a file.");
    const signal = interruption();
    const started = performance.now();
    let cubes = 0;
    await withProgress((progress) =>
      withStoreToRead(command, async (memos) => {
        const onCube = (written: number) => {
          cubes = written;
          progress.update("exported", written);
        };
        const exported = memos.export(scope, { signal });
        await (toOutput ? printCubes(exported, onCube) : writeCubes(exported, file, onCube));
      }),
    );
    if (toOutput) return;
    const milliseconds = performance.now() - started;
    print(command, { operation: "export", file, cubes, milliseconds }, () => {
      return `exported ${counted(cubes, "memory", "memories")} to ${file}`;
    });
  });
}
