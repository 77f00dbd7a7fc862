import { MemosError, type Scope } from "../../../memcube/index.js";
import type { Filter } from "../../../memos/filter.js";
import {
  ANY,
  ENTITY_FIELDS,
  ENTITY_PARTS,
  type Entities,
  type EntityField,
  named,
  type Part,
} from "./entities.js";

/** Whether keys that mem0's service does not know are fields of the metadata, as its open server takes them. */
export type UnknownKeys = "refused" | "metadata";

export interface Selected {
  readonly scope: Scope;
  readonly where: Filter | undefined;
}

/** Fields of a filter that are ours under another name. */
const FIELDS: Readonly<Record<string, string>> = {
  created_at: "recordedAt",
  timestamp: "occurredAt",
  categories: "tags",
  keywords: "keywords",
};

const DATES = new Set(["recordedAt", "occurredAt"]);

/** Fields of mem0's grammar that nothing here can be compared with. */
const NOT_HERE = ["updated_at", "expiration_date", "text", "keywords_search", "memory_ids"];

/** How the TypeScript client's callers spell keys that it sends as they are. */
const CAMEL: Readonly<Record<string, string>> = {
  userId: "user_id",
  agentId: "agent_id",
  appId: "app_id",
  runId: "run_id",
  createdAt: "created_at",
  updatedAt: "updated_at",
  expirationDate: "expiration_date",
  keywordsSearch: "keywords_search",
  memoryIds: "memory_ids",
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * mem0's filter grammar as a scope and an expression of ours: ids that must all hold become the scope, which is
 * what access is decided on; everything else is compared.
 *
 * @throws MemosError INVALID_INPUT for a filter that is not valid or cannot be answered here, and where no entity
 * id is named.
 */
export function selected(
  tenant: string,
  entities: Entities,
  filters: unknown,
  unknownKeys: UnknownKeys,
  also: readonly Filter[] = [],
): Selected {
  const reader = new FilterReader(unknownKeys);
  const fromIds = ENTITY_FIELDS.flatMap((field) => {
    const value = entities[field];
    return value === undefined || value === null ? [] : [reader.field(field, value, field)];
  });
  const read = filters === undefined || filters === null ? [] : [reader.group(filters, "filters")];
  if (!reader.namesEntity)
    throw new MemosError(
      "INVALID_INPUT",
      "Whose memory? Name at least one of user_id, agent_id, app_id and run_id, in `filters`.",
      { path: "filters" },
    );
  const parts: Partial<Record<Part, string>> = {};
  const rest: Filter[] = [];
  for (const one of [...fromIds, ...read].flatMap(conjuncts)) {
    const part = equality(one);
    if (part !== undefined && parts[part.name] === undefined) parts[part.name] = part.value;
    else if (part === undefined || parts[part.name] !== part.value) rest.push(one);
  }
  rest.push(...also);
  return { scope: { tenant, ...parts }, where: together(rest) };
}

/** All of them, or nothing to compare. */
export function together(filters: readonly Filter[]): Filter | undefined {
  return filters.length <= 1 ? filters[0] : { and: [...filters] };
}

function conjuncts(filter: Filter): Filter[] {
  return "and" in filter ? filter.and.flatMap(conjuncts) : [filter];
}

function equality(filter: Filter): { name: Part; value: string } | undefined {
  if (!("op" in filter) || filter.op !== "eq" || typeof filter.value !== "string") return undefined;
  const name = Object.values(ENTITY_PARTS).find((part) => part === filter.field);
  return name === undefined ? undefined : { name, value: filter.value };
}

class FilterReader {
  readonly #unknownKeys: UnknownKeys;
  namesEntity = false;

  constructor(unknownKeys: UnknownKeys) {
    this.#unknownKeys = unknownKeys;
  }

  /** An object of conditions that all hold. */
  group(value: unknown, path: string): Filter {
    const conditions = Object.entries(fieldsOf(value, path)).flatMap(([key, condition]): Filter[] => {
      const at = `${path}.${key.slice(0, 64)}`;
      switch (key) {
        case "AND":
          return this.#groups(condition, at);
        case "OR":
          return [{ or: this.#groups(condition, at) }];
        case "NOT":
          return this.#groups(condition, at).map((not) => ({ not }));
        default:
          return condition === null || condition === undefined ? [] : [this.field(key, condition, at)];
      }
    });
    if (conditions.length === 0) throw invalid(path, "names no condition");
    return together(conditions) as Filter;
  }

  #groups(value: unknown, path: string): Filter[] {
    const groups = Array.isArray(value) ? value : [value];
    if (groups.length === 0) throw invalid(path, "has no conditions");
    return groups.map((group, index) => this.group(group, `${path}.${index}`));
  }

  /** What is said about one field: a value, or operators with their values. */
  field(given: string, condition: unknown, path: string): Filter {
    const key = CAMEL[given] ?? given;
    if (key in ENTITY_PARTS) {
      this.namesEntity = true;
      const part = ENTITY_PARTS[key as EntityField];
      return condition === ANY ? named(part) : compared(part, condition, path);
    }
    if (key === "metadata")
      return (
        together(
          Object.entries(fieldsOf(condition, path)).map(([name, value]) =>
            compared(`metadata.${name}`, value, `${path}.${name.slice(0, 64)}`),
          ),
        ) ?? invalidly(path)
      );
    const field = FIELDS[key];
    if (field !== undefined) return compared(field, condition, path);
    if (NOT_HERE.includes(key)) throw invalid(path, "cannot be compared with here");
    if (this.#unknownKeys === "refused") throw invalid(path, "is not a known field of a filter");
    return compared(`metadata.${key}`, condition, path);
  }
}

function compared(field: string, condition: unknown, path: string): Filter {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition))
    return leaf(field, Array.isArray(condition) ? "in" : "eq", condition, path);
  const all = Object.entries(condition).map(([op, value]) =>
    leaf(field, op, value, `${path}.${op.slice(0, 64)}`),
  );
  return together(all) ?? invalidly(path);
}

function leaf(field: string, op: string, value: unknown, path: string): Filter {
  const operand = DATES.has(field) ? [value].flat().map((one) => instant(one, path)) : value;
  const one = DATES.has(field) && !Array.isArray(value) ? (operand as unknown[])[0] : operand;
  // The core judges the values; it says so under the name of its own field.
  switch (op) {
    case "nin":
      return { not: { field, op: "in", value: one } as Filter };
    case "eq":
    case "in":
    case "ne":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "contains":
      return { field, op, value: one } as Filter;
    case "icontains":
      throw invalid(path, "is not done here, where letters of both cases differ; use `contains`");
    default:
      throw invalid(path, "is not a known operator");
  }
}

/** Dates come as text, or as seconds since 1970. */
function instant(value: unknown, path: string): unknown {
  if (typeof value !== "number") return value;
  const date = new Date(value * 1_000);
  if (Number.isNaN(date.getTime())) throw invalid(path, "is not a time");
  return date.toISOString();
}

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(path, "must be an object");
  return value as Fields;
}

function invalidly(path: string): never {
  throw invalid(path, "names no condition");
}

function invalid(path: string, what: string): MemosError {
  return new MemosError("INVALID_INPUT", `\`${path}\` ${what}.`, { path });
}
