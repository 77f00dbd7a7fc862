import { MemosError } from "../memcube/index.js";
import { HTTP_LIMITS } from "./limits.js";

/** How large a JSON value may be. */
export type JsonBounds = { readonly [Name in "jsonDepth" | "jsonMembers" | "jsonValues"]: number };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Refuses what no schema of this API accepts before a schema sees it: validation costs far more per
 * member than parsing does, so a hostile value is stopped while it is still cheap.
 */
function assertBounded(root: unknown, { jsonDepth, jsonMembers, jsonValues }: JsonBounds): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  let values = 1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > jsonDepth)
      throw new MemosError("INVALID_INPUT", `JSON is nested deeper than ${jsonDepth} levels.`);
    const members = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (members > jsonMembers)
      throw new MemosError(
        "TOO_LARGE",
        `A JSON array or object has ${members} members; ${jsonMembers} is the most.`,
      );
    values += members;
    if (values > jsonValues)
      throw new MemosError("TOO_LARGE", `The JSON has more than ${jsonValues} values.`);
    // zod leaves this key out of a record without a word.
    if (Object.hasOwn(value, "__proto__"))
      throw new MemosError("INVALID_INPUT", "`__proto__` is not a usable field name.", { path: "__proto__" });
    for (const child of Object.values(value)) open.push({ value: child, depth: depth + 1 });
  }
}

/** Parses JSON from outside. The error never repeats the text, which may be private and huge. */
export function parseJson(text: string, bounds: JsonBounds = HTTP_LIMITS): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MemosError("INVALID_INPUT", "This is not valid JSON.");
  }
  assertBounded(value, bounds);
  return value;
}

/** Decodes strictly: a replacement character in a stored memory could never be undone. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MemosError("INVALID_INPUT", "The bytes are not valid UTF-8.");
  }
}
