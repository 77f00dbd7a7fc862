import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema } from "../../../memcube/index.js";
import {
  type AppliedKind,
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

/** A command that consolidates: everything there is, or some kinds of it. */
interface Consolidating {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly kinds?: AppliedKind[];
}

export function registerConsolidate(program: Command): void {
  registerConsolidating(program, {
    name: "consolidate",
    summary: "merge, summarise, link and distil memories, with undo",
    description:
      "Merges near-duplicates, summarises conversations that are over, links contradictions and reflects on episodes. What was said stays; every run can be undone.",
  });
}

/** Reflection is a part of consolidation: the same runs and the same undo, for two of its kinds. */
export function registerReflect(program: Command): void {
  registerConsolidating(program, {
    name: "reflect",
    summary: "distil episodes into statements and skills, with undo",
    description:
      "Makes statements and skills of what recurs in episodes, each with its evidence. A part of `memos consolidate`: the same runs, the same undo.",
    kinds: ["distil", "insight"],
  });
}

function registerConsolidating(program: Command, { name, summary, description, kinds }: Consolidating): void {
  const command = program
    .command(name)
    .summary(summary)
    .description(description)
    .option("--dry-run", "only show what would be done")
    .option(
      "--budget-ms <milliseconds>",
      "begin nothing new after so long (default: 5000, or 10000 for a dry run)",
    )
    .option("--calls <count>", "calls to the model at most (default: 20)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, `memos ${name} --user ana --dry-run`, `memos ${name} --user ana --budget-ms 2000`);
  command.action(async () => {
    const { dryRun, budgetMs: milliseconds, calls } = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    if (dryRun === true) {
      const plan = await withStoreToRead(command, (memos) =>
        memos.consolidation.plan(scope, { milliseconds, kinds }),
      );
      print(command, plan, () =>
        [proposalTable(plan.proposals), ...(plan.complete ? [] : ["and more that was not looked at"])].join(
          "\n",
        ),
      );
      return;
    }
    const run = await withExistingStore(command, (memos) =>
      memos.consolidation.run(scope, { budget: { milliseconds, calls }, kinds }),
    );
    print(command, run, () => outcomeOf(run));
  });
  registerRuns(command, name, kinds);
  registerUndo(command, name);
}

function registerRuns(consolidate: Command, name: string, kinds: readonly AppliedKind[] | undefined): void {
  const command = consolidate.command("runs").description("Runs that came to something, the latest first.");
  withExample(command, `memos ${name} runs --user ana`);
  command.action(async () => {
    const scope = scopeOf(command);
    const all = await withStoreToRead(command, (memos) => memos.consolidation.runs(scope));
    const runs = all.filter(
      ({ made, skipped }) =>
        kinds === undefined ||
        [...made, ...skipped].some(({ kind }) => kind !== undefined && kinds.includes(kind)),
    );
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

function registerUndo(consolidate: Command, name: string): void {
  const command = consolidate
    .command("undo")
    .description("Takes back what a run made; what somebody has changed since is left and named.")
    .argument("<run>", "its id");
  withExample(command, `memos ${name} undo 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --user ana`);
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
  const distilled = made.filter(({ kind }) => kind === "distil" || kind === "insight").length;
  const done = [
    merged > 0 ? [`merged ${counted(merged, "memory", "memories")}`] : [],
    summaries > 0 ? [`wrote ${counted(summaries, "summary", "summaries")}`] : [],
    links > 0 ? [`linked ${counted(links, "contradiction", "contradictions")}`] : [],
    distilled > 0 ? [`settled ${counted(distilled, "statement", "statements")}`] : [],
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
