import * as z from "zod";
import { textOf } from "../../memcube/index.js";
import { TYPE_LIMITS } from "./limits.js";
import { lineSchema } from "./lines.js";
import { IDENTITY, identityOf, KNOWN, type MemoryType } from "./memoryType.js";

export const proceduralSchema = z.strictObject({
  name: lineSchema,
  kind: z.enum(["workflow", "guide", "script"]),
  /** When it applies, and what must hold before. */
  preconditions: z.array(lineSchema).max(TYPE_LIMITS.steps).default([]),
  steps: z.array(lineSchema).min(1).max(TYPE_LIMITS.steps),
});

export type Procedural = z.output<typeof proceduralSchema>;

const BEFORE = "When: ";

/**
 * How something is done (MIRIX, section 3.4): steps in order. How often it went well is in the feedback
 * of the cube.
 */
export const procedural: MemoryType<Procedural> = {
  type: "procedural",
  holds: "How something is done: steps, workflows, guides, scripts, rules of a process.",
  schema: proceduralSchema,
  draft: ({ name, kind, preconditions, steps }) => ({
    text: [
      ...preconditions.map((line) => BEFORE + line),
      ...steps.map((step, index) => `${index + 1}. ${step}`),
    ].join("\n"),
    title: name,
    format: "markdown",
    metadata: { [IDENTITY]: identityOf(name), kind },
  }),
  read: (cube) => {
    const lines = (textOf(cube) ?? "").split("\n");
    const steps = lines.flatMap((line) => /^\d+\. (.*)$/u.exec(line)?.[1] ?? []);
    const preconditions = lines.flatMap((line) => (line.startsWith(BEFORE) ? line.slice(BEFORE.length) : []));
    return proceduralSchema.safeParse({
      name: cube.attributes.title,
      kind: cube.attributes.metadata["kind"] ?? "workflow",
      preconditions,
      steps,
    }).data;
  },
  identity: ({ name }) => identityOf(name),
  // The later account of how a thing is done holds.
  settles: (earlier, later) =>
    earlier.some((one) => sameSteps(one, later)) ? KNOWN : { known: false, replaces: [...earlier.keys()] },
};

function sameSteps(one: Procedural, other: Procedural): boolean {
  return JSON.stringify({ ...one, name: "" }) === JSON.stringify({ ...other, name: "" });
}
