import type { TitledCube } from "../../store/graphLedger.js";
import type { Scored } from "../../store/index/searchIndex.js";
import type { Ranked } from "../fusion.js";
import type { DirectWeights } from "./parameters.js";

/** A title that stands in a question. */
export interface AskedTitle {
  /** The title's share of the question, by weight of its terms. */
  readonly share: number;
  /** Cubes of that title. */
  readonly cubes: number;
}

/** What the question and a cube say to each other without the graph. Names as in `DirectWeights`. */
export type DirectEvidence = Record<keyof DirectWeights, number>;

/** The titles that a question names, by cube; of several the one that makes up most of the question. */
export function askedTitles(
  titled: readonly TitledCube[],
  keys: ReadonlyMap<number, string>,
  shareOf: (key: string) => number,
): Map<number, AskedTitle> {
  const cubesOf = new Map<number, number>();
  for (const { entity } of titled) cubesOf.set(entity, (cubesOf.get(entity) ?? 0) + 1);
  const asked = new Map<number, AskedTitle>();
  for (const { cube, entity } of titled) {
    const share = shareOf(keys.get(entity) ?? "");
    const known = asked.get(cube);
    if (known === undefined || share > known.share)
      asked.set(cube, { share, cubes: cubesOf.get(entity) ?? 1 });
  }
  return asked;
}

/** The direct evidence for every candidate of a search, which are in the order of their direct ranking. */
export function directEvidence(
  ranked: readonly Ranked[],
  asked: ReadonlyMap<number, AskedTitle>,
): Map<number, DirectEvidence> {
  const best = ranked.reduce((most, { candidate }) => Math.max(most, candidate.text), 0);
  const first = ranked[0]?.score ?? 1;
  return new Map(
    ranked.map(({ candidate, score, channels }, index) => [
      candidate.key,
      {
        ...evidenceFor(candidate, best, index + 1, asked.get(candidate.key)),
        direct: score / first,
        near: channels.vector === undefined ? 0 : 1 / (channels.vector.rank + 1),
      },
    ]),
  );
}

/** `rank` is undefined for a cube that only the graph has found. */
export function evidenceFor(
  candidate: Pick<Scored, "text" | "similarity">,
  bestText: number,
  rank: number | undefined,
  title: AskedTitle | undefined,
): DirectEvidence {
  return {
    bias: 1,
    text: bestText === 0 ? 0 : candidate.text / bestText,
    direct: 0,
    near: 0,
    rank: rank === undefined ? 0 : 1 / rank,
    titled: title === undefined ? 0 : 1,
    titleShare: title?.share ?? 0,
    titleOnly: title === undefined ? 0 : 1 / title.cubes,
    similarity: Math.max(0, candidate.similarity ?? 0),
  };
}

/** How likely the evidence is of a cube that is wanted, from 0 to 1 (logistic). */
export function probability<Name extends string>(
  evidence: Record<Name, number>,
  weights: Record<Name, number>,
): number {
  return 1 / (1 + Math.exp(-logit(evidence, weights)));
}

export function logit<Name extends string>(
  evidence: Record<Name, number>,
  weights: Record<Name, number>,
): number {
  let sum = 0;
  for (const name in weights) sum += weights[name] * evidence[name];
  return sum;
}
