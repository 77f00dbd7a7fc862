import type { Explanation } from "../../memos/operations.js";

/** A fused score with the decimals that tell neighbours apart. */
export function score(value: number): string {
  return value.toFixed(4);
}

/** Which channels found a cube, at which rank, and how much each added to its score. */
export function explanationText(explanation: Explanation | undefined): string {
  const channels = Object.entries(explanation?.channels ?? {}).flatMap(([name, found]) =>
    found === undefined ? [] : [`${name} #${found.rank} +${score(found.contribution)}`],
  );
  const terms = explanation?.terms ?? [];
  return [...channels, ...(terms.length === 0 ? [] : [`terms: ${terms.join(" ")}`])].join("\n");
}
