import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

const WIDTH = 720;
const ROW = 30;
const LABEL = 14;
const MARGIN = { left: 250, right: 70, top: 8, bottom: 28 };

/** The colours come from the page, so that a chart is read in light and in dark. */
const INK = "var(--ink)";
const QUIET = "var(--quiet)";
const FAINT = "var(--faint)";

export interface BarRow {
  readonly label: string;
  readonly value: number;
  /** What the page colours the bar by. */
  readonly tone: "met" | "missed" | "plain";
  /** The bar that was set, drawn as a line over the row. */
  readonly bar?: number | undefined;
}

/** Horizontal bars of percentages as an SVG element; a stroke marks what was to be reached. */
export function barChart(rows: readonly BarRow[]): string {
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH,
    height: rows.length * ROW + MARGIN.top + MARGIN.bottom,
  });
  chart.setOption({
    animation: false,
    grid: MARGIN,
    xAxis: {
      type: "value",
      min: 0,
      max: 100,
      axisLabel: { color: QUIET, formatter: "{value} %" },
      splitLine: { lineStyle: { color: FAINT } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: FAINT } },
      axisLabel: { color: INK, width: MARGIN.left - 16, overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        barWidth: ROW / 2,
        data: rows.map(({ value, tone }) => ({ value, itemStyle: { color: `var(--${tone})` } })),
        label: { show: true, position: "right", color: INK, formatter: "{c}" },
      },
      {
        type: "scatter",
        symbol: "rect",
        symbolSize: [2, ROW - 6],
        silent: true,
        itemStyle: { color: INK },
        data: rows.flatMap(({ label, bar }) => (bar === undefined ? [] : [[bar, label]])),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

export interface Line {
  readonly label: string;
  /** One value for each run, in the order of time; null where the run did not measure it. */
  readonly values: readonly (number | null)[];
}

/** What became of measures from run to run. */
export function lineChart(lines: readonly Line[], runs: readonly string[]): string {
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH,
    height: Math.max(300, 60 + lines.length * LABEL),
  });
  chart.setOption({
    animation: false,
    grid: { left: 50, right: 210, top: 16, bottom: 40 },
    xAxis: {
      type: "category",
      data: [...runs],
      axisLabel: { color: QUIET },
      axisLine: { lineStyle: { color: FAINT } },
    },
    yAxis: {
      type: "value",
      max: 100,
      scale: true,
      axisLabel: { color: QUIET, formatter: "{value} %" },
      splitLine: { lineStyle: { color: FAINT } },
    },
    series: lines.map(({ label, values }) => ({
      type: "line",
      name: label,
      data: [...values],
      symbolSize: 7,
      endLabel: { show: true, formatter: "{a}", color: INK, width: 200, overflow: "truncate" },
      labelLayout: { moveOverlap: "shiftY" },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
