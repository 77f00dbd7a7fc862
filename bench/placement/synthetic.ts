import { seededRandom } from "../../eval/metrics/index.js";
import { CUBES_OF_A_CHAT } from "./operation.js";
import type { Owner } from "./population.js";
import { exponential, geometric, poisson, type Random, seedOf } from "./random.js";

export const DAY = 86_400_000;

/** Turns of a session, and milliseconds between two of them, on average. */
export const TURNS = 6;
export const TURN_GAP_MS = 45_000;
export const TURN_TOKENS = 300;

/** Operations of a burst of an agent, their mean gap, and how many of them write. */
export const BURST = 40;
export const BURST_GAP_MS = 1_500;
export const BURST_ADDS = 0.75;

/** Of turns, those of which core memory stays. */
export const CORE_SHARE = 0.02;

/** The hour with the most sessions, and how far the rate is above its mean then: 4 times that of the quietest. */
export const BUSIEST_HOUR = 15;
export const DIURNAL_SWING = 0.6;

/** One operation as the simulator takes it; `owner` is a place in the list of owners. */
export interface Operation {
  readonly at: number;
  readonly owner: number;
  readonly kind: "add" | "recall" | "chat";
  readonly cubes: number;
  readonly tokens: number;
  readonly core: boolean;
  /** First of a session or burst: nothing of it is in a prompt yet. */
  readonly first: boolean;
}

/** How busy an hour of the day is, with mean 1. */
export function rateAt(hour: number): number {
  return 1 + DIURNAL_SWING * Math.cos((2 * Math.PI * (hour - BUSIEST_HOUR)) / 24);
}

/** A time of a day in milliseconds, by how busy its hours are (rejection). */
function timeOfDay(random: Random): number {
  for (;;) {
    const hour = 24 * random();
    if (random() * (1 + DIURNAL_SWING) < rateAt(hour)) return (hour / 24) * DAY;
  }
}

/**
 * A made-up history: sessions arrive by a Poisson process whose rate follows the hours of a day; turns of a session
 * follow each other, bursts of agents as well. In order of time, a day at a time, so that months take no memory; what
 * begins before midnight may end after it. The same owners and seed give the same history.
 */
export function* syntheticTrace(owners: readonly Owner[], days: number, seed: number): Generator<Operation> {
  let late: Operation[] = [];
  for (let day = 0; day < days; day++) {
    const random = seededRandom(seedOf(seed, day));
    const operations = late;
    for (const [number, owner] of owners.entries())
      for (let left = poisson(owner.sessionsPerDay, random); left > 0; left--)
        operations.push(...session(number, owner, day * DAY + timeOfDay(random), random));
    operations.sort((a, b) => a.at - b.at || a.owner - b.owner);
    const end = operations.findIndex(({ at }) => at >= (day + 1) * DAY);
    late = end === -1 ? [] : operations.splice(end);
    yield* operations;
  }
}

function session(number: number, { agent }: Owner, begin: number, random: Random): Operation[] {
  const count = geometric(agent ? BURST : TURNS, random);
  let at = begin;
  return Array.from({ length: count }, (_, place) => {
    if (place > 0) at += exponential(agent ? BURST_GAP_MS : TURN_GAP_MS, random);
    const base = { at, owner: number, first: place === 0 };
    if (!agent) {
      const core = random() < CORE_SHARE;
      return { ...base, kind: "chat" as const, cubes: CUBES_OF_A_CHAT, tokens: TURN_TOKENS, core };
    }
    const adds = random() < BURST_ADDS;
    return { ...base, kind: adds ? ("add" as const) : "recall", cubes: adds ? 1 : 0, tokens: 0, core: false };
  });
}
