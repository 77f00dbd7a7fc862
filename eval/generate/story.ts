import { seededRandom } from "../metrics/index.js";
import { distinct } from "./distinct.js";
import { nameInventor } from "./inventedNames.js";
import type { Random } from "./random.js";
import { COLOURS, DEEDS, PLACES, SCENERY, THINGS } from "./storyWords.js";

/** Someone does something to something somewhere. */
export type Event = string;

/** Invented people, who are not known from elsewhere. */
export function people(seed: number, count: number): string[] {
  const invent = nameInventor(seededRandom(seed));
  return Array.from({ length: count }, () => invent("person"));
}

/** Makes events of which no two are the same; all have the same people, things and places. */
export function eventMaker(random: Random, cast: readonly string[]): () => Event {
  const fresh = distinct();
  return () =>
    fresh(() => {
      const thing = `the ${random.pick(COLOURS)} ${random.pick(THINGS)}`;
      return `${random.pick(cast)} ${random.pick(DEEDS)} ${thing} in ${random.pick(PLACES)}.`;
    });
}

/** A sentence in which nothing happens. */
export function scenery(random: Random): string {
  return random.pick(SCENERY).replace("{place}", () => random.pick(PLACES));
}

/** An event as a book tells it. */
export function paragraphOf(event: Event, random: Random): string {
  const around = Array.from({ length: random.between(1, 3) }, () => scenery(random));
  const at = random.between(0, around.length);
  return [...around.slice(0, at), event, ...around.slice(at)].join(" ");
}
