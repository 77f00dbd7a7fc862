import { isMemosError, type Scope } from "../../memcube/index.js";
import type { AddOptions, MemOS, NewMemory, WriteReceipt } from "../../memos/index.js";
import { conflicts } from "./conflicts.js";
import type { Conflict } from "./operations.js";
import { rivalsOf, withRivals } from "./resolve.js";

/** A receipt that also says with whom the new memory is at odds. */
export interface Shared extends WriteReceipt {
  readonly conflicts: readonly Conflict[];
}

/**
 * Writes a memory into a shared space, where its members can read it, and says at once where it states another value
 * than somebody else does: both stay, joined by a `contradicts` link.
 *
 * @throws MemosError as `MemOS.add` does.
 *
 * @example
 * const { conflicts } = await shareMemory(planner, "The launch is on Friday.", crew.space);
 */
export async function shareMemory(
  memos: MemOS,
  memory: string | NewMemory,
  space: Scope,
  options: AddOptions = {},
): Promise<Shared> {
  const said: NewMemory = typeof memory === "string" ? { text: memory } : memory;
  const actor = said.actor ?? memos.principal?.id;
  const receipt = await memos.add(
    {
      ...said,
      ...(actor === undefined ? {} : { actor }),
      governance: { ...said.governance, visibility: "shared" },
    },
    space,
    options,
  );
  const [written] = receipt.written;
  if (written === undefined || written.quarantined !== undefined) return { ...receipt, conflicts: [] };
  const at = (await conflicts(memos, space, { cubes: [written.id] })).conflicts.filter(({ values }) =>
    values.some(({ cube }) => cube === written.id),
  );
  if (at.length === 0 || receipt.replayed) return { ...receipt, conflicts: at };
  const linked = await contradicting(memos, written.id, at, space);
  return {
    ...receipt,
    written: linked === undefined ? receipt.written : [{ ...written, version: linked }],
    warnings:
      linked === undefined
        ? [...receipt.warnings, { code: "NOT_LINKED", message: "The contradiction could not be linked." }]
        : receipt.warnings,
    conflicts: at,
  };
}

/** The version with the links; none where the writer may not change what it wrote. */
async function contradicting(
  memos: MemOS,
  id: string,
  at: readonly Conflict[],
  space: Scope,
): Promise<number | undefined> {
  try {
    const { attributes, version } = await memos.get(id, space);
    const links = at.reduce((all, conflict) => {
      const mine = conflict.values.find(({ cube }) => cube === id)?.value ?? "";
      return withRivals(
        all,
        rivalsOf(conflict, mine),
        `${conflict.subject} ${conflict.relation}: another value`,
      );
    }, attributes.links ?? []);
    const { written } = await memos.update(id, { links }, space, {
      ifVersion: version,
      cause: "states another value than somebody else",
    });
    return written[0]?.version;
  } catch (error) {
    if (!["FORBIDDEN", "NOT_FOUND", "CONFLICT"].some((code) => isMemosError(error, code as "CONFLICT")))
      throw error;
    return undefined;
  }
}
