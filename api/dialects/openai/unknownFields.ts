import type { Notes } from "../notes.js";

/** Fields that are told back by name. */
const NAMED = 16;

/**
 * Notes the fields of a request that are not known: clients learn new ones every month, and an older server that
 * refused them would stop working with a newer client. What would change the answer is refused by name elsewhere.
 */
export function noteUnknown(
  input: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  notes: Notes,
): void {
  const unknown = Object.keys(input).filter(
    (field) => !known.has(field) && input[field] !== undefined && input[field] !== null,
  );
  for (const field of unknown.slice(0, NAMED))
    notes.add("ignored", `\`${field.slice(0, 64).toWellFormed()}\` changes nothing here.`);
  if (unknown.length > NAMED)
    notes.add("ignored", `${unknown.length - NAMED} more fields change nothing here.`);
}
