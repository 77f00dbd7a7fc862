/** Told in words how far a measurement is. */
export type Report = (line: string) => void;

const INTERVAL_MS = 3_000;

/** Passes on a line at most every few seconds; the words are only made when they are said. */
export function seldom(report: Report): (line: () => string) => void {
  let said = performance.now();
  return (line) => {
    if (performance.now() - said < INTERVAL_MS) return;
    said = performance.now();
    report(line());
  };
}
