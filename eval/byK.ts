/** One value for every `k` asked for, keyed as JSON keys it: `{ "2": 40.3, "5": 51.2 }`. */
export type ByK<T> = Readonly<Record<string, T>>;

export function byK<T>(ks: readonly number[], valueAt: (k: number) => T): ByK<T> {
  return Object.fromEntries(ks.map((k) => [String(k), valueAt(k)]));
}
