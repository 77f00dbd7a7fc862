import { and, type Column, not, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { MemosError } from "../../../memcube/index.js";
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

/** A date in the content of the joined version, as the head keeps dates. */
export function contentInstant(path: string): SQL {
  return sql`CAST(round(unixepoch(json_extract(${versions.content}, ${`$.${path}`}), 'subsec') * 1000) AS INTEGER)`;
}

/** What the head says of the current version, read from the version that was current then. */
const AS_IT_WAS: Readonly<Record<string, SQL>> = {
  type: sql`json_extract(${versions.content}, '$.type')`,
  occurredAt: contentInstant("time.occurredAt"),
  validFrom: contentInstant("time.validFrom"),
  validTo: contentInstant("time.validTo"),
};

/**
 * A filter as SQL over `cubes` joined with the `versions` row in question, the current one or (`past`) an
 * earlier one. Values and JSON paths are bound parameters; a field is either a known column or a path, never
 * text of the caller's in the statement.
 */
export function filterSql(filter: Filter, past: boolean): SQL {
  const part = (inner: Filter) => filterSql(inner, past);
  if ("and" in filter) return and(...filter.and.map(part)) ?? sql`TRUE`;
  if ("or" in filter) return or(...filter.or.map(part)) ?? sql`FALSE`;
  if ("not" in filter) return not(sql`coalesce(${part(filter.not)}, FALSE)`);
  const column = (past ? AS_IT_WAS[filter.field] : undefined) ?? HEAD_COLUMNS[filter.field];
  return column === undefined ? contentLeaf(filter) : headLeaf(filter, column);
}

/** Columns hold text or dates; a value of another type is equal to none of them. */
function headLeaf(leaf: FilterLeaf, column: SQLWrapper): SQL {
  const isDate = isInstantField(leaf.field);
  if (isDate && leaf.op === "contains")
    throw new MemosError("INVALID_INPUT", `\`${leaf.field}\` is a date, which contains nothing.`, {
      path: "where",
    });
  const values = [leaf.value].flat();
  const operands = isDate
    ? values.map((value) => instantOperand(leaf, value))
    : values.filter((value) => typeof value === "string" && !hasNul(value));
  const [operand] = operands;
  switch (leaf.op) {
    case "in": {
      const value = isDate ? sql`CAST(value AS INTEGER)` : sql`value`;
      return sql`${column} IN (SELECT ${value} FROM json_each(${JSON.stringify(operands)}))`;
    }
    case "ne":
      return operand === undefined ? sql`TRUE` : sql`${column} IS NOT ${operand}`;
    default:
      if (operand === undefined) return sql`FALSE`;
  }
  switch (leaf.op) {
    case "eq":
      return sql`${column} IS ${operand}`;
    case "contains":
      return sql`instr(${column}, ${operand}) > 0`;
    default:
      return sql`${column} ${COMPARISONS[leaf.op]} ${operand}`;
  }
}

/** `json_each` gives one row for a scalar, one per element for a list, and none for what is absent. */
function contentLeaf(leaf: FilterLeaf): SQL {
  const path = leaf.field.startsWith("metadata.")
    ? `$.attributes.metadata.${JSON.stringify(leaf.field.slice("metadata.".length))}`
    : `$.attributes.${leaf.field}`;
  const any = (condition: SQL) =>
    sql`EXISTS (SELECT 1 FROM json_each(${versions.content}, ${path}) AS item WHERE ${condition})`;
  switch (leaf.op) {
    case "eq":
      return any(equals(leaf.value));
    case "ne":
      return sql`NOT ${any(equals(leaf.value))}`;
    case "in":
      return any(or(...leaf.value.map(equals)) ?? sql`FALSE`);
    case "contains":
      return any(
        typeof leaf.value === "string" && !hasNul(leaf.value)
          ? sql`(item.type = 'text' AND CASE typeof(item.key) WHEN 'integer' THEN item.value = ${leaf.value}
              ELSE instr(item.value, ${leaf.value}) > 0 END)`
          : equals(leaf.value),
      );
    default:
      return any(compared(COMPARISONS[leaf.op], leaf.value));
  }
}

function equals(value: string | number | boolean): SQL {
  if (typeof value === "boolean") return sql`item.type = ${String(value)}`;
  return compared(sql.raw("="), value);
}

/** A value is compared with values of its own type alone. */
function compared(comparison: SQL, value: string | number | boolean): SQL {
  if (hasNul(value)) return sql`FALSE`;
  return typeof value === "number"
    ? sql`CASE WHEN item.type IN ('integer', 'real') THEN CAST(item.value AS REAL) ${comparison} ${value} ELSE FALSE END`
    : sql`(item.type = 'text' AND item.value ${comparison} ${value})`;
}

/** No text has this character (LIMITS), and Postgres does not take it as a parameter. */
function hasNul(value: string | number | boolean): boolean {
  return typeof value === "string" && value.includes("\0");
}
