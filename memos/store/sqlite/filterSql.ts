import { and, type Column, not, or, type SQL, sql } from "drizzle-orm";
import { type Filter, type FilterLeaf, instantOperand, isInstantField } from "../../filter.js";
import { cubes, versions } from "./schema.js";

const HEAD_COLUMNS: Readonly<Record<string, Column>> = {
  type: cubes.type,
  origin: cubes.origin,
  actor: cubes.actor,
  user: cubes.user,
  agent: cubes.agent,
  app: cubes.app,
  session: cubes.session,
  recordedAt: cubes.recordedAt,
  occurredAt: cubes.occurredAt,
  validFrom: cubes.validFrom,
  validTo: cubes.validTo,
};

const COMPARISONS = { gt: sql.raw(">"), gte: sql.raw(">="), lt: sql.raw("<"), lte: sql.raw("<=") } as const;

/**
 * A filter as SQL over `cubes` joined with the `versions` row in question. Values and JSON paths are bound
 * parameters; a field is either a known column or a path, never text of the caller's in the statement.
 */
export function filterSql(filter: Filter): SQL {
  if ("and" in filter) return and(...filter.and.map(filterSql)) ?? sql`1`;
  if ("or" in filter) return or(...filter.or.map(filterSql)) ?? sql`0`;
  if ("not" in filter) return not(sql`coalesce(${filterSql(filter.not)}, 0)`);
  const column = HEAD_COLUMNS[filter.field];
  return column === undefined ? contentLeaf(filter) : headLeaf(filter, column);
}

function headLeaf(leaf: FilterLeaf, column: Column): SQL {
  const operand = (value: unknown) => (isInstantField(leaf.field) ? instantOperand(leaf, value) : value);
  switch (leaf.op) {
    case "eq":
      return sql`${column} IS ${operand(leaf.value)}`;
    case "ne":
      return sql`${column} IS NOT ${operand(leaf.value)}`;
    case "in":
      return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(leaf.value.map(operand))}))`;
    case "contains":
      return sql`instr(${column}, ${String(leaf.value)}) > 0`;
    default:
      return sql`${column} ${COMPARISONS[leaf.op]} ${operand(leaf.value)}`;
  }
}

/** `json_each` gives one row for a scalar, one per element for a list, and none for what is absent. */
function contentLeaf(leaf: FilterLeaf): SQL {
  const path = leaf.field.startsWith("metadata.")
    ? `$.attributes.metadata."${leaf.field.slice("metadata.".length)}"`
    : `$.attributes.${leaf.field}`;
  const any = (condition: SQL) =>
    sql`EXISTS (SELECT 1 FROM json_each(${versions.content}, ${path}) AS item WHERE ${condition})`;
  switch (leaf.op) {
    case "eq":
      return any(equals(leaf.value));
    case "ne":
      return sql`NOT ${any(equals(leaf.value))}`;
    case "in":
      return any(or(...leaf.value.map(equals)) ?? sql`0`);
    case "contains":
      return any(
        typeof leaf.value === "string"
          ? sql`(item.type = 'text' AND instr(item.value, ${leaf.value}) > 0)`
          : equals(leaf.value),
      );
    default: {
      const comparison = sql`item.value ${COMPARISONS[leaf.op]} ${leaf.value}`;
      return any(sql`(${ofType(leaf.value)} AND ${comparison})`);
    }
  }
}

function equals(value: string | number | boolean): SQL {
  if (typeof value === "boolean") return sql`item.type = ${String(value)}`;
  return sql`(${ofType(value)} AND item.value = ${value})`;
}

function ofType(value: string | number | boolean): SQL {
  return typeof value === "number" ? sql`item.type IN ('integer', 'real')` : sql`item.type = 'text'`;
}
