import type * as z from "zod";
import { isMemosError, MemosError } from "../memcube/index.js";
import { parseJson } from "./json.js";

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new MemosError("INVALID_INPUT", "The query is not valid percent-encoded UTF-8.");
  }
}

/** Query parameters with every value given; strict where `URLSearchParams` puts a replacement character. */
export function readQuery(url: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  const start = url.indexOf("?");
  const pairs = start === -1 ? [] : url.slice(start + 1).split("&");
  for (const pair of pairs.filter((part) => part !== "")) {
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decode(pair.slice(equals + 1));
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  return query;
}

type Carriage = "text" | "number" | "list" | "json";

/** How a value of this schema travels in a query; the OpenAPI document says the same (openapi.ts). */
export function carriage(schema: z.core.$ZodType): Carriage {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
      return carriage(def.innerType);
    case "pipe":
      return carriage(def.in);
    case "number":
      return "number";
    case "array":
      return "list";
    case "unknown":
      return "json";
    default:
      return "text";
  }
}

function jsonParameter(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!isMemosError(error)) throw error;
    throw new MemosError(error.code, `\`${name}\`: ${error.message}`, { path: name });
  }
}

function carried(name: string, schema: z.core.$ZodType | undefined, values: string[]): unknown {
  const [value = ""] = values;
  // The schema refuses a name that it does not know.
  if (schema === undefined) return value;
  const how = carriage(schema);
  if (how === "list") return values;
  if (values.length > 1)
    throw new MemosError("INVALID_INPUT", `\`${name.slice(0, 64)}\` is given more than once.`, {
      path: name,
    });
  if (how === "number") return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (how === "json") return jsonParameter(name, value);
  return value;
}

/** A query as the input of an object schema, which then judges it: unknown names included. */
export function queryInput(schema: z.ZodObject, url: string): Record<string, unknown> {
  return Object.fromEntries(
    [...readQuery(url)].map(([name, values]) => [
      name,
      carried(name, Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined, values),
    ]),
  );
}
