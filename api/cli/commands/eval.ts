import type { Command } from "commander";
import { withExample } from "../example.js";
import { registerEvalClassify } from "./evalClassify.js";
import { registerEvalFirewall } from "./evalFirewall.js";
import { registerEvalLocomo } from "./evalLocomo.js";
import { registerEvalRetrieval } from "./evalRetrieval.js";
import { registerEvalSort } from "./evalSort.js";

export function registerEval(program: Command): void {
  const command = program
    .command("eval")
    .summary("measure quality on public data sets")
    .description("Measures quality on a data set, in a store of its own that is deleted afterwards.");
  withExample(command, "memos eval retrieval --data musique.json --json");
  registerEvalRetrieval(command);
  registerEvalLocomo(command);
  registerEvalClassify(command);
  registerEvalSort(command);
  registerEvalFirewall(command);
}
