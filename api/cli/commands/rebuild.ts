import type { Command } from "commander";
import * as z from "zod";
import type { RebuildProgress } from "../../../memos/index.js";
import { optionsOf } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withProgress } from "../progress.js";
import { withExistingStore } from "../store.js";

const optionsSchema = z.object({ index: z.boolean().default(false), graph: z.boolean().default(false) });

export function registerRebuild(program: Command): void {
  const command = program
    .command("rebuild")
    .summary("rebuild every projection from the ledger")
    .description("Rebuilds what is derived from the ledger. Nothing remembered is touched.")
    .option("--index", "only the search index")
    .option("--graph", "only the graph: what each cube names, states and links to");
  withExample(command, "memos rebuild --index");
  command.action(async () => {
    const chosen = optionsOf(command, optionsSchema);
    const both = chosen.index === chosen.graph;
    const signal = interruption();
    const result = await withProgress((progress) =>
      withExistingStore(command, async (memos) => {
        const options = {
          signal,
          onProgress: ({ tenant, done, total }: RebuildProgress) =>
            progress.update(`rebuilding ${tenant}`, done, total),
        };
        const graph = both || chosen.graph ? await memos.rebuildGraph(options) : undefined;
        const index = both || chosen.index ? await memos.rebuild(options) : undefined;
        return {
          ...(index ?? {}),
          ...(graph === undefined ? {} : { graph }),
        };
      }),
    );
    print(command, result, () => {
      const { rows, tenants, milliseconds = 0, graph } = result;
      return [
        ...(rows === undefined || tenants === undefined
          ? []
          : [
              `rebuilt ${counted(rows, "row", "rows")} of ${counted(tenants, "tenant", "tenants")} in ${seconds(milliseconds)}`,
            ]),
        ...(graph === undefined
          ? []
          : [
              `derived the graph of ${counted(graph.cubes, "cube", "cubes")} in ${seconds(graph.milliseconds)}`,
            ]),
      ].join("\n");
    });
  });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
