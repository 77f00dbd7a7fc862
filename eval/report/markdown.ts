import type { EvaluationRun, SuiteRun } from "./run.js";
import { columnOf, type Group, measuresOf, sectionsOf } from "./sections.js";
import { barText, CAUTION, conditions, intervalText, valueText, verdict, withInterval } from "./text.js";

/** The report of a run in Markdown. */
export function markdownReport(run: EvaluationRun): string {
  const bars = run.suites.flatMap((suite) =>
    suite.measures
      .filter(({ bar }) => bar !== undefined)
      .map((measure) => [suite.name, measure.name, valueText(measure), barText(measure), verdict(measure)]),
  );
  return [
    "# Evaluation",
    `memos ${run.version}, ${run.startedAt.slice(0, 16).replace("T", " ")} UTC, ${run.machine.cpus} cores, ${run.machine.platform}, Node ${run.machine.node}, ${Math.round(run.seconds / 60)} minutes.`,
    CAUTION,
    ...(bars.length > 0 ? ["## Bars", table(["suite", "measure", "value", "bar", ""], bars)] : []),
    ...sectionsOf(run).map((section) =>
      "columns" in section ? groupSection(section) : suiteSection(section),
    ),
    ...(run.skipped.length > 0
      ? ["## Left out", ...run.skipped.map(({ name, reason }) => `- ${name}: ${reason}`)]
      : []),
  ]
    .join("\n\n")
    .concat("\n");
}

function suiteSection(suite: SuiteRun): string {
  const rows = suite.measures.map((measure) => [
    measure.name,
    valueText(measure),
    intervalText(measure),
    barText(measure),
    verdict(measure),
  ]);
  return [
    `## ${suite.name}`,
    suite.about,
    `*${conditions(suite)} · ${suite.seconds} s · outputs ${suite.outputs.slice(0, 12)}*`,
    table(["measure", "value", "95 % interval", "bar", ""], rows),
  ].join("\n\n");
}

function groupSection({ title, columns }: Group): string {
  const [first] = columns as [SuiteRun];
  return [
    `## ${title}`,
    first.about,
    ...columns.map(
      (suite) => `*${columnOf(suite)}: ${conditions(suite)} · outputs ${suite.outputs.slice(0, 12)}*`,
    ),
    table(
      ["measure", ...columns.map(columnOf), "bar"],
      measuresOf(columns).map(({ name, bar, values }) => [
        name,
        ...values.map((measure) => (measure === undefined ? "" : withInterval(measure))),
        bar,
      ]),
    ),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
