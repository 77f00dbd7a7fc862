import { MemosError } from "../../memcube/index.js";

interface Slot {
  readonly name: string;
  /** Stands between `<data>` and `</data>`, so that what is put there must not end the fence. */
  readonly fenced: boolean;
}

/** A text with places in it: literals and slots in turn. */
export interface Template {
  readonly literals: readonly string[];
  readonly slots: readonly Slot[];
}

const PLACE = /\{\{([^{}]*)\}\}/g;
const NAME = /^[a-zA-Z][a-zA-Z0-9]*$/;
const FENCE = /<(\/?)data>/g;

/**
 * Takes a text with `{{name}}` in it apart, once: what is put into the places later is never read as a template.
 *
 * @throws MemosError INVALID_INPUT for a place without a proper name, and for a fence that is open at the end.
 */
export function readTemplate(text: string): Template {
  const literals: string[] = [];
  const slots: Slot[] = [];
  let at = 0;
  let open = false;
  const literal = (part: string) => {
    if (/\{\{|\}\}/.test(part))
      throw new MemosError("INVALID_INPUT", "It has braces that are no placeholder.");
    for (const [, closing] of part.matchAll(FENCE)) {
      if (open !== (closing === "/"))
        throw new MemosError("INVALID_INPUT", "Its <data> fences do not match.");
      open = !open;
    }
    literals.push(part);
  };
  for (const found of text.matchAll(PLACE)) {
    const name = found[1] ?? "";
    if (!NAME.test(name)) throw new MemosError("INVALID_INPUT", `It has a placeholder named \`${name}\`.`);
    literal(text.slice(at, found.index));
    slots.push({ name, fenced: open });
    at = found.index + found[0].length;
  }
  literal(text.slice(at));
  if (open) throw new MemosError("INVALID_INPUT", "Its <data> fences do not match.");
  return { literals, slots };
}

/** Names of the places of a template. */
export function namesIn({ slots }: Template): ReadonlySet<string> {
  return new Set(slots.map(({ name }) => name));
}

/**
 * A template with values in its places. A text stands as it is, only that it cannot end the fence that it is in; a
 * list is one line of JSON for each item, in which there is no `<` at all, `(none)` when it is empty.
 *
 * @throws MemosError INVALID_INPUT for a place without a value.
 */
export function fill({ literals, slots }: Template, values: Readonly<Record<string, unknown>>): string {
  const filled = slots.map(({ name, fenced }, index) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new MemosError("INVALID_INPUT", `\`${name}\`: is required.`, { path: name });
    return (literals[index] ?? "") + shown(value, fenced);
  });
  return filled.join("") + (literals[slots.length] ?? "");
}

function shown(value: unknown, fenced: boolean): string {
  if (typeof value === "string") return fenced ? value.replace(/<(?=\/?data\b)/gi, "&lt;") : value;
  if (typeof value === "number") return String(value);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) return "(none)";
  return items.map((item) => JSON.stringify(item).replaceAll("<", "\\u003c")).join("\n");
}
