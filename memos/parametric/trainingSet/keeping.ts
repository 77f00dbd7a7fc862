import { mapInSlices } from "../../store/index/slice.js";
import type { Example } from "../example.js";
import { phrasings } from "../phrasings.js";
import { Dice } from "./dice.js";
import { Invention } from "./invented.js";
import type { Material } from "./material.js";
import { replayOf } from "./replay.js";
import { negativeOf } from "./taught.js";

/** Examples of what must stay as it is: so many of not knowing, and so many of reading memory in the prompt. */
export async function keepingOf(
  { groups }: Material,
  counts: { readonly negatives: number; readonly replay: number },
  seed: number,
  taken: Set<string>,
): Promise<Example[]> {
  const invention = new Invention(new Dice(seed, "names"), taken, false);
  const named = groups.flatMap(({ subject, relation }) => (subject === undefined ? [] : [relation]));
  const asked = named.length === 0 ? phrasings().relations : named;
  const negatives = new Dice(seed, "negatives");
  const replay = new Dice(seed, "replay");
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
  return [
    ...(await mapInSlices(numbers(counts.negatives), () => negativeOf(asked, negatives, invention))),
    ...(await mapInSlices(numbers(counts.replay), (at) => replayOf(at, replay, invention))),
  ];
}
