import * as z from "zod";

const REFERENCE = "#/$defs/";

/**
 * A schema as JSON schema that stands alone: engines put it inside one of their own, where references would lead
 * nowhere. For schemas that do not hold themselves.
 */
export function plainSchema(schema: z.ZodType, io: "input" | "output" = "input"): Record<string, unknown> {
  const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io });
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    const { $ref, id: _id, ...others } = value as Record<string, unknown>;
    const named = typeof $ref === "string" ? $defs[$ref.slice(REFERENCE.length)] : undefined;
    // A property may be called `id`: it is a schema and no name of one.
    const id = typeof _id === "object" ? { id: _id } : {};
    const fields = Object.entries({ ...(named ?? {}), ...id, ...others });
    return Object.fromEntries(
      fields.flatMap(([key, one]) => (key === "id" && typeof one === "string" ? [] : [[key, plain(one)]])),
    );
  };
  return plain(rest) as Record<string, unknown>;
}
