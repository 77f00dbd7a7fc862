import * as z from "zod";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";

const PART = /^[\p{L}\p{N}_-][\p{L}\p{N}._ -]*$/u;

/** Names that some systems keep for devices, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The path of a file in a program: parts of letters, digits, `_`, `-`, `.` and spaces between slashes. It is a name
 * and nothing else, yet whoever writes the files out may use it as it is: it leads nowhere but down.
 */
export const filePathSchema = z
  .string()
  .min(1)
  .max(LIMITS.pathCharacters)
  .refine((path) => path === path.normalize("NFC") && path.isWellFormed(), "must be in Unicode's form NFC")
  .refine((path) => path.split("/").length <= LIMITS.pathDepth, `has more than ${LIMITS.pathDepth} parts`)
  .refine(
    (path) => path.split("/").every((part) => PART.test(part) && !/[. ]$/.test(part) && !DEVICE.test(part)),
    "must be a path such as `chapters/01.md`: letters, digits, `_`, `-`, `.` and spaces, none of its parts begins with a dot",
  );
