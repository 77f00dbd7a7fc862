import * as z from "zod";
import { LIMITS, type MemCube, MemosError, ownerScope, type Scope } from "../../memcube/index.js";
import type { Filter, MemOS } from "../../memos/index.js";
import { inTimeOrder, spanFilter } from "../happened.js";
import { RECALLED_TYPES } from "../recalledTypes.js";
import { beginning, dateText, ending } from "./dates.js";
import { TOOL_LIMITS, USUAL_ENTRIES } from "./limits.js";
import { memoryTool } from "./memoryTool.js";
import { shown } from "./shown.js";

export const listTimeline = memoryTool({
  name: "list_timeline",
  description:
    "Lists what happened in a span of time, in the order in which it happened: with `from`, the first memories after it, otherwise the last ones.",
  input: z.strictObject({
    from: dateText.optional().describe("The first day or instant, as 2026-03-01 or 2026-03-01T09:00:00Z."),
    to: dateText.optional().describe("The last day or instant; a day counts as a whole."),
    limit: z
      .int()
      .min(1)
      .max(TOOL_LIMITS.entries)
      .default(USUAL_ENTRIES)
      .describe("How many memories at most."),
  }),
  run: async ({ from, to, limit }, { memos, scope, signal }) => {
    const owner = ownerScope(scope);
    const begin = from === undefined ? undefined : beginning(from);
    const end = to === undefined ? undefined : ending(to);
    if (begin !== undefined && end !== undefined && begin >= end)
      throw new MemosError("INVALID_INPUT", "The span ends before it begins.", { path: "to" });
    const { cubes, whole } = await scanned(memos, owner, spanFilter(begin, end), signal);
    const ordered = cubes.sort(inTimeOrder);
    const chosen = begin === undefined ? ordered.slice(-limit) : ordered.slice(0, limit);
    const given = shown(
      memos,
      owner,
      chosen.map((cube) => ({ cube, score: 0 })),
    );
    return { ...given, more: ordered.length - given.items.length, ...(whole ? {} : { incomplete: true }) };
  },
});

async function scanned(
  memos: MemOS,
  owner: Scope,
  where: Filter | undefined,
  signal: AbortSignal | undefined,
): Promise<{ cubes: MemCube[]; whole: boolean }> {
  const cubes: MemCube[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await memos.list(owner, {
      types: [...RECALLED_TYPES],
      limit: Math.min(LIMITS.results, TOOL_LIMITS.scanned - cubes.length),
      where,
      cursor,
      signal,
    });
    cubes.push(...page.cubes.filter(({ payload }) => payload.kind === "plaintext"));
    cursor = page.cursor;
    if (cursor === undefined) return { cubes, whole: true };
    if (cubes.length >= TOOL_LIMITS.scanned) return { cubes, whole: false };
  }
}
