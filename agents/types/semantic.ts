import * as z from "zod";
import { statementSchema, textOf } from "../../memcube/index.js";
import { TYPE_LIMITS } from "./limits.js";
import { lineSchema, paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType, STANDS_ALONE } from "./memoryType.js";

export const semanticSchema = z.strictObject({
  /** The entity or concept. */
  name: lineSchema,
  /** A statement about it. */
  details: paragraphsSchema(TYPE_LIMITS.detailCharacters),
  facts: z.array(statementSchema).default([]),
});

export type Semantic = z.output<typeof semanticSchema>;

/** What is known of entities and concepts, apart from when it was learned (MIRIX, section 3.3). */
export const semantic: MemoryType<Semantic> = {
  type: "semantic",
  holds:
    "What is true of people, places, organisations, projects, things and ideas, other than the user's own profile.",
  schema: semanticSchema,
  draft: ({ name, details, facts }) => ({
    text: details,
    title: name,
    metadata: { [IDENTITY]: identityOf(name) },
    ...(facts.length === 0 ? {} : { facts }),
  }),
  read: (cube) =>
    semanticSchema.safeParse({
      name: cube.attributes.title,
      details: textOf(cube),
      facts: cube.attributes.authors.facts === "caller" ? (cube.attributes.facts ?? []) : [],
    }).data,
  identity: ({ name }) => identityOf(name),
  // Which of two values holds is settled by the times of their facts, when they are read.
  settles: (earlier, later) =>
    earlier.some(({ details }) => identityOf(details) === identityOf(later.details)) ? KNOWN : STANDS_ALONE,
};
