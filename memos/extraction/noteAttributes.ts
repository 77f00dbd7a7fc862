import { keyphrases } from "../../graph/extraction/index.js";
import { learnableText, type MemCube, textOf } from "../../memcube/index.js";
import { ruledFactsWithin, saysTheSame } from "./ruledFacts.js";

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
  const text = textOf(cube) === undefined ? undefined : learnableText(cube).slice(0, READ_CHARACTERS);
  const { attributes } = cube;
  if (text === undefined) return cube;
  const free = (name: Described) =>
    attributes.authors[name] === undefined || attributes.authors[name] === "rule";
  const keywords = free("keywords") ? keyphrases(text, KEYWORDS) : attributes.keywords;
  const tags = free("tags") ? tagsOf(cube) : attributes.tags;
  const context = free("context") ? contextOf(keywords, cube) : attributes.context;
  const { title, facts, links, metadata, authors } = attributes;
  const author = (name: Described, present: boolean) =>
    free(name) ? (present ? { [name]: "rule" as const } : {}) : { [name]: authors[name] };
  const { keywords: _, tags: __, context: ___, title: titleAuthor, ...others } = authors;
  const described: MemCube = {
    ...cube,
    // In the order of the schema, as a cube that was read back has them.
    attributes: {
      ...(title === undefined ? {} : { title }),
      keywords,
      tags,
      ...(context === undefined ? {} : { context }),
      ...(facts === undefined ? {} : { facts }),
      ...(links === undefined ? {} : { links }),
      metadata,
      authors: {
        ...(titleAuthor === undefined ? {} : { title: titleAuthor }),
        ...author("keywords", keywords.length > 0),
        ...author("tags", tags.length > 0),
        ...author("context", context !== undefined),
        ...others,
      },
    },
  };
  return saysTheSame(described, cube);
}

type Described = "keywords" | "tags" | "context";

function tagsOf(cube: MemCube): string[] {
  const facts = ruledFactsWithin(cube, READ_CHARACTERS);
  return [...new Set(facts.map(({ relation }) => relation))].slice(0, TAGS);
}

function contextOf(keywords: readonly string[], { provenance, time }: MemCube): string | undefined {
  if (keywords.length === 0) return undefined;
  const when = (time.occurredAt ?? time.recordedAt).slice(0, 10);
  return `${provenance.actor} on ${when}, about ${keywords.slice(0, 3).join(", ")}`;
}
