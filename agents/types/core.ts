import { z } from "zod";
import { factsIn } from "../../graph/extraction/index.js";
import { MemosError, textOf } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { TYPE_LIMITS } from "./limits.js";
import { paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, type MemoryType } from "./memoryType.js";

export const coreSchema = z.strictObject({
  label: nameText(TYPE_LIMITS.labelCharacters).transform((label) => label.trim()),
  /** One statement a line. */
  value: paragraphsSchema(TYPE_LIMITS.coreCharacters),
});

export type Core = z.output<typeof coreSchema>;

/** Labelled blocks that head every prompt (MemGPT, arXiv 2310.08560, section 2.1; MIRIX, section 3.1). */
export const core: MemoryType<Core> = {
  type: "core",
  holds:
    "Lasting facts about the user or the agent that belong in every prompt: name, home, work, family, preferences, standing wishes.",
  schema: coreSchema,
  draft: ({ label, value }) => ({
    text: value,
    title: label,
    metadata: { [IDENTITY]: identityOf(label) },
  }),
  read: (cube) => coreSchema.safeParse({ label: cube.attributes.title, value: textOf(cube) }).data,
  identity: ({ label }) => identityOf(label),
  merged: (earlier, later) => {
    const value = later.value.split("\n").reduce(withLine, earlier.value);
    if (value.length > TYPE_LIMITS.coreCharacters)
      throw new MemosError(
        "TOO_LARGE",
        `The core block "${earlier.label}" would have over ${TYPE_LIMITS.coreCharacters} characters: rewrite it shorter.`,
      );
    return value === earlier.value ? earlier : { label: earlier.label, value };
  },
};

/** Says a line last: not twice, and in place of a line that says another value of the same. */
function withLine(value: string, line: string): string {
  const said = line.trim();
  if (said === "") return value;
  const key = identityOf(said);
  const replaced = valuesOf(said);
  const kept = value
    .split("\n")
    .filter((old) => identityOf(old) !== key && ![...valuesOf(old)].some((about) => replaced.has(about)));
  const unchanged = value.split("\n").some((old) => identityOf(old) === key);
  return unchanged && kept.length === value.split("\n").length - 1 ? value : [...kept, said].join("\n");
}

/** What a line gives a value to that has one at a time. */
function valuesOf(line: string): ReadonlySet<string> {
  const facts = factsIn(line, { speaker: "the user" }).filter(({ single }) => single);
  return new Set(facts.map(({ subject, relation }) => `${identityOf(subject)} ${relation}`));
}
