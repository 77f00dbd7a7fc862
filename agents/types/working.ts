import * as z from "zod";
import { textOf } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { TYPE_LIMITS } from "./limits.js";
import { paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType } from "./memoryType.js";

export const workingSchema = z.strictObject({
  label: nameText(TYPE_LIMITS.labelCharacters),
  value: paragraphsSchema(TYPE_LIMITS.coreCharacters),
  /** When it is gone: the session is taken to be over then. */
  until: z.iso.datetime().optional(),
});

export type Working = z.output<typeof workingSchema>;

/** What a session is at: its task, its plan, what is open. It goes with the session. */
export const working: MemoryType<Working> = {
  type: "working",
  holds: "What this session is at: its task, its plan, what is open.",
  schema: workingSchema,
  draft: ({ label, value, until }) => ({
    text: value,
    title: label,
    metadata: { [IDENTITY]: identityOf(label) },
    ...(until === undefined ? {} : { governance: { expiresAt: until } }),
  }),
  read: (cube) => {
    const { expiresAt } = cube.governance;
    return workingSchema.safeParse({
      label: cube.attributes.title,
      value: textOf(cube),
      ...(expiresAt === undefined ? {} : { until: expiresAt }),
    }).data;
  },
  identity: ({ label }) => identityOf(label),
  settles: (earlier, later) =>
    earlier.some(({ value }) => value === later.value)
      ? KNOWN
      : { known: false, replaces: [...earlier.keys()] },
};
