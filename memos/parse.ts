import type * as z from "zod";
import { MemosError } from "../memcube/index.js";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Paths and key names come from the caller: an error never repeats more of them than this. */
const SHOWN_CHARACTERS = 64;
const SHOWN_NAMES = 5;

function clip(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`;
}

function listed(names: readonly unknown[]): string {
  const shown = names.slice(0, SHOWN_NAMES * 4).map((name) => clip(String(name)));
  return names.length > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : at),
    value,
  );
}

/** How far a union's branch is from accepting: its faults, or infinity when the very type is another. */
function distance(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === "invalid_type" && issue.path.length === 0) return Number.POSITIVE_INFINITY;
    if (issue.code === "unrecognized_keys") return sum + issue.keys.length;
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return sum + 1;
    const nearest = Math.min(...issue.errors.map(distance));
    return sum + (nearest === Number.POSITIVE_INFINITY && issue.path.length > 0 ? 1 : nearest);
  }, 0);
}

/** The types that the branches of a union begin with. */
function expectedTypes(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "invalid_union") return issue.errors.flatMap(expectedTypes);
    return issue.code === "invalid_type" ? [issue.expected] : [];
  });
}

function isTooLarge(issue: Issue): boolean {
  if (issue.code === "custom") return issue.params?.["tooLarge"] === true;
  return issue.code === "too_big" && issue.origin === "array";
}

interface Fault {
  path: Path;
  message: string;
  tooLarge: boolean;
}

function describe(issue: Issue, value: unknown, path: Path): string {
  switch (issue.code) {
    case "invalid_type":
      return valueAt(value, path) === undefined ? "is required" : `must be of type ${issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${listed(issue.values)}`;
    case "too_big":
      return isSized(issue.origin)
        ? `has more than ${issue.maximum} ${sizeUnit(issue.origin)}`
        : `must be at most ${issue.maximum}`;
    case "too_small":
      return isSized(issue.origin)
        ? `has fewer than ${issue.minimum} ${sizeUnit(issue.origin)}`
        : `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "invalid_format":
      return issue.format === "regex" ? issue.message : `must be a valid ${issue.format}`;
    default:
      return issue.message;
  }
}

function isSized(origin: string): boolean {
  return origin === "array" || origin === "string" || origin === "set" || origin === "map";
}

function sizeUnit(origin: string): string {
  return origin === "string" ? "characters" : "items";
}

/** The one fault worth telling: oversize before all else, in a union that of the branch nearest to fitting. */
function faultOf(issues: readonly Issue[], value: unknown, base: Path = []): Fault {
  const issue = issues.find(isTooLarge) ?? issues[0];
  if (issue === undefined) return { path: base, message: "is not valid", tooLarge: false };
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return {
        path: [...path, issue.keys[0] ?? ""],
        message:
          issue.keys.length === 1
            ? "is not a known field"
            : `is not a known field (nor are ${listed(issue.keys.slice(1, SHOWN_NAMES))})`,
        tooLarge: false,
      };
    case "invalid_key":
      return { ...faultOf(issue.issues, value), path };
    case "invalid_union": {
      if (issue.errors.length === 0) {
        const options = "options" in issue ? issue.options : undefined;
        return {
          path,
          message: options === undefined ? "is not valid" : `must be one of ${listed(options)}`,
          tooLarge: false,
        };
      }
      const nearest = issue.errors.reduce((best, branch) =>
        distance(branch) < distance(best) ? branch : best,
      );
      if (distance(nearest) < Number.POSITIVE_INFINITY) return faultOf(nearest, value, path);
      if (valueAt(value, path) === undefined) return { path, message: "is required", tooLarge: false };
      const types = [...new Set(expectedTypes([issue]))];
      return { path, message: `must be of type ${types.join(" or ")}`, tooLarge: false };
    }
    default:
      return { path, message: describe(issue, value, path), tooLarge: isTooLarge(issue) };
  }
}

/**
 * Validates at a boundary: the schema's output, or a MemosError that names the fault and where it is.
 * @throws MemosError TOO_LARGE when something exceeds a size limit, INVALID_INPUT for every other fault.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fault = faultOf(result.error.issues, value);
  const path = clipPath(fault.path);
  throw new MemosError(
    fault.tooLarge ? "TOO_LARGE" : "INVALID_INPUT",
    `${path === "" ? "The input" : `\`${path}\``}: ${fault.message}.`,
    path === "" ? {} : { path },
  );
}

function clipPath(path: Path): string {
  return path.map((key) => clip(String(key))).join(".");
}
