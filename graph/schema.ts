import * as z from "zod";
import { instantSchema, LIMITS, MemosError } from "../memcube/index.js";
import { MAX_EDGE_WEIGHT } from "./csr.js";

export const nodeKindSchema = z.enum(["cube", "entity", "fact"]).meta({ id: "NodeKind" });

/** How two nodes hang together; the direction is read "source kind target". */
export const edgeKindSchema = z
  .enum(["link", "supports", "contradicts", "next", "mentions", "synonym", "derived", "about"])
  .meta({ id: "EdgeKind" });

/** Something that memory holds or speaks of. Labels may be any text: what was said is not rewritten. */
export const memoryNodeSchema = z
  .strictObject({
    /** A cube's or a fact's id, or the key of an entity: unique in a graph. */
    id: z.string().min(1),
    kind: nodeKindSchema,
    /** What a person reads. */
    label: z.string(),
    /** The memory type of a cube (`episodic`), the class of an entity (`person`), the relation of a fact. */
    type: z.string().optional(),
    /** When the ledger learned it. */
    recordedAt: instantSchema.optional(),
    validFrom: instantSchema.optional(),
    validTo: instantSchema.optional(),
  })
  .meta({ id: "MemoryNode" });

/** A relation of two nodes; there may be several between the same two. */
export const memoryEdgeSchema = z
  .strictObject({
    source: z.string().min(1),
    target: z.string().min(1),
    kind: edgeKindSchema,
    /** How strong: a walk takes one edge twice as often as another of half the weight. */
    weight: z.number().positive().max(MAX_EDGE_WEIGHT),
    /** Who states it: `caller`, `rule`, `model`, or a name that says more. */
    by: z.string().min(1).max(LIMITS.nameCharacters),
    validFrom: instantSchema.optional(),
    validTo: instantSchema.optional(),
  })
  .meta({ id: "MemoryEdge" });

export type NodeKind = z.infer<typeof nodeKindSchema>;
export type EdgeKind = z.infer<typeof edgeKindSchema>;
export type MemoryNode = z.infer<typeof memoryNodeSchema>;
export type MemoryEdge = z.infer<typeof memoryEdgeSchema>;

const SYMMETRIC: ReadonlySet<EdgeKind> = new Set(["link", "synonym"]);

/** Whether an edge of this kind says the same in both directions. */
export function isSymmetric(kind: EdgeKind): boolean {
  return SYMMETRIC.has(kind);
}

/** The value as the schema has it. @throws MemosError `INVALID_INPUT` that names the field at fault. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, path: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = [path, ...(issue?.path ?? []).map(String)].filter((part) => part !== "").join(".");
  throw new MemosError("INVALID_INPUT", `${at}: ${issue?.message ?? "is not valid"}`, {
    path: at,
    cause: result.error,
  });
}
