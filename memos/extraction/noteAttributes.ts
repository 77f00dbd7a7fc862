import { factsIn, keyphrases } from "../../graph/extraction/index.js";
import type { Attributes, MemCube } from "../../memcube/index.js";
import { textOf } from "../../memcube/index.js";

/** Keywords and tags that rules give a note, at most. */
const KEYWORDS = 8;
const TAGS = 5;

/** Characters of a text that its attributes are made from: what a note is about is said at its beginning. */
const READ_CHARACTERS = 4_000;

/**
 * The attributes of a Zettelkasten note (A-MEM, arXiv 2502.12110, section 3.1) by rules, as far as the caller
 * has not given them: keywords are the phrases of the text, tags the relations that it states, the context
 * says who spoke, when, and about what. They describe the text and are not searched beside it.
 */
export function withNoteAttributes(cube: MemCube): MemCube {
  const text = textOf(cube)?.slice(0, READ_CHARACTERS);
  const { attributes, provenance, time } = cube;
  if (text === undefined) return cube;
  const given: Partial<Attributes> = {};
  const authors: Attributes["authors"] = { ...attributes.authors };
  const free = (name: "keywords" | "tags" | "context") =>
    authors[name] === undefined || authors[name] === "rule";
  const keywords = free("keywords") ? keyphrases(text, KEYWORDS) : attributes.keywords;
  if (free("keywords")) {
    given.keywords = keywords;
    if (keywords.length > 0) authors.keywords = "rule";
  }
  if (free("tags")) {
    const facts = factsIn(text, { speaker: provenance.actor, title: attributes.title });
    given.tags = [...new Set(facts.map(({ relation }) => relation))].slice(0, TAGS);
    if (given.tags.length > 0) authors.tags = "rule";
  }
  if (free("context") && keywords.length > 0) {
    const when = (time.occurredAt ?? time.recordedAt).slice(0, 10);
    given.context = `${provenance.actor} on ${when}, about ${keywords.slice(0, 3).join(", ")}`;
    authors.context = "rule";
  }
  return { ...cube, attributes: { ...attributes, ...given, authors } };
}
