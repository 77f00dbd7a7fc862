/** A share as percent with two decimals: 0.51248 is 51.25. */
export function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

/** A measured figure with two decimals: more would be noise. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
