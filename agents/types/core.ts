import * as z from "zod";
import { factsIn } from "../../graph/extraction/index.js";
import { textOf } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { TYPE_LIMITS } from "./limits.js";
import { paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType } from "./memoryType.js";

export const coreSchema = z.strictObject({
  label: nameText(TYPE_LIMITS.labelCharacters).transform((label) => label.trim()),
  /** One statement: a block is all that stand under its label. */
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
  settles: (earlier, later) => {
    const key = identityOf(later.value);
    if (earlier.some(({ value }) => identityOf(value) === key)) return KNOWN;
    const says = valuesOf(later.value);
    const replaces = [...earlier.keys()].filter((at) =>
      [...valuesOf(earlier[at]?.value ?? "")].some((about) => says.has(about)),
    );
    const left = earlier.filter((_, at) => !replaces.includes(at));
    const characters = left.reduce((sum, { value }) => sum + value.length + 1, later.value.length);
    return characters <= TYPE_LIMITS.coreCharacters
      ? { known: false, replaces }
      : {
          known: false,
          replaces: [],
          refusal: `The block would have over ${TYPE_LIMITS.coreCharacters} characters.`,
        };
  },
};

/** What a text gives a value to that has one at a time. */
function valuesOf(text: string): ReadonlySet<string> {
  const facts = factsIn(text, { speaker: SPEAKER }).filter(({ single }) => single);
  return new Set(facts.map(({ subject, relation }) => `${identityOf(subject)} ${relation}`));
}

/** Whoever says it. */
const SPEAKER = "the speaker";
