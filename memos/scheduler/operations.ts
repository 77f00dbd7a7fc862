import * as z from "zod";
import { cubeIdSchema, LIMITS, scopeSchema } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { whenSchema } from "../operations.js";

/** Bytes of a job's input or result, as JSON: ids and settings, never content. */
export const JOB_BYTES = 16 * 1024;

/** Jobs of one tenant that may wait. */
export const WAITING_JOBS = 100_000;

/** Attempts of a job at most. */
export const MOST_ATTEMPTS = 100;

/** How often a schedule may run. */
export const SHORTEST_PERIOD_MS = 1_000;

export const WEBHOOKS = 32;

const signal = z.instanceof(AbortSignal).optional();

export const jobIdSchema = cubeIdSchema.meta({ id: "JobId" });

export const jobKindSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, "must be lower-case words with dots, as `report.send`")
  .max(LIMITS.labelCharacters);

export const jobStateSchema = z
  .enum(["waiting", "delayed", "running", "done", "dead", "cancelled"])
  .meta({ id: "JobState" });

export const jobJsonSchema = z
  .json()
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= JOB_BYTES,
    `at most ${JOB_BYTES} bytes of JSON: name cubes by their ids`,
  );

export const enqueueOptionsSchema = z.strictObject({
  /** Cubes that the job is about: forgetting them takes it along. */
  cubes: z.array(cubeIdSchema).max(LIMITS.results).default([]),
  /** Among the jobs of its tenant; the higher first. */
  priority: z.int().min(-100).max(100).default(0),
  runAt: whenSchema.optional(),
  attempts: z.int().min(1).max(MOST_ATTEMPTS).default(5),
  /** A second job of the same kind with the same key is not made: the first one is answered. */
  once: nameText(LIMITS.idempotencyKeyCharacters).optional(),
});

export const jobSchema = z
  .strictObject({
    id: jobIdSchema,
    scope: scopeSchema,
    kind: jobKindSchema,
    input: z.json(),
    state: jobStateSchema,
    priority: z.int(),
    runAt: z.iso.datetime(),
    attempts: z.int().nonnegative(),
    maxAttempts: z.int().positive(),
    progress: z.number().min(0).max(1),
    result: z.json(),
    failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Job" });

export const jobListOptionsSchema = z.strictObject({
  states: z.array(jobStateSchema).min(1).optional(),
  kind: jobKindSchema.optional(),
  limit: z.int().min(1).max(LIMITS.results).default(50),
  /** Id of the last job of the page before. */
  cursor: jobIdSchema.optional(),
});

export const jobListSchema = z
  .strictObject({ jobs: z.array(jobSchema), cursor: jobIdSchema.optional() })
  .meta({ id: "JobList" });

export const scheduleSchema = z
  .strictObject({
    name: nameText(LIMITS.labelCharacters),
    kind: jobKindSchema,
    input: jobJsonSchema,
    everyMs: z.int().min(SHORTEST_PERIOD_MS),
    nextAt: z.iso.datetime(),
  })
  .meta({ id: "Schedule" });

export const barrierOptionsSchema = z.strictObject({
  /** Milliseconds to wait at most. */
  timeoutMs: z.int().min(0).max(600_000).default(30_000),
  signal,
});

export const barrierResultSchema = z
  .strictObject({
    /** False when work was still open after the time that was given. */
    reached: z.boolean(),
    open: z.int().nonnegative(),
    /** Jobs of the scope that have failed for good. */
    dead: z.array(jobIdSchema),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "BarrierResult" });

export const eventSchema = z
  .strictObject({
    sequence: z.int().positive(),
    /** What happened: `memory.add`, `memory.forget`, `job.done`. */
    kind: z.string(),
    scope: scopeSchema,
    /** The cube or job it happened to. */
    subject: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    at: z.iso.datetime(),
  })
  .meta({ id: "Event", description: "Something that happened; ids and small numbers, never content." });

export const eventOptionsSchema = z.strictObject({
  /** Only what came after this event; only what is new without it. */
  after: z.int().nonnegative().optional(),
  /** Only these kinds; `memory.*` are all that begin so. */
  kinds: z.array(z.string().min(1).max(LIMITS.labelCharacters)).min(1).optional(),
  /** False ends when all that has happened is told. */
  follow: z.boolean().default(true),
  signal,
});

export const newWebhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  kinds: z
    .array(
      z
        .string()
        .regex(
          /^[a-z]+(\.[a-z-]+)?\*?$|^[a-z]+\.\*$/,
          "must be a kind of event, as `memory.forget` or `memory.*`",
        ),
    )
    .min(1)
    .max(LIMITS.labels),
});

export const webhookSchema = newWebhookSchema
  .extend({ id: jobIdSchema, createdAt: z.iso.datetime() })
  .meta({ id: "Webhook" });

export const createdWebhookSchema = webhookSchema
  .extend({ /** Shown this once. */ secret: z.string() })
  .meta({ id: "CreatedWebhook" });

export type EnqueueOptions = z.input<typeof enqueueOptionsSchema>;
export type JobView = z.infer<typeof jobSchema>;
export type JobListOptions = z.input<typeof jobListOptionsSchema>;
export type JobList = z.infer<typeof jobListSchema>;
export type ScheduleView = z.infer<typeof scheduleSchema>;
export type BarrierOptions = z.input<typeof barrierOptionsSchema>;
export type BarrierResult = z.infer<typeof barrierResultSchema>;
export type MemosEvent = z.infer<typeof eventSchema>;
export type EventOptions = z.input<typeof eventOptionsSchema>;
export type NewWebhook = z.input<typeof newWebhookSchema>;
export type WebhookView = z.infer<typeof webhookSchema>;
export type CreatedWebhook = z.infer<typeof createdWebhookSchema>;
