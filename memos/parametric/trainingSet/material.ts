import { entityKey } from "../../../graph/extraction/index.js";
import { learnableText, type MemCube } from "../../../memcube/index.js";
import { mapInSlices } from "../../store/index/slice.js";
import { type Group, Grouping } from "./group.js";
import { type Plain, plainOf, restOf } from "./plain.js";
import { READ_CHARACTERS, readingOf } from "./reading.js";
import type { Source } from "./source.js";

/** What is to be learned of some cubes. */
export interface Material {
  readonly groups: readonly Group[];
  readonly plain: readonly Plain[];
  /** Cubes of which something is learned, and those of which nothing can be. */
  readonly learned: readonly MemCube[];
  readonly empty: readonly MemCube[];
  /** Every word that the cubes or their facts say, and every name, folded. */
  readonly mentioned: ReadonlySet<string>;
}

/** @param sources that may be learned. */
export async function materialOf(sources: readonly Source[]): Promise<Material> {
  const readings = await mapInSlices(sources, readingOf);
  const grouping = new Grouping();
  await mapInSlices(readings, (reading) => grouping.add(reading));
  const plain = plainOf(await mapInSlices(readings, restOf));
  const told = new Set(plain.flatMap(({ cubes }) => cubes));
  const learns = readings.map(({ cube, stated }) => ({
    cube,
    learned: stated.length > 0 || told.has(cube.id),
  }));
  return {
    groups: grouping.groups(),
    plain,
    learned: learns.flatMap(({ cube, learned }) => (learned ? [cube] : [])),
    empty: learns.flatMap(({ cube, learned }) => (learned ? [] : [cube])),
    mentioned: new Set((await mapInSlices(sources, wordsOf)).flat()),
  };
}

function wordsOf({ cube, facts }: Source): string[] {
  const names = facts.flatMap(({ subject, object }) => [subject, object]);
  const text = [learnableText(cube).slice(0, READ_CHARACTERS), ...names].join(" ");
  return entityKey(text).split(" ");
}
