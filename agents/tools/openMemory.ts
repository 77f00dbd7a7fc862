import * as z from "zod";
import { cubeIdSchema, LIMITS, type MemCube, MemosError, ownerScope } from "../../memcube/index.js";
import { TOOL_LIMITS } from "./limits.js";
import { memoryTool } from "./memoryTool.js";
import { readableText } from "./readableText.js";
import { shown } from "./shown.js";

export const openMemory = memoryTool({
  name: "open_memory",
  description:
    "Gives the whole text of one memory by its id, a part at a time when it is long: `next` is the `from` of the next part.",
  input: z.strictObject({
    id: cubeIdSchema.describe("The id that a search or the timeline gave."),
    from: z.int().min(0).max(LIMITS.textBytes).default(0).describe("Where to begin, in characters."),
  }),
  run: async ({ id, from }, { memos, scope, signal }) => {
    const owner = ownerScope(scope);
    const cube = await memos.get(id, owner, { signal });
    const text = readableText(cube);
    if (text === undefined) throw new MemosError("NOT_FOUND", `There is no memory ${id} to read.`);
    if (from > 0 && from >= text.length)
      throw new MemosError("INVALID_INPUT", `This memory has ${text.length} characters.`, { path: "from" });
    // Labels and what is made harmless take room of their own.
    for (let length: number = TOOL_LIMITS.outputCharacters; ; length = Math.max(2, length >> 1)) {
      const end = partEnd(text, from + length);
      const part = { ...cube, payload: { ...cube.payload, text: text.slice(from, end) } } as MemCube;
      const { memory, items } = shown(memos, owner, [{ cube: part, score: 0 }]);
      if (items.some(({ truncated }) => truncated === true)) continue;
      const sources = cube.provenance.sources.slice(0, TOOL_LIMITS.sources).map(({ cube: source }) => source);
      return {
        memory,
        items,
        version: cube.version,
        ...(sources.length === 0 ? {} : { sources }),
        ...(end < text.length ? { next: end } : {}),
      };
    }
  },
});

/** A part does not end inside a character. */
function partEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
