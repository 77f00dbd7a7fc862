const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Characters of a line, at most. */
export const SPARKLINE_WIDTH = 60;

/** Numbers as a line of bars between the smallest and the largest; more than fit are averaged, each a bar. */
export function sparkline(values: readonly number[], width = SPARKLINE_WIDTH): string {
  const count = Math.min(values.length, width);
  const means = Array.from({ length: count }, (_, at) => {
    const part = values.slice(
      Math.floor((at * values.length) / count),
      Math.floor(((at + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const smallest = Math.min(...means);
  const span = Math.max(...means) - smallest;
  return means
    .map((mean) => BARS[span === 0 ? 0 : Math.round(((mean - smallest) / span) * (BARS.length - 1))])
    .join("");
}
