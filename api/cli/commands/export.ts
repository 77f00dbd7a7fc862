import { type Command, Option } from "commander";
import * as z from "zod";
import type { MemOS, Scope } from "../../../memos/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print, wantsJson } from "../output.js";
import { printCubes, writeCubes } from "../portable/writeCubes.js";
import { withProgress } from "../progress.js";
import { withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

const FORMATS = ["jsonl", "mcp-jsonl"] as const;
const optionsSchema = z.object({ format: z.enum(FORMATS) });

export function registerExport(program: Command): void {
  const command = program
    .command("export")
    .summary("write memories to a file")
    .description(
      "Writes every memory of the scope with all its versions, one JSON object per line. Lossless. As mcp-jsonl, " +
        "the graph of `memos mcp` alone, as the reference MCP memory server keeps it.",
    )
    .argument("<file>", "the file to write; - is standard output")
    .addOption(new Option("--format <name>", "jsonl or mcp-jsonl").choices(FORMATS).default("jsonl"));
  takeScope(command, ["user", "agent", "session"]);
  withExample(
    command,
    "memos export ana.jsonl --user ana",
    "memos import jsonl ana.jsonl --store ./copy",
    "memos export memory.jsonl --format mcp-jsonl --user ana",
  );
  command.action(async (given: string) => {
    const file = argumentOf("FILE", given, z.string().min(1));
    const scope = scopeOf(command);
    const { format } = optionsOf(command, optionsSchema);
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
        const exported =
          format === "jsonl" ? memos.export(scope, { signal }) : await graphOf(memos, scope, signal);
        await (toOutput ? printCubes(exported, onCube) : writeCubes(exported, file, onCube));
      }),
    );
    if (toOutput) return;
    const milliseconds = performance.now() - started;
    if (format === "jsonl")
      print(command, { operation: "export", file, cubes, milliseconds }, () => {
        return `exported ${counted(cubes, "memory", "memories")} to ${file}`;
      });
    else
      print(command, { operation: "export", format, file, lines: cubes, milliseconds }, () => {
        return `exported ${counted(cubes, "entity or relation", "entities and relations")} to ${file}`;
      });
  });
}

async function graphOf(memos: MemOS, scope: Scope, signal: AbortSignal): Promise<object[]> {
  const { KnowledgeGraph } = await import("../../dialects/mcp/graph/knowledgeGraph.js");
  const { graphLines } = await import("../../dialects/mcp/graph/graphLines.js");
  return graphLines(await new KnowledgeGraph(memos, scope, signal).read());
}
