import { Html, html } from "../../api/pages/html.js";
import { type BarRow, barChart, lineChart } from "./charts.js";
import type { HistoryEntry } from "./history.js";
import { type EvaluationRun, type Measure, meets, type SuiteRun } from "./run.js";
import { columnOf, type Group, measuresOf, sectionsOf } from "./sections.js";
import { barText, CAUTION, conditions, intervalText, valueText, verdict } from "./text.js";

/** Runs that the course over time shows. */
const SHOWN_RUNS = 20;

const STYLE = `
:root { color-scheme: light dark;
  --ink: light-dark(#1d2330, #e4e7ee); --quiet: light-dark(#616a7d, #98a1b3); --faint: light-dark(#e3e3dd, #2a303d);
  --paper: light-dark(#fbfbf9, #12151c); --card: light-dark(#ffffff, #191d26);
  --met: light-dark(#1f7a4d, #5fd39a); --missed: light-dark(#b3352b, #ff8f84); --plain: light-dark(#3d4fd1, #93a0ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.6 ui-sans-serif, system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.5rem 6rem; }
h1 { font-size: 2rem; margin: 0; } h2 { margin: 3rem 0 .5rem; font-size: 1.3rem; } h3 { margin: 0; font-size: 1.05rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--faint); border-radius: 12px; padding: 1.2rem 1.4rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; margin-top: .6rem; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-top: 1px solid var(--faint); }
th { font-weight: 600; color: var(--quiet); border-top: 0; }
.met { color: var(--met); } .missed { color: var(--missed); font-weight: 600; }
.scroll { overflow-x: auto; } svg { max-width: 100%; height: auto; display: block; }
`;

/** The report of a run as one page that loads nothing and runs no script. */
export function reportPage(run: EvaluationRun, history: readonly HistoryEntry[]): string {
  const withBars = run.suites.flatMap((suite) =>
    suite.measures.filter(({ bar }) => bar !== undefined).map((measure) => ({ suite, measure })),
  );
  const met = withBars.filter(({ measure }) => meets(measure)).length;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation of memos ${run.version}</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body><main>
<h1>Evaluation</h1>
<p class="quiet">memos ${run.version} · ${run.startedAt.slice(0, 16).replace("T", " ")} UTC · ${run.machine.cpus} cores · ${run.machine.platform} · Node ${run.machine.node} · ${Math.round(run.seconds / 60)} minutes</p>
<p>${CAUTION}</p>
${
  withBars.length === 0
    ? ""
    : html`<h2>Bars: ${met} of ${withBars.length} met</h2>
<section><div class="scroll">${chartOf(
        withBars
          .filter(({ measure }) => measure.unit === "%")
          .map(({ suite, measure }) => barRow(`${suite.name}: ${measure.name}`, measure)),
      )}</div>
${measureTable(withBars.map(({ suite, measure }) => ({ ...measure, name: `${suite.name}: ${measure.name}` })))}</section>`
}
${course(history)}
<h2>Suites</h2>
${sectionsOf(run).map((section) => ("columns" in section ? groupSection(section) : suiteSection(section)))}
${
  run.skipped.length === 0
    ? ""
    : html`<h2>Left out</h2><section>${run.skipped.map(({ name, reason }) => html`<p>${name}: ${reason}</p>`)}</section>`
}
</main></body>
</html>
`.source;
}

function suiteSection(suite: SuiteRun): Html {
  const shares = suite.measures.filter(({ unit }) => unit === "%");
  return html`<section><h3>${suite.name}</h3><p>${suite.about}</p>
<p class="quiet">${conditions(suite)} · ${suite.seconds} s · outputs ${suite.outputs.slice(0, 12)}</p>
<div class="scroll">${shares.length < 2 ? "" : chartOf(shares.map((measure) => barRow(measure.name, measure)))}</div>
${measureTable(suite.measures)}</section>`;
}

function groupSection({ title, columns }: Group): Html {
  const [first] = columns as [SuiteRun];
  const rows = measuresOf(columns);
  return html`<section><h3>${title}</h3><p>${first.about}</p>
${columns.map((suite) => html`<p class="quiet">${columnOf(suite)}: ${conditions(suite)} · outputs ${suite.outputs.slice(0, 12)}</p>`)}
<div class="scroll"><table><tr><th>measure</th>${columns.map((suite) => html`<th>${columnOf(suite)}</th>`)}<th>bar</th></tr>
${rows.map(
  ({ name, bar, values }) =>
    html`<tr><td>${name}</td>${values.map((measure) => (measure === undefined ? html`<td></td>` : html`<td class="${verdict(measure)}">${valueText(measure)}<br><span class="quiet">${intervalText(measure)}</span></td>`))}<td>${bar}</td></tr>`,
)}</table></div></section>`;
}

function measureTable(measures: readonly Measure[]): Html {
  return html`<div class="scroll"><table><tr><th>measure</th><th>value</th><th>95 % interval</th><th>bar</th><th></th></tr>
${measures.map(
  (measure) =>
    html`<tr><td>${measure.name}</td><td>${valueText(measure)}</td><td>${intervalText(measure)}</td><td>${barText(measure)}</td><td class="${verdict(measure)}">${verdict(measure)}</td></tr>`,
)}</table></div>`;
}

function barRow(label: string, measure: Measure): BarRow {
  const met = meets(measure);
  return {
    label,
    value: measure.value,
    tone: met === undefined ? "plain" : met ? "met" : "missed",
    bar: measure.bar?.value,
  };
}

function chartOf(rows: readonly BarRow[]): Html {
  return new Html(rows.length === 0 ? "" : barChart(rows));
}

/** The measures with a bar over the last runs; nothing for a first run. */
function course(history: readonly HistoryEntry[]): Html {
  const runs = history.slice(-SHOWN_RUNS);
  const names = [...new Set(runs.flatMap(({ measures }) => Object.keys(measures)))];
  if (runs.length < 2 || names.length === 0) return html``;
  const lines = names.map((label) => ({
    label,
    values: runs.map(({ measures }) => measures[label] ?? null),
  }));
  const days = runs.map(({ startedAt }) => startedAt.slice(5, 16).replace("T", " "));
  return html`<h2>From run to run</h2><section class="scroll">${new Html(lineChart(lines, days))}</section>`;
}
