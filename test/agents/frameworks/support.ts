import type { MemOS, Scope } from "../../../memos/index.js";
import { allOf, textIn } from "../../memos/support.js";

export const ANA = { tenant: "acme", user: "ana", session: "monday" };
export const BEN = { tenant: "acme", user: "ben", session: "monday" };

/** A picture of one pixel. */
export const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** What a scope holds, as it reads. */
export async function textsOf(memos: MemOS, scope: Scope): Promise<string[]> {
  return (await allOf(memos, scope)).map(textIn);
}
