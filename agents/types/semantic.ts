import { z } from "zod";
import { MemosError, statementSchema, textOf } from "../../memcube/index.js";
import { TYPE_LIMITS } from "./limits.js";
import { lineSchema, paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, type MemoryType } from "./memoryType.js";

export const semanticSchema = z.strictObject({
  /** The entity or concept. */
  name: lineSchema,
  /** What is known of it, one statement a line. */
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
  merged: (earlier, later) => {
    const said = new Set(earlier.details.split("\n").map(identityOf));
    const news = later.details
      .split("\n")
      .filter((line) => line.trim() !== "" && !said.has(identityOf(line)));
    const known = new Set(earlier.facts.map(factKey));
    const facts = later.facts.filter((fact) => !known.has(factKey(fact)));
    if (news.length === 0 && facts.length === 0) return earlier;
    const details = [earlier.details, ...news].join("\n");
    if (details.length > TYPE_LIMITS.detailCharacters)
      throw new MemosError(
        "TOO_LARGE",
        `What is known of "${earlier.name}" would have over ${TYPE_LIMITS.detailCharacters} characters.`,
      );
    return { name: earlier.name, details, facts: [...earlier.facts, ...facts] };
  },
};

function factKey({
  subject,
  relation,
  object,
  validFrom,
  validTo,
}: z.output<typeof statementSchema>): string {
  return JSON.stringify([...[subject, relation, object].map(identityOf), validFrom, validTo]);
}
