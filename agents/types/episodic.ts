import * as z from "zod";
import { instantSchema, textOf } from "../../memcube/index.js";
import { TYPE_LIMITS } from "./limits.js";
import { lineSchema, paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType, STANDS_ALONE } from "./memoryType.js";

export const episodicSchema = z.strictObject({
  /** What happened, in a sentence. */
  what: lineSchema,
  who: z.array(lineSchema).max(TYPE_LIMITS.participants).default([]),
  where: lineSchema.optional(),
  /** When it began. */
  when: instantSchema.optional(),
  details: paragraphsSchema(TYPE_LIMITS.detailCharacters).optional(),
});

export type Episodic = z.output<typeof episodicSchema>;

const PLACE = "Where: ";
const PEOPLE = "Who: ";

/** Events in their order (MIRIX, section 3.2): what, who, where, when. */
export const episodic: MemoryType<Episodic> = {
  type: "episodic",
  holds: "Something that happened, happens or will happen at a time: events, appointments, decisions.",
  schema: episodicSchema,
  draft: ({ what, who, where, when, details }) => ({
    text: [
      what,
      ...(who.length === 0 ? [] : [PEOPLE + who.map((name) => name.replaceAll(";", ",")).join("; ")]),
      ...(where === undefined ? [] : [PLACE + where]),
      ...(details === undefined ? [] : ["", details]),
    ].join("\n"),
    metadata: { [IDENTITY]: identityOf(what) },
    ...(when === undefined ? {} : { occurredAt: when }),
  }),
  read: (cube) => {
    const [head = "", ...rest] = (textOf(cube) ?? "").split("\n\n");
    const [what, ...lines] = head.split("\n");
    const after = (sign: string) => lines.find((line) => line.startsWith(sign))?.slice(sign.length);
    const where = after(PLACE);
    const details = rest.join("\n\n");
    const { occurredAt } = cube.time;
    return episodicSchema.safeParse({
      what,
      who: after(PEOPLE)?.split("; ") ?? [],
      ...(where === undefined ? {} : { where }),
      ...(occurredAt === undefined ? {} : { when: occurredAt }),
      ...(details === "" ? {} : { details }),
    }).data;
  },
  identity: ({ what }) => identityOf(what),
  settles: (earlier, later) => (earlier.some(({ when }) => when === later.when) ? KNOWN : STANDS_ALONE),
};
