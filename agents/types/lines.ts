import * as z from "zod";
import { TYPE_LIMITS } from "./limits.js";

/** One line without anything around it: what lists of a text are made of. */
export const lineSchema = z
  .string()
  .transform((text) => text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim())
  .pipe(z.string().min(1).max(TYPE_LIMITS.lineCharacters))
  .refine((text) => text.isWellFormed(), "must be well-formed Unicode");

/** Several lines, as they are, without the space around them. */
export function paragraphsSchema(characters: number) {
  return z
    .string()
    .transform((text) => text.replaceAll("\r\n", "\n").trim())
    .pipe(z.string().min(1).max(characters))
    .refine(
      (text) => text.isWellFormed() && !text.includes("\u0000"),
      "must be well-formed text without NUL",
    );
}
