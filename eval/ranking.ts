import { type CubeId, type Scope, textOf } from "../memcube/index.js";
import type { Channel, MemOS } from "../memos/index.js";

export interface Ranking {
  /** The data set's keys, best first, at most `k`. */
  readonly keys: readonly string[];
  /** The text of each of them. */
  readonly texts: readonly string[];
  readonly milliseconds: number;
  readonly llmCalls: number;
  /** How likely the store says it holds an answer: 0 to 1. */
  readonly answerable: number;
}

/**
 * One timed search. Cubes with the same text come back as one hit; each of them takes a place in the
 * ranking here, so that no answer is longer than the `k` that it is scored at.
 */
export async function rank(
  memos: MemOS,
  query: string,
  scope: Scope,
  keys: ReadonlyMap<CubeId, string>,
  options: { k: number; channels?: Channel[] | undefined; signal?: AbortSignal | undefined },
): Promise<Ranking> {
  const { k, channels, signal } = options;
  const started = performance.now();
  const { hits, receipt } = await memos.search(query, scope, { k, channels, signal });
  const milliseconds = performance.now() - started;
  const ranked = hits
    .flatMap(({ cube, duplicates }) =>
      [cube.id, ...duplicates].map((id) => ({ id, text: textOf(cube) ?? "" })),
    )
    .flatMap(({ id, text }) => {
      const key = keys.get(id);
      return key === undefined ? [] : [{ key, text }];
    })
    .slice(0, k);
  return {
    keys: ranked.map(({ key }) => key),
    texts: ranked.map(({ text }) => text),
    milliseconds,
    llmCalls: receipt.llmCalls,
    answerable: receipt.answerable,
  };
}
