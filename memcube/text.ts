import * as z from "zod";

const CONTROL_OR_LINE_BREAK = /[\p{Cc}\u2028\u2029]/u;

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

/** A remark, possibly empty: characters that every database gives back as they were. */
export function remarkText(maxCharacters: number) {
  return z
    .string()
    .max(maxCharacters)
    .refine(
      (value) => value.isWellFormed() && !value.includes("\u0000"),
      "must be well-formed Unicode without NUL",
    );
}

/** A short name on one line: scope parts, labels, titles. */
export function nameText(maxCharacters: number) {
  return z
    .string()
    .min(1)
    .max(maxCharacters)
    .refine((value) => value.trim() !== "", "must not be blank")
    .refine((value) => !CONTROL_OR_LINE_BREAK.test(value), "must not contain control characters")
    .refine((value) => value.isWellFormed(), "must be well-formed Unicode");
}
