import type { Command } from "commander";
import { withExample } from "../example.js";
import { registerEvalAll, registerEvalCompare } from "./evalAll.js";
import { registerEvalClassify } from "./evalClassify.js";
import { registerEvalFacts } from "./evalFacts.js";
import { registerEvalFirewall } from "./evalFirewall.js";
import { registerEvalGenerate } from "./evalGenerate.js";
import { registerEvalHaystack } from "./evalHaystack.js";
import { registerEvalLocomo } from "./evalLocomo.js";
import { registerEvalLongMemEval } from "./evalLongMemEval.js";
import { registerEvalMab } from "./evalMab.js";
import { registerEvalRetrieval } from "./evalRetrieval.js";
import { registerEvalShared } from "./evalShared.js";
import { registerEvalSort } from "./evalSort.js";

export function registerEval(program: Command): void {
  const command = program
    .command("eval")
    .summary("measure quality on public data sets")
    .description("Measures quality on a data set, in a store of its own that is deleted afterwards.");
  withExample(command, "memos eval retrieval --data musique.json --json");
  registerEvalRetrieval(command);
  registerEvalLocomo(command);
  registerEvalLongMemEval(command);
  registerEvalHaystack(command);
  registerEvalMab(command);
  registerEvalClassify(command);
  registerEvalSort(command);
  registerEvalShared(command);
  registerEvalFirewall(command);
  registerEvalAll(command);
  registerEvalCompare(command);
  registerEvalFacts(command);
  registerEvalGenerate(command);
}
