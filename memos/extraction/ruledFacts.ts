import { type ExtractedFact, factsIn } from "../../graph/extraction/index.js";
import { learnableText, type MemCube } from "../../memcube/index.js";

/** A note's tags and its part of the graph are made of the same facts, one soon after the other. */
const FOUND = new WeakMap<MemCube, readonly ExtractedFact[]>();

/** What tells a title from others of the same name: "Brand (play)". */
const QUALIFIER = /\s*[(（][^()（）]*[)）]\s*$/u;

/** The facts that rules find in the text of a cube, resolved against its date. */
export function ruledFacts(cube: MemCube): readonly ExtractedFact[] {
  const before = FOUND.get(cube);
  if (before !== undefined) return before;
  const found = factsOf(cube, learnableText(cube));
  FOUND.set(cube, found);
  return found;
}

/** As {@link ruledFacts}, in the beginning of the text alone. */
export function ruledFactsWithin(cube: MemCube, characters: number): readonly ExtractedFact[] {
  const text = learnableText(cube);
  return text.length <= characters ? ruledFacts(cube) : factsOf(cube, text.slice(0, characters));
}

/** Tells that a cube says what another one says, at the same time: its facts need not be found again. */
export function saysTheSame(cube: MemCube, other: MemCube): MemCube {
  const found = FOUND.get(other);
  if (found !== undefined) FOUND.set(cube, found);
  return cube;
}

function factsOf({ provenance, attributes, time }: MemCube, text: string): ExtractedFact[] {
  const said = provenance.origin === "user" || provenance.origin === "assistant";
  return factsIn(text, {
    speaker: said ? provenance.actor : undefined,
    title: attributes.title?.replace(QUALIFIER, ""),
    at: new Date(time.occurredAt ?? time.recordedAt),
  });
}
