import type { EvaluationRun, Measure, SuiteRun } from "./run.js";
import { barText } from "./text.js";

/** Runs that stand in one table, a column each. */
export interface Group {
  readonly title: string;
  readonly columns: readonly SuiteRun[];
}

/** The suites of a run in their order; those of one group together, where its first one stands. */
export function sectionsOf({ suites }: EvaluationRun): (SuiteRun | Group)[] {
  const sections: (SuiteRun | Group)[] = [];
  const groups = new Map<string, SuiteRun[]>();
  for (const suite of suites) {
    if (suite.group === undefined) {
      sections.push(suite);
      continue;
    }
    const { title } = suite.group;
    const known = groups.get(title);
    if (known === undefined) {
      const columns = [suite];
      groups.set(title, columns);
      sections.push({ title, columns });
    } else known.push(suite);
  }
  return sections;
}

export function columnOf({ group, name }: SuiteRun): string {
  return group?.column ?? name;
}

/** Every measure of a group with its value in each column, and the bars that any column has for it. */
export function measuresOf(
  columns: readonly SuiteRun[],
): { name: string; bar: string; values: (Measure | undefined)[] }[] {
  const names = [...new Set(columns.flatMap(({ measures }) => measures.map(({ name }) => name)))];
  return names.map((name) => {
    const values = columns.map(({ measures }) => measures.find((measure) => measure.name === name));
    const bars = values.flatMap((measure) => (measure?.bar === undefined ? [] : barText(measure)));
    return { name, bar: [...new Set(bars)].join(", "), values };
  });
}
