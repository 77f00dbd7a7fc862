import { entityKey, keyphrases } from "../../../graph/extraction/index.js";
import type { CubeId } from "../../../memcube/index.js";
import { listed } from "./listed.js";
import type { Reading } from "./reading.js";

/** Characters of a text that are learned word for word; a longer one is cut after a sentence or a word. */
export const PLAIN_CHARACTERS = 2_000;

/** Key phrases that a question about a text names at most. */
const TOPIC_PHRASES = 4;

/** First words of a text that a question names at most, where its key phrases are those of another. */
const TOPIC_WORDS = 12;

/** A text that states no fact of the table. */
export interface Plain {
  /** That say it; it is taught for the first. */
  readonly cubes: readonly [CubeId, ...CubeId[]];
  /** What it is about; no two texts are about the same. */
  readonly topic: string;
  readonly text: string;
}

/** What is left of a cube's text, and what it is about, best first. */
export interface Rest {
  readonly cube: CubeId;
  readonly text: string;
  readonly phrases: readonly string[];
}

export function restOf({ cube, rest }: Reading): Rest {
  const text = beginningOf(rest);
  const phrases = keyphrases(text, TOPIC_PHRASES);
  return { cube: cube.id, text, phrases: phrases.length > 0 ? phrases : cube.attributes.keywords };
}

/** The texts, each with as few of its phrases or first words as tell it apart from those before it. */
export function plainOf(rests: readonly Rest[]): Plain[] {
  const topics = new Set<string>();
  const plain = new Map<string, Plain>();
  for (const { cube, text, phrases } of rests) {
    const same = plain.get(text);
    if (same !== undefined) {
      plain.set(text, { ...same, cubes: [...same.cubes, cube] });
      continue;
    }
    if (entityKey(text) === "") continue;
    const topic = topicsOf(text, phrases).find((each) => !topics.has(each.toLowerCase())) ?? text;
    topics.add(topic.toLowerCase());
    plain.set(text, { cubes: [cube], topic, text });
  }
  return [...plain.values()];
}

function topicsOf(text: string, phrases: readonly string[]): string[] {
  const words = text.split(/\s+/);
  return [
    ...phrases.slice(0, TOPIC_PHRASES).map((_, at) => listed(phrases.slice(0, at + 1))),
    ...words.slice(0, TOPIC_WORDS).map((_, at) => words.slice(0, at + 1).join(" ")),
  ];
}

function beginningOf(text: string): string {
  if (text.length <= PLAIN_CHARACTERS) return text.trim();
  const cut = text.slice(0, PLAIN_CHARACTERS).toWellFormed();
  const sentence = cut.lastIndexOf(". ") + 1;
  const end = sentence > 0 ? sentence : cut.lastIndexOf(" ");
  return (end > 0 ? cut.slice(0, end) : cut).trim();
}
