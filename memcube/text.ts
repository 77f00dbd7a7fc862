import { z } from "zod";

const CONTROL = /[\u0000-\u001f\u007f]/;

/** Text that can be stored word for word: well-formed Unicode without NUL. Line breaks and tabs are fine. */
export function storableText(maxBytes: number) {
  return z.string().superRefine((value, context) => {
    // A UTF-16 unit is at most three bytes, so the cheap test comes before the exact one.
    if (value.length > maxBytes || (value.length * 3 > maxBytes && Buffer.byteLength(value) > maxBytes)) {
      context.addIssue({
        code: "custom",
        message: `text is over ${maxBytes} bytes`,
        params: { tooLarge: true },
      });
      return;
    }
    if (value.trim() === "") context.addIssue({ code: "custom", message: "text is empty" });
    else if (value.includes("\u0000"))
      context.addIssue({ code: "custom", message: "text contains a NUL byte" });
    else if (!value.isWellFormed())
      context.addIssue({ code: "custom", message: "text is not well-formed Unicode (lone surrogate)" });
  });
}

/** A short name on one line: scope parts, labels, titles. */
export function nameText(maxCharacters: number) {
  return z
    .string()
    .min(1)
    .max(maxCharacters)
    .refine((value) => value.trim() !== "", "must not be blank")
    .refine((value) => !CONTROL.test(value), "must not contain control characters")
    .refine((value) => value.isWellFormed(), "must be well-formed Unicode");
}
