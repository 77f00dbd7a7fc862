import type { Command } from "commander";
import * as z from "zod";
import type { FirewallReport, Flagged } from "../../../eval/firewall/evaluate.js";
import { optionsOf } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";

const optionsSchema = z.object({ data: z.string().min(1) });

export function registerEvalFirewall(parent: Command): void {
  const command = parent
    .command("firewall")
    .summary("false positives of the write firewall")
    .description(
      "Judges every text of a data set as a document and counts what is flagged, in percent, with the ids of " +
        "some examples. Reads LoCoMo, retrieval sets, SQuAD, tables (a text a line) and plain text (a text a " +
        "paragraph). Nothing is stored.",
    )
    .requiredOption("--data <file>", "a .json, .csv, .tsv or .txt file");
  withExample(command, "memos eval firewall --data locomo10.json --json");
  command.action(async () => {
    const { data } = optionsOf(command, optionsSchema);
    const signal = interruption();
    const { evaluateFirewall } = await import("../../../eval/firewall/evaluate.js");
    const report = await withProgress((progress) =>
      evaluateFirewall(data, {
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText({ dataset, n, categories, quarantined }: FirewallReport): string {
  const row = (name: string, { flagged, rate, kinds, examples }: Flagged) => [
    name,
    flagged,
    rate,
    Object.entries(kinds)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", "),
    examples.join(", "),
  ];
  const rows = [
    ...Object.entries(categories).map(([name, flagged]) => row(name, flagged)),
    row("quarantined", quarantined),
  ];
  return [`${dataset}: ${n} texts`, table(["category", "flagged", "%", "kinds", "examples"], rows)].join(
    "\n",
  );
}
