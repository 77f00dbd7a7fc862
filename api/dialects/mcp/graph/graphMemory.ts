import { type MemCube, textOf } from "../../../../memcube/index.js";
import type { NewMemory } from "../../../../memos/index.js";
import type { Relation } from "./knowledge.js";

/** The key of the metadata that tells what of the graph a memory is. */
export const PART = "mcp";

/** The word between an entity and its type, in texts and facts. */
const IS_A = "is a";

/**
 * What a memory is in the graph:
 *
 *     entity       "Ana is a person"           names the entity and its type
 *     observation  "Ana: speaks Spanish"       one memory each
 *     relation     "Ana works at Acme"         states the fact (Ana, works_at, Acme)
 *
 * One memory a statement, and nothing that is written twice: writers in two processes add memories and never
 * change one, so there is nothing to lose. What both have said is one when it is read. Each has its own source,
 * time and review, and what is deleted leaves a tombstone of its own. The name stands in the text because two
 * memories with the same text are ranked as one: "speaks Spanish" of two people would be.
 */
export type Part =
  | { readonly kind: "entity"; readonly name: string; readonly entityType: string }
  | { readonly kind: "observation"; readonly name: string; readonly content: string }
  | ({ readonly kind: "relation" } & Relation);

export function memoryOf(part: Part): NewMemory {
  const memory = { type: "semantic", origin: "assistant" } as const;
  switch (part.kind) {
    case "entity": {
      const { name, entityType } = part;
      const type = entityType.replace(/\s+/g, " ").trim();
      return {
        ...memory,
        text: type === "" ? name : `${name} ${IS_A} ${type}`,
        ...(type === "" ? {} : { facts: [{ subject: name, relation: IS_A, object: type }] }),
        metadata: { [PART]: "entity", name, entityType },
      };
    }
    case "observation": {
      const { name, content } = part;
      return { ...memory, text: `${name}: ${content}`, metadata: { [PART]: "observation", name } };
    }
    case "relation": {
      const { from, relationType, to } = part;
      return {
        ...memory,
        text: `${from} ${relationType.replaceAll("_", " ")} ${to}`,
        facts: [{ subject: from, relation: relationType, object: to }],
        metadata: { [PART]: "relation", from, relationType, to },
      };
    }
  }
}

/** What of the graph a memory is; undefined for every other memory. */
export function partOf(cube: MemCube): Part | undefined {
  const { [PART]: kind, name, entityType, from, to, relationType } = cube.attributes.metadata;
  const text = textOf(cube);
  if (text === undefined) return undefined;
  if (kind === "entity" && typeof name === "string" && typeof entityType === "string")
    return { kind, name, entityType };
  if (kind === "observation" && typeof name === "string") {
    // Somebody may have corrected the memory since, and have left the name out.
    const lead = `${name}: `;
    return { kind, name, content: text.startsWith(lead) ? text.slice(lead.length) : text };
  }
  if (
    kind === "relation" &&
    typeof from === "string" &&
    typeof to === "string" &&
    typeof relationType === "string"
  )
    return { kind, from, to, relationType };
  return undefined;
}
