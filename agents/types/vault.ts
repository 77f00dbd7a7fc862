import * as z from "zod";
import { LIMITS, textOf } from "../../memcube/index.js";
import { storableText } from "../../memcube/text.js";
import { lineSchema } from "./lines.js";
import { type MemoryType, STANDS_ALONE } from "./memoryType.js";

export const vaultSchema = z.strictObject({
  /** What the value is for: it is in the clear, and all that is ever found, shown or said to a model. */
  caption: lineSchema,
  /** Encrypted; a cube that is read back has none (`memos.vault.reveal` shows it, and writes it down). */
  value: storableText(LIMITS.secretBytes).optional(),
});

export type VaultEntry = z.output<typeof vaultSchema>;

/** Secrets, and sensitive values to be kept word for word (MIRIX, section 3.6). */
export const vault: MemoryType<VaultEntry> = {
  type: "vault",
  holds:
    "Secrets and sensitive values that are kept word for word: passwords, keys, numbers of accounts and papers.",
  schema: vaultSchema,
  draft: ({ caption, value }) => ({ text: caption, ...(value === undefined ? {} : { secret: value }) }),
  read: (cube) => vaultSchema.safeParse({ caption: textOf(cube) }).data,
  // Which of two values is the right one nobody can tell without looking at them.
  identity: () => undefined,
  settles: () => STANDS_ALONE,
};
