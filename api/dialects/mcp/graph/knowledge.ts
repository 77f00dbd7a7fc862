import * as z from "zod";
import { nameText, remarkText, storableText } from "../../../../memcube/text.js";
import { inert } from "../../../../memos/retrieval/fence.js";
import { MCP_LIMITS } from "../limits.js";

/** Names are shown as they are kept: what could pass for a mark of a prompt is harmless in both. */
const name = nameText(MCP_LIMITS.nameCharacters).transform(inert).pipe(z.string());

export const entityNameSchema = name.describe("The name of the entity");
export const entityTypeSchema = remarkText(MCP_LIMITS.nameCharacters).describe("The type of the entity");
export const observationSchema = storableText(MCP_LIMITS.observationCharacters * 4)
  .max(MCP_LIMITS.observationCharacters)
  .describe("Something that is known of the entity");

/** A node of the reference memory server's graph, in its own words. */
export const entitySchema = z.object({
  name: entityNameSchema,
  entityType: entityTypeSchema,
  observations: z
    .array(observationSchema)
    .describe("An array of observation contents associated with the entity"),
});

export const relationSchema = z.object({
  from: name.describe("The name of the entity where the relation starts"),
  to: name.describe("The name of the entity where the relation ends"),
  relationType: name.describe("The type of the relation"),
});

export type Entity = z.output<typeof entitySchema>;
export type Relation = z.output<typeof relationSchema>;

export interface Graph {
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
}

/** What two relations have in common when they are the same. */
export function relationKey({ from, relationType, to }: Relation): string {
  return JSON.stringify([from, relationType, to]);
}
