import { MemosError, type Scope } from "../../memcube/index.js";
import type { ForgetSelector, MemOS } from "../../memos/index.js";
import type { Notes } from "./notes.js";

/**
 * Forgets everything that a selector names, however much it is; tells what was left and why.
 *
 * @throws MemosError CONFLICT where all of it has to stay.
 */
export async function forgetAll(
  memos: MemOS,
  selector: ForgetSelector,
  scope: Scope,
  notes: Notes,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (;;) {
    const { forgotten, skipped, more, warnings } = await memos.forgetting.forget(selector, scope, { signal });
    count += forgotten.length;
    notes.addAll(warnings);
    if (more && forgotten.length > 0) continue;
    const [kept] = skipped;
    if (count === 0 && kept !== undefined)
      throw new MemosError("CONFLICT", `Nothing was deleted. ${kept.id}: ${kept.reason}`);
    for (const { id, reason } of skipped) notes.add("kept", `${id} was not deleted: ${reason}`);
    if (more) notes.add("more", "There is more that could not be deleted.");
    return count;
  }
}
