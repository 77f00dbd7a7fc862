import { type Measure, meets, type SuiteRun } from "./run.js";

/** "77.18 %", "8.4 s". */
export function valueText({ value, unit }: Pick<Measure, "value" | "unit">): string {
  return `${value.toLocaleString("en-US", { maximumFractionDigits: 2 })} ${unit}`;
}

export function intervalText({ ci95 }: Measure): string {
  return ci95 === undefined ? "" : `${ci95[0]} to ${ci95[1]}`;
}

/** "77.18 % (74.9 to 79.4)", with what was missed said. */
export function withInterval(measure: Measure): string {
  const interval = intervalText(measure);
  const missed = meets(measure) === false ? " missed" : "";
  return `${valueText(measure)}${interval === "" ? "" : ` (${interval})`}${missed}`;
}

export function barText({ bar, unit }: Measure): string {
  return bar === undefined
    ? ""
    : `${bar.at === "least" ? "at least" : "at most"} ${valueText({ value: bar.value, unit })}`;
}

export function verdict(measure: Measure): string {
  const met = meets(measure);
  return met === undefined ? "" : met ? "met" : "missed";
}

/** Everything that a figure must be read with, in one line. */
export function conditions({ agent, mode, reader, n, dataset, settings }: SuiteRun): string {
  return [
    `agent ${agent}`,
    `mode ${mode}`,
    `reader ${reader}`,
    `n = ${n}`,
    ...Object.entries(settings).map(([name, value]) => `${name} ${value}`),
    `${dataset.name} (sha256 ${dataset.sha256.slice(0, 12)})`,
  ].join(" · ");
}

/** What must be said beside every table. */
export const CAUTION =
  "Figures of the modes retrieval and extractive are made without any language model: they may be compared with each other and with runs of the same harness, never with published figures of systems that answer with one. Intervals are 95 % bootstrap intervals over the questions.";
