import { mapInSlices } from "../../store/index/slice.js";
import type { TrainingSet } from "../example.js";
import { Dice } from "./dice.js";
import { plainRecallOf, plainRecognitionOf, recallOf, recognitionOf } from "./heldOut.js";
import { Invention } from "./invented.js";
import type { Material } from "./material.js";
import { RECALL_QUESTIONS, RECOGNITION_PAIRS } from "./options.js";
import { LEAST_PROBES, retentionOf } from "./replay.js";

/**
 * What the gates ask of an adapter that was trained from the material.
 *
 * @param taken words that stand in no invented name; those that are invented here are added, each part of them.
 */
export async function holdOut(
  { groups, plain }: Material,
  { seed, retention }: { readonly seed: number; readonly retention: number },
  taken: Set<string>,
): Promise<TrainingSet["heldOut"]> {
  const dice = (purpose: string) => new Dice(seed, purpose);
  const invention = new Invention(dice("held names"), taken, true);
  const retentionDice = dice("retention");
  const blocks = Array.from({ length: Math.ceil(retention / LEAST_PROBES) }, () => retentionDice);
  const kept = (await mapInSlices(blocks, (each) => retentionOf(each, invention))).flat();

  const recall = [
    ...(await mapInSlices(groups, recallOf)).flat(),
    ...(await mapInSlices(plain, plainRecallOf)),
  ];
  const objects = new Map<string, string[]>();
  for (const { relation, objects: own } of groups) {
    const known = objects.get(relation.name) ?? [];
    known.push(...own.map(({ object }) => object));
    objects.set(relation.name, known);
  }
  const recognitionDice = dice("recognition");
  const recognition = [
    ...(
      await mapInSlices(groups, (group) =>
        recognitionOf(group, objects.get(group.relation.name) ?? [], recognitionDice, invention),
      )
    ).flat(),
    ...(await mapInSlices(plain, (each) => plainRecognitionOf(each, plain, recognitionDice))),
  ];
  return {
    recall: spread(recall, RECALL_QUESTIONS, dice("recall")),
    recognition: spread(recognition, RECOGNITION_PAIRS, dice("pairs")),
    retention: kept.slice(0, retention),
  };
}

/** So many at most: the first of each list, then the second of each; lists in an order by chance. */
export function spread<T>(lists: readonly (readonly T[])[], limit: number, dice: Dice): T[] {
  const order = dice.shuffled(lists);
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const taken: T[] = [];
  for (let at = 0; at < longest && taken.length < limit; at++)
    for (const list of order) {
      const item = list[at];
      if (item !== undefined && taken.length < limit) taken.push(item);
    }
  return taken;
}
