import type { Command } from "commander";
import { z } from "zod";
import { cubeIdSchema } from "../../../memcube/index.js";
import {
  CONSOLIDATION_LIMITS,
  type ConsolidationRun,
  type Proposal,
} from "../../../memos/lifecycle/consolidation/operations.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, oneLine, print, table } from "../output.js";
import { withExistingStore, withStoreToRead } from "../store.js";

const optionsSchema = z.object({
  dryRun: z.boolean().optional(),
  budgetMs: wholeNumber(0, CONSOLIDATION_LIMITS.milliseconds).optional(),
  calls: wholeNumber(0, CONSOLIDATION_LIMITS.calls).optional(),
});

export function registerConsolidate(program: Command): void {
  const command = program
    .command("consolidate")
    .summary("merge, summarise and link memories, with undo")
    .description(
      "Merges near-duplicates, summarises conversations that are over and links contradictions. What was said stays; every run can be undone.",
    )
    .option("--dry-run", "only show what would be done")
    .option(
      "--budget-ms <milliseconds>",
      "begin nothing new after so long (default: 5000, or 10000 for a dry run)",
    )
    .option("--calls <count>", "calls to the model at most (default: 20)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(
    command,
    "memos consolidate --user ana --dry-run",
    "memos consolidate --user ana --budget-ms 2000",
  );
  command.action(async () => {
    const { dryRun, budgetMs: milliseconds, calls } = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    if (dryRun === true) {
      const plan = await withStoreToRead(command, (memos) =>
        memos.consolidation.plan(scope, { milliseconds }),
      );
      print(command, plan, () =>
        [proposalTable(plan.proposals), ...(plan.complete ? [] : ["and more that was not looked at"])].join(
          "\n",
        ),
      );
      return;
    }
    const run = await withExistingStore(command, (memos) =>
      memos.consolidation.run(scope, { budget: { milliseconds, calls } }),
    );
    print(command, run, () => outcomeOf(run));
  });
  registerRuns(command);
  registerUndo(command);
}

function registerRuns(consolidate: Command): void {
  const command = consolidate.command("runs").description("Runs that came to something, the latest first.");
  withExample(command, "memos consolidate runs --user ana");
  command.action(async () => {
    const scope = scopeOf(command);
    const runs = await withStoreToRead(command, (memos) => memos.consolidation.runs(scope));
    print(command, { runs }, () => {
      if (runs.length === 0) return "no runs";
      const rows = runs.map((run) => [
        run.startedAt.slice(0, 19),
        oneLine(outcomeOf(run), 60),
        run.undoneAt === undefined ? "" : `undone ${run.undoneAt.slice(0, 10)}`,
        run.id,
      ]);
      return table(["begun", "outcome", "", "run"], rows);
    });
  });
}

function registerUndo(consolidate: Command): void {
  const command = consolidate
    .command("undo")
    .description("Takes back what a run made; what somebody has changed since is left and named.")
    .argument("<run>", "its id");
  withExample(command, "memos consolidate undo 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --user ana");
  command.action(async (given: string) => {
    const id = argumentOf("RUN", given, cubeIdSchema);
    const scope = scopeOf(command);
    const result = await withExistingStore(command, (memos) => memos.consolidation.undo(id, scope));
    print(command, result, () =>
      [
        `undid ${counted(result.undone.length, "change", "changes")}`,
        ...result.left.map(({ kind, cube, reason }) => `left ${kind} ${cube}: ${reason}`),
      ].join("\n"),
    );
  });
}

function outcomeOf({ made, merged, links, skipped, stoppedBy, id }: ConsolidationRun): string {
  const summaries = made.filter(({ kind }) => kind === "summarise").length;
  const done = [
    merged > 0 ? [`merged ${counted(merged, "memory", "memories")}`] : [],
    summaries > 0 ? [`wrote ${counted(summaries, "summary", "summaries")}`] : [],
    links > 0 ? [`linked ${counted(links, "contradiction", "contradictions")}`] : [],
    skipped.length > 0 ? [`skipped ${skipped.length}`] : [],
  ].flat();
  const outcome = done.length === 0 ? "nothing to do" : done.join(", ");
  return `${outcome} (${stoppedBy})${made.length === 0 ? "" : `, run ${id}`}`;
}

function proposalTable(proposals: readonly Proposal[]): string {
  if (proposals.length === 0) return "nothing to do";
  const rows = proposals.map((proposal) => [
    proposal.kind,
    proposal.cubes.length,
    oneLine(resultOf(proposal), 80),
  ]);
  return table(["kind", "memories", "would be"], rows);
}

function resultOf(proposal: Proposal): string {
  if (proposal.kind === "contradiction") return proposal.makes.why;
  if (proposal.kind === "close")
    return `${proposal.subject} ${proposal.relation} ${proposal.value.object}: until ${proposal.closedAt.slice(0, 10)}`;
  const { makes } = proposal;
  return makes !== undefined && "text" in makes && makes.text !== undefined ? makes.text : proposal.why;
}
