import * as z from "zod";
import { textOf } from "../../memcube/index.js";
import { TYPE_LIMITS } from "./limits.js";
import { lineSchema, paragraphsSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType } from "./memoryType.js";

export const resourceSchema = z.strictObject({
  title: lineSchema,
  /** Where it is: a path or an address. */
  uri: lineSchema.optional(),
  /** What it is, or what it says. */
  summary: paragraphsSchema(TYPE_LIMITS.detailCharacters),
});

export type Resource = z.output<typeof resourceSchema>;

/** Documents, files, images and links by reference (MIRIX, section 3.5); `agents/resources/` reads whole ones. */
export const resource: MemoryType<Resource> = {
  type: "resource",
  holds: "A document, file, image, link or pasted text that may be needed again, or a reference to one.",
  schema: resourceSchema,
  draft: ({ title, uri, summary }) => ({
    text: summary,
    title,
    metadata: { [IDENTITY]: identityOf(uri ?? title), ...(uri === undefined ? {} : { uri }) },
  }),
  read: (cube) => {
    const { title, metadata } = cube.attributes;
    const uri = metadata["uri"];
    return resourceSchema.safeParse({ title, summary: textOf(cube), ...(uri === undefined ? {} : { uri }) })
      .data;
  },
  identity: ({ title, uri }) => identityOf(uri ?? title),
  settles: (earlier, later) =>
    earlier.some(({ summary }) => summary === later.summary)
      ? KNOWN
      : { known: false, replaces: [...earlier.keys()] },
};
