import * as z from "zod";
import { cubeIdSchema } from "./id.js";
import { instantSchema } from "./instant.js";
import { LIMITS } from "./limits.js";
import { nameText, remarkText } from "./text.js";

/** What a cube says about the world: subject, relation, object. Kept in the cube, so it is versioned with it. */
export const statementSchema = z
  .strictObject({
    subject: nameText(LIMITS.phraseCharacters),
    relation: nameText(LIMITS.phraseCharacters),
    object: nameText(LIMITS.phraseCharacters),
    /** When it began to hold, and ended, where that is said. */
    validFrom: instantSchema.optional(),
    validTo: instantSchema.optional(),
  })
  .meta({ id: "Statement" });

export const linkKindSchema = z.enum(["link", "supports", "contradicts"]).meta({ id: "LinkKind" });

/** A link of the Zettelkasten: from the cube that carries it to another of the same owner. */
export const linkSchema = z
  .strictObject({
    to: cubeIdSchema,
    kind: linkKindSchema,
    why: remarkText(LIMITS.causeCharacters).optional(),
  })
  .meta({ id: "Link" });

export type Statement = z.infer<typeof statementSchema>;
export type LinkKind = z.infer<typeof linkKindSchema>;
export type Link = z.infer<typeof linkSchema>;
