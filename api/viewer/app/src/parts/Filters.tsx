import type { MemCube } from "memos";

export const TYPES = [
  "core",
  "episodic",
  "semantic",
  "procedural",
  "resource",
  "vault",
  "working",
] as const satisfies readonly MemCube["type"][];

/** Choices of which any number holds; none means all. */
export function Choices({
  label,
  all,
  chosen,
  onChange,
}: {
  label: string;
  all: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {all.map((name) => (
        <label key={name} data-type={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          />
          <span className="dot" aria-hidden="true" />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

/** A list of words in one parameter of the address. */
export function words(value: string | null): string[] {
  return value === null || value === "" ? [] : value.split(",");
}

/** The day as of which something is read; empty means now. */
export function AsOf({ value, onChange }: { value: string; onChange: (day: string) => void }) {
  return (
    <label className="inline">
      As of
      <input type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
