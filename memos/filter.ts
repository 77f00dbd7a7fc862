import * as z from "zod";
import { LIMITS, MemosError } from "../memcube/index.js";

/** Fields of the envelope that a filter can name; the caller's own are `metadata.KEY`. */
export const FILTER_FIELDS = [
  "type",
  "origin",
  "actor",
  "title",
  "tags",
  "keywords",
  "user",
  "agent",
  "app",
  "session",
  "recordedAt",
  "occurredAt",
  "validFrom",
  "validTo",
] as const;

const METADATA_FIELD = /^metadata\.[^"\u0000-\u001f]{1,256}$/u;

const fieldSchema = z
  .string()
  .refine(
    (name) => (FILTER_FIELDS as readonly string[]).includes(name) || METADATA_FIELD.test(name),
    `must be one of ${FILTER_FIELDS.join(", ")}, or metadata.KEY`,
  );

const scalarSchema = z.union([z.string().max(LIMITS.metadataBytes), z.number(), z.boolean()]);

const leafSchema = z
  .discriminatedUnion("op", [
    z.strictObject({ field: fieldSchema, op: z.enum(["eq", "ne", "contains"]), value: scalarSchema }),
    z.strictObject({
      field: fieldSchema,
      op: z.enum(["gt", "gte", "lt", "lte"]),
      value: z.union([z.string(), z.number()]),
    }),
    z.strictObject({ field: fieldSchema, op: z.literal("in"), value: z.array(scalarSchema).min(1).max(256) }),
  ])
  .meta({
    id: "FilterLeaf",
    description: "One comparison. `contains` is membership for lists and substring for text.",
  });

export type FilterLeaf = z.infer<typeof leafSchema>;
export type Filter = FilterLeaf | { and: Filter[] } | { or: Filter[] } | { not: Filter };

const branchSchema: z.ZodType<Filter> = z
  .lazy(() =>
    z.union([
      leafSchema,
      z.strictObject({ and: z.array(branchSchema).min(1).max(LIMITS.filterLeaves) }),
      z.strictObject({ or: z.array(branchSchema).min(1).max(LIMITS.filterLeaves) }),
      z.strictObject({ not: branchSchema }),
    ]),
  )
  .meta({ id: "Filter", description: "A boolean expression over the fields of a cube." });

function measure(filter: unknown, depth = 1): { leaves: number; depth: number } {
  if (depth > LIMITS.filterDepth + 1 || typeof filter !== "object" || filter === null)
    return { leaves: 1, depth };
  const branch = filter as Record<string, unknown>;
  const children = [branch["and"], branch["or"], branch["not"]].filter((child) => child !== undefined).flat();
  if (children.length > LIMITS.filterLeaves) return { leaves: children.length, depth };
  if (children.length === 0) return { leaves: 1, depth };
  return children
    .map((child) => measure(child, depth + 1))
    .reduce((a, b) => ({ leaves: a.leaves + b.leaves, depth: Math.max(a.depth, b.depth) }));
}

/** A filter whose size is checked before its shape, so that a hostile one costs nothing. */
export const filterSchema = z
  .unknown()
  .superRefine((value, context) => {
    const { leaves, depth } = measure(value);
    if (leaves > LIMITS.filterLeaves)
      context.addIssue({ code: "custom", message: `more than ${LIMITS.filterLeaves} comparisons` });
    if (depth > LIMITS.filterDepth)
      context.addIssue({ code: "custom", message: `nested deeper than ${LIMITS.filterDepth}` });
  })
  .pipe(branchSchema);

type Comparable = string | number;
type Scalar = Comparable | boolean;

/** Builders, so that a filter reads as a sentence: `and(eq("metadata.tier", "pro"), gt("recordedAt", lastWeek))`. */
export const and = (...filters: Filter[]): Filter => ({ and: filters });
export const or = (...filters: Filter[]): Filter => ({ or: filters });
export const not = (filter: Filter): Filter => ({ not: filter });
export const eq = (field: string, value: Scalar): Filter => ({ field, op: "eq", value });
export const ne = (field: string, value: Scalar): Filter => ({ field, op: "ne", value });
export const gt = (field: string, value: Comparable): Filter => ({ field, op: "gt", value });
export const gte = (field: string, value: Comparable): Filter => ({ field, op: "gte", value });
export const lt = (field: string, value: Comparable): Filter => ({ field, op: "lt", value });
export const lte = (field: string, value: Comparable): Filter => ({ field, op: "lte", value });
export const isIn = (field: string, value: Scalar[]): Filter => ({ field, op: "in", value });
export const contains = (field: string, value: Scalar): Filter => ({ field, op: "contains", value });

const INSTANT_FIELDS = new Set(["recordedAt", "occurredAt", "validFrom", "validTo"]);

export function isInstantField(field: string): boolean {
  return INSTANT_FIELDS.has(field);
}

/** Milliseconds since the epoch of a date that a filter compares with. */
export function instantOperand(leaf: FilterLeaf, value: unknown): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time))
    throw new MemosError("INVALID_INPUT", `\`${leaf.field}\` is compared with a date, as "2026-03-01".`, {
      path: "where",
    });
  return time;
}
