import { ROLE_NUMBERS } from "../../extraction/cubeGraph.js";
import type { SharedNames } from "../../store/graphLedger.js";
import { type AskedTerms, either, Reading, type Said } from "./reading.js";
import { specificity } from "./walk.js";

/** What a cube and another one that shares a name with it hold of a question. */
export interface Together {
  /** Share of the question that the two hold beyond what this one holds alone, for the best other. */
  readonly joint: number;
  /** Share that this one adds to a likely other: the missing piece. */
  readonly bridge: number;
}

const ALONE: Together = { joint: 0, bridge: 0 };

/**
 * Evidence from pairs. A question over several hops is answered by cubes that each hold a part of it and share
 * a name; a cube that holds its words by chance shares none. Of each cube counts its title and the sentence
 * with the shared name; of a cube that is about the name, everything. A name that many cubes have counts less.
 * `likely` is how likely each cube is wanted by itself; all arrays are in the order of the cubes.
 */
export function together(
  { names, texts }: SharedNames,
  likely: readonly number[],
  asked: AskedTerms,
  cubes: number,
): Together[] {
  const readings = texts.map((text) => new Reading(text, asked));
  const wholes = readings.map((reading) => reading.whole);
  const results = wholes.map(() => ({ ...ALONE }));
  for (const { frequency, places } of names) {
    const specific = specificity(frequency, cubes);
    const said = places.map(({ cube, role, start }) => ({
      cube,
      marks: marksAt(readings[cube] as Reading, wholes[cube] as Said, role, start),
    }));
    for (const one of said)
      for (const other of said) {
        if (one.cube === other.cube) continue;
        const result = results[one.cube] as { joint: number; bridge: number };
        const whole = wholes[one.cube] as Said;
        const both = either(one.marks, other.marks);
        const held = specific * asked.share((at) => both[at]);
        const added = specific * asked.share((at) => both[at] === 1 && other.marks[at] === 0);
        result.joint = Math.max(result.joint, held - asked.share((at) => whole[at]));
        result.bridge = Math.max(result.bridge, added * Math.sqrt(likely[other.cube] as number));
      }
  }
  return results;
}

function marksAt(reading: Reading, whole: Said, role: number, start: number): Said {
  return role === ROLE_NUMBERS.title ? whole : either(reading.title, reading.sentence(start));
}
