import * as z from "zod";
import { cubeIdSchema, LIMITS, ownerScope } from "../../memcube/index.js";
import { memoryTool } from "./memoryTool.js";

/** A tombstone, which a person can undo: what a model was talked into is not gone for good. */
export const forget = memoryTool({
  name: "forget",
  description:
    "Forgets one memory by its id, when the user asks for it. It is not found any more; a person can undo it for some days.",
  input: z.strictObject({ id: cubeIdSchema.describe("The id that a search or the timeline gave.") }),
  run: async ({ id }, { memos, scope, signal }) => {
    const { written } = await memos.forget(id, ownerScope(scope), {
      cause: "forgotten by a model through its tool",
      signal,
    });
    return { forgotten: written.map((cube) => cube.id), undoDays: LIMITS.undoDays };
  },
});
