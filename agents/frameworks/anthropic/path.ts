import * as z from "zod";
import { MEMORY_FILE_LIMITS } from "./limits.js";

export const ROOT = "/memories";

/** Separators and dots that somebody decodes later. */
const ENCODED = /%(?:2e|2f|5c|00)/i;

function fault(path: string): string | undefined {
  if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return `Path must start with ${ROOT}, got: ${path}`;
  const names = path.split("/").slice(2);
  const leadsOut = names.some((name) => name === ".." || name === ".") || path.includes("\\");
  if (leadsOut || ENCODED.test(path)) return `Path ${path} would escape ${ROOT} directory`;
  if (names.some((name) => name.trim() === "")) return `Path ${path} has a name that is empty`;
  if (/[\p{Cc}\u2028\u2029]/u.test(path) || !path.isWellFormed())
    return "Path has characters that no name has";
  if (names.length > MEMORY_FILE_LIMITS.depth) return `Path is deeper than ${MEMORY_FILE_LIMITS.depth} names`;
  return undefined;
}

/** A path under `/memories`, without a slash at its end. */
export const pathSchema = z
  .string()
  .max(MEMORY_FILE_LIMITS.pathCharacters)
  .transform((path) => (path.length > 1 ? path.replace(/\/$/, "") : path))
  .superRefine((path, context) => {
    const message = fault(path);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** Whether a path lies somewhere in a directory. */
export function isWithin(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}
