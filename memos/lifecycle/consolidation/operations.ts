import * as z from "zod";
import { sha256Schema } from "../../../memcube/hash.js";
import { cubeIdSchema, cubeTypeSchema, instantSchema, scopeSchema } from "../../../memcube/index.js";
import { factValueSchema } from "../../knowledge/operations.js";

/** Every limit of consolidation; those of what counts as a near-duplicate are in `nearDuplicate.ts`. */
export const CONSOLIDATION_LIMITS = {
  /** Proposals of one plan. */
  proposals: 1_000,
  /** Milliseconds of one run. */
  milliseconds: 3_600_000,
  /** Calls to a model of one run. */
  calls: 10_000,
  /** Turns of the shortest conversation that is summarised, and of one summary. */
  turnsAtLeast: 6,
  turnsAtMost: 64,
  /** Milliseconds since the last turn until a conversation is taken to be over. */
  settledMs: 24 * 3_600_000,
  /** Milliseconds between two turns without a session that belong to one conversation. */
  pauseMs: 3_600_000,
  /** Milliseconds without an operation before a run begins. */
  idleMs: 30_000,
  /** Episodes of a scope, the latest, that statements are distilled from, beside those that bear out earlier ones. */
  distilledEpisodes: 2_000,
  /** Statements of an owner that were distilled earlier and are kept true. */
  distilled: 2_000,
  /** Episodes that a model is shown at once, and the least. */
  insightEpisodes: 16,
  insightEpisodesAtLeast: 3,
  /** Runs of one listing. */
  runs: 1_000,
} as const;

const LIMITS = CONSOLIDATION_LIMITS;

export const consolidationKindSchema = z
  .enum(["merge", "contradiction", "close", "summarise", "distil", "insight"])
  .meta({
    id: "ConsolidationKind",
    description: "What is to be done with some memories; `close` is only reported.",
  });

export const appliedKindSchema = consolidationKindSchema.exclude(["close"]);

const common = {
  /** Of the same cubes for the same kind always the same. */
  id: sha256Schema,
  /** The cubes that it is about. */
  cubes: z.array(cubeIdSchema).min(1),
  /** Why, in a sentence. */
  why: z.string(),
};

const statement = { subject: z.string(), relation: z.string() };

export const proposalSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("merge"),
      ...common,
      makes: z.strictObject({ type: cubeTypeSchema, text: z.string() }),
    }),
    z.strictObject({
      kind: z.literal("summarise"),
      ...common,
      makes: z.strictObject({
        type: z.literal("semantic"),
        by: z.enum(["rules", "model"]),
        /** What it will say; absent when a model is to write it. */
        text: z.string().optional(),
      }),
    }),
    z.strictObject({
      kind: z.literal("distil"),
      /** Of what it was made: the cubes that bear it out; for one that is borne out no more, that one itself. */
      ...common,
      /** What it will say; absent where a statement only goes to the archive. */
      makes: z
        .strictObject({
          type: z.enum(["semantic", "procedural"]),
          title: z.string().optional(),
          text: z.string(),
        })
        .optional(),
      /** Earlier statements about the same, which go to the archive. */
      replaces: z.array(cubeIdSchema),
    }),
    z.strictObject({
      kind: z.literal("insight"),
      ...common,
      makes: z.strictObject({ type: z.literal("semantic"), by: z.literal("model") }),
    }),
    z.strictObject({
      kind: z.literal("contradiction"),
      ...common,
      ...statement,
      /** Values that are said to hold at the same time. */
      values: z.array(factValueSchema),
      /** The link that applying it makes: of the later cube to the earlier. */
      makes: z.strictObject({ from: cubeIdSchema, to: cubeIdSchema, why: z.string() }),
    }),
    z.strictObject({
      kind: z.literal("close"),
      ...common,
      ...statement,
      value: factValueSchema,
      /** Since when another value holds. */
      closedAt: instantSchema,
    }),
  ])
  .meta({ id: "ConsolidationProposal" });

export const planOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(LIMITS.proposals).default(100),
  /** How long to look at most. */
  milliseconds: z.int().min(0).max(LIMITS.milliseconds).default(10_000),
  kinds: z.array(consolidationKindSchema).min(1).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

export const consolidationPlanSchema = z
  .strictObject({
    proposals: z.array(proposalSchema),
    /** False when there are more than were asked for, or the time was up before all was looked at. */
    complete: z.boolean(),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "ConsolidationPlan" });

export const budgetSchema = z
  .strictObject({
    /** No cluster is begun after so many milliseconds. */
    milliseconds: z.int().min(0).max(LIMITS.milliseconds).default(5_000),
    /** Calls to the model at most. */
    calls: z.int().min(0).max(LIMITS.calls).default(20),
  })
  .meta({ id: "ConsolidationBudget" });

export const runOptionsSchema = z.strictObject({
  budget: budgetSchema.prefault({}),
  kinds: z.array(appliedKindSchema).min(1).optional(),
  /** Proposals of a plan that are to be applied; all that there are unless said otherwise. */
  proposals: z.array(sha256Schema).min(1).max(LIMITS.proposals).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

export const stoppedBySchema = z
  .enum(["done", "milliseconds", "calls", "busy", "aborted", "interrupted"])
  .meta({
    id: "ConsolidationStop",
    description: "Why a run ended; `interrupted` when its process did before.",
  });

const count = z.int().nonnegative();

export const consolidationRunSchema = z
  .strictObject({
    id: cubeIdSchema,
    scope: scopeSchema,
    startedAt: instantSchema,
    /** What was made: the new cube, or the one that has a new link. */
    made: z.array(z.strictObject({ proposal: sha256Schema, kind: appliedKindSchema, cube: cubeIdSchema })),
    /** Cubes that were merged into others. */
    merged: count,
    /** Links between cubes that contradict each other. */
    links: count,
    skipped: z.array(
      z.strictObject({ proposal: sha256Schema, kind: appliedKindSchema.optional(), reason: z.string() }),
    ),
    llmCalls: count,
    llmTokens: count,
    milliseconds: z.number().nonnegative(),
    stoppedBy: stoppedBySchema,
    undoneAt: instantSchema.optional(),
  })
  .meta({ id: "ConsolidationRun" });

export const runsOptionsSchema = z.strictObject({ limit: z.int().min(1).max(LIMITS.runs).default(50) });

export const undoneRunSchema = z
  .strictObject({
    id: cubeIdSchema,
    undone: z.array(
      z.strictObject({ kind: appliedKindSchema, cube: cubeIdSchema, sources: z.array(cubeIdSchema) }),
    ),
    /** What somebody has changed since, and was left as it is. */
    left: z.array(z.strictObject({ kind: appliedKindSchema, cube: cubeIdSchema, reason: z.string() })),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "UndoneConsolidation" });

export type ConsolidationKind = z.infer<typeof consolidationKindSchema>;
export type AppliedKind = z.infer<typeof appliedKindSchema>;
export type Proposal = z.infer<typeof proposalSchema>;
export type PlanOptions = z.input<typeof planOptionsSchema>;
export type ConsolidationPlan = z.infer<typeof consolidationPlanSchema>;
export type RunOptions = z.input<typeof runOptionsSchema>;
export type ConsolidationRun = z.infer<typeof consolidationRunSchema>;
export type RunsOptions = z.input<typeof runsOptionsSchema>;
export type UndoneRun = z.infer<typeof undoneRunSchema>;
