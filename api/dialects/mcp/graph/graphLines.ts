import * as z from "zod";
import { isMemosError } from "../../../../memcube/index.js";
import { parse } from "../../../../memos/index.js";
import {
  type Entity,
  entityNameSchema,
  entityTypeSchema,
  type Graph,
  observationSchema,
  type Relation,
  relationSchema,
} from "./knowledge.js";

/** One line of the reference server's file, and what of it cannot be kept. */
export type GraphLine = { readonly rejected: readonly string[] } & (
  | { readonly kind: "entity"; readonly entity: Entity }
  | { readonly kind: "relation"; readonly relation: Relation }
  | { readonly kind: "nothing" }
);

/** Observations are judged one by one: a bad one does not take the others along. */
const entityLineSchema = z.object({
  name: entityNameSchema,
  entityType: entityTypeSchema,
  observations: z.array(z.unknown()),
});

/** A graph as the reference server writes it: entities first, an object a line. */
export function graphLines({ entities, relations }: Graph): object[] {
  return [
    ...entities.map(({ name, entityType, observations }) => ({
      type: "entity",
      name,
      entityType,
      observations,
    })),
    ...relations.map(({ from, to, relationType }) => ({ type: "relation", from, to, relationType })),
  ];
}

/** Reads one line; never throws for what is in it. */
export function readGraphLine(json: string): GraphLine {
  try {
    const value: unknown = JSON.parse(json);
    const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
    if (type === "relation")
      return { kind: "relation", relation: parse(relationSchema, value), rejected: [] };
    if (type === "entity") return entityLine(value);
    return nothing("is neither an entity nor a relation.");
  } catch (error) {
    if (isMemosError(error)) return nothing(error.message);
    if (error instanceof SyntaxError) return nothing("is not JSON.");
    throw error;
  }
}

function entityLine(value: unknown): GraphLine {
  const { name, entityType, observations } = parse(entityLineSchema, value);
  const kept: string[] = [];
  const rejected: string[] = [];
  for (const [index, observation] of observations.entries()) {
    const { data, error } = observationSchema.safeParse(observation);
    if (data === undefined) rejected.push(`observation ${index + 1}: ${error?.issues[0]?.message}`);
    else kept.push(data);
  }
  return { kind: "entity", entity: { name, entityType, observations: kept }, rejected };
}

function nothing(reason: string): GraphLine {
  return { kind: "nothing", rejected: [reason] };
}
