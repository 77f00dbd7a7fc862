import { MemosError } from "../../memcube/index.js";
import { squeezed, stripped } from "./answerText.js";
import { editDistance } from "./editDistance.js";

/** What a recommendation is scored against: the title of every entity, by its id. */
export type EntityNames = ReadonlyMap<number, string>;

/** No title is longer, and what is longer is compared by its beginning. */
const TITLE_CHARACTERS = 256;

const IN_PARENTHESES = /\([^()]*\)/g;
const NUMBERING = /^(?:\p{Nd}+[.)、]?\s*[-—–]?\s*)?/u;

/** The title in the name of an entity, which may be an address: `<http://dbpedia.org/resource/Heat_(1995_film)>`. */
export function entityTitle(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return squeezed(last.replace(/[_\->]/g, " ").replace(IN_PARENTHESES, ""));
}

/** The titles of the entities of `entity2id.json`. */
export function entityNames(idByName: Readonly<Record<string, number>>): EntityNames {
  return new Map(Object.entries(idByName).map(([name, id]) => [id, entityTitle(name)]));
}

/**
 * The items of a list of recommendations: the lines after the first "1.", or, where there is none, the parts
 * between commas, without numbers and remarks in parentheses. An empty line is an item, as the protocol has it.
 */
export function recommendedItems(output: string): string[] {
  const start = output.indexOf("1.");
  const list = start < 0 ? output.replaceAll(",", "\n") : output.slice(start + 2);
  return list
    .split("\n")
    .map((line) => squeezed(stripped(line).replace(IN_PARENTHESES, "").replace(NUMBERING, "")));
}

/** Finds the title that is nearest to what was written, by edit distance; of equal ones the first. */
export class NearestTitle {
  readonly #titles: { readonly title: string; readonly characters: readonly string[] }[];
  readonly #known: Map<string, string>;

  constructor(names: EntityNames) {
    if (names.size === 0) throw new MemosError("INVALID_INPUT", "there is no entity to recommend");
    const titles = [...new Set(names.values())];
    this.#titles = titles.map((title) => ({ title, characters: [...title.toLowerCase()] }));
    this.#known = new Map(titles.toReversed().map((title) => [title.toLowerCase(), title]));
  }

  of(written: string): string {
    const wanted = written.toLowerCase();
    const known = this.#known.get(wanted);
    if (known !== undefined) return known;
    const characters = [...wanted].slice(0, TITLE_CHARACTERS);
    let best = { title: "", distance: Number.POSITIVE_INFINITY };
    for (const candidate of this.#titles) {
      const distance = editDistance(characters, candidate.characters, best.distance);
      if (distance < best.distance) best = { title: candidate.title, distance };
    }
    this.#known.set(wanted, best.title);
    return best.title;
  }
}

/**
 * The share of the gold entities whose titles are among the first `k` recommendations, each mapped to its
 * nearest title.
 */
export function recommendationRecall(
  recommended: readonly string[],
  goldTitles: readonly string[],
  k: number,
): number {
  if (goldTitles.length === 0)
    throw new MemosError("INVALID_INPUT", "recall is undefined without gold items");
  const top = new Set(recommended.slice(0, k));
  return goldTitles.filter((title) => top.has(title)).length / goldTitles.length;
}
