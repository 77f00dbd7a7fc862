import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { and, type Filter, parse } from "../../../memos/index.js";
import { parseJson } from "../../json.js";
import { FILEPATH } from "./document.js";
import { notHere } from "./notHere.js";

const flag = z.union([z.boolean(), z.stringbool()]).default(false);

const leafSchema = z.strictObject({
  key: z.string(),
  value: z.string(),
  filterType: z.enum(["metadata", "numeric", "array_contains", "string_contains"]).default("metadata"),
  ignoreCase: flag,
  negate: flag,
  numericOperator: z.enum([">", "<", ">=", "<=", "="]).default("="),
});

/** What one level of a group looks like; how deep and wide it may be is the core's to say. */
const groupSchema = z.union([
  z.strictObject({ AND: z.array(z.unknown()).min(1) }),
  z.strictObject({ OR: z.array(z.unknown()).min(1) }),
  leafSchema,
]);

const NUMERIC = { ">": "gt", "<": "lt", ">=": "gte", "<=": "lte", "=": "eq" } as const;

/** Levels that are read; the core allows fewer. */
const DEEPEST = 16;

/**
 * supermemory's filters over metadata as an expression of ours, from an object or its JSON.
 *
 * @throws MemosError INVALID_INPUT; UNSUPPORTED for what cannot be compared so.
 */
export function filterOf(given: unknown): Filter | undefined {
  if (given === undefined || given === null || given === "") return undefined;
  return read(typeof given === "string" ? parseJson(given) : given, 1);
}

function read(given: unknown, depth: number): Filter {
  if (depth > DEEPEST)
    throw new MemosError("INVALID_INPUT", "The filters are nested too deeply.", { path: "filters" });
  const group = parse(groupSchema, given);
  if ("AND" in group) return { and: group.AND.map((one) => read(one, depth + 1)) };
  if ("OR" in group) return { or: group.OR.map((one) => read(one, depth + 1)) };
  const compared = comparison(group);
  return group.negate ? { not: compared } : compared;
}

function comparison({
  key,
  value,
  filterType,
  ignoreCase,
  numericOperator,
}: z.output<typeof leafSchema>): Filter {
  const field = `metadata.${key}`;
  if (ignoreCase) throw notHere("Text is compared letter for letter; `ignoreCase` is not done.");
  if (filterType === "numeric") {
    const number = Number(value);
    if (value.trim() === "" || !Number.isFinite(number))
      throw new MemosError("INVALID_INPUT", `\`${key.slice(0, 64)}\` is compared with what is no number.`);
    return { field, op: NUMERIC[numericOperator], value: number };
  }
  if (filterType !== "metadata") return { field, op: "contains", value };
  // Values are text in a filter, whatever they are in the metadata.
  const number = Number(value);
  const forms: (string | number | boolean)[] = [
    value,
    ...(value.trim() !== "" && Number.isFinite(number) ? [number] : []),
    ...(value === "true" || value === "false" ? [value === "true"] : []),
  ];
  return { field, op: "in", value: forms };
}

/** A whole path, or with a slash at its end everything under it. */
export function underPath(filepath: string): Filter {
  const field = `metadata.${FILEPATH}`;
  if (!filepath.endsWith("/")) return { field, op: "eq", value: filepath };
  // "0" is the character after "/".
  return and({ field, op: "gte", value: filepath }, { field, op: "lt", value: `${filepath.slice(0, -1)}0` });
}
