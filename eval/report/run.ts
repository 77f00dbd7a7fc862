import * as z from "zod";

/** A bar that was set before anything was measured: it stays in the report whether it is met or not. */
const barSchema = z.strictObject({ at: z.enum(["least", "most"]), value: z.number() });

const measureSchema = z.strictObject({
  /** As the outcomes call it when it is a mean over the questions. */
  name: z.string().min(1),
  value: z.number(),
  unit: z.string(),
  ci95: z.tuple([z.number(), z.number()]).optional(),
  bar: barSchema.optional(),
});

const suiteSchema = z.strictObject({
  /** Unique within a run: what two runs are compared by. */
  name: z.string().min(1),
  /** Runs of one group are the columns of one table. */
  group: z.strictObject({ title: z.string(), column: z.string() }).optional(),
  /** What was done, in a sentence. */
  about: z.string(),
  dataset: z.strictObject({ name: z.string(), sha256: z.string() }),
  agent: z.string(),
  mode: z.string(),
  reader: z.string(),
  /** Questions. */
  n: z.int().nonnegative(),
  /** What else shaped the figures: k, tokens of a chunk, seeds. */
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  measures: z.array(measureSchema),
  seconds: z.number(),
  /** Hash of what every question came to. */
  outputs: z.string(),
  scores: z.record(z.string(), z.record(z.string(), z.number())),
});

export const runSchema = z.strictObject({
  format: z.literal(1),
  version: z.string(),
  startedAt: z.iso.datetime(),
  machine: z.strictObject({ cpus: z.int(), platform: z.string(), node: z.string() }),
  seconds: z.number(),
  suites: z.array(suiteSchema),
  /** Suites that did not run, and why. */
  skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
});

export type Bar = z.infer<typeof barSchema>;
export type Measure = z.infer<typeof measureSchema>;
export type SuiteRun = z.infer<typeof suiteSchema>;
export type EvaluationRun = z.infer<typeof runSchema>;

export function meets({ value, bar }: Pick<Measure, "value" | "bar">): boolean | undefined {
  if (bar === undefined) return undefined;
  return bar.at === "least" ? value >= bar.value : value <= bar.value;
}
