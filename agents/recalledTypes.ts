import { type CubeType, cubeTypeSchema } from "../memcube/index.js";

/** What is looked for on behalf of a model. Working memory is what it has before it already. */
export const RECALLED_TYPES: readonly CubeType[] = cubeTypeSchema.options.filter(
  (type) => type !== "working",
);
