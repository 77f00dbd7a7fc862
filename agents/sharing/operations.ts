import * as z from "zod";
import { sha256Schema } from "../../memcube/hash.js";
import { cubeIdSchema, instantSchema, LIMITS, originSchema, scopeSchema } from "../../memcube/index.js";
import { nameText, remarkText } from "../../memcube/text.js";
import { grantSchema } from "../../memos/governance/grant.js";
import { principalNameSchema } from "../../memos/governance/principal.js";
import { factValueSchema, GRAPH_LIMITS } from "../../memos/knowledge/operations.js";
import { whenSchema } from "../../memos/operations.js";
import { SHARING_LIMITS } from "./limits.js";

export const agentName = principalNameSchema.shape.id;

export const teamSchema = z.strictObject({
  tenant: scopeSchema.shape.tenant,
  name: nameText(LIMITS.nameCharacters),
});

export const joinOptionsSchema = z.strictObject({
  /** `write` is to read, to add and to change what is shared. */
  may: z.enum(["read", "write"]).default("read"),
  /** When it ends by itself. */
  expiresAt: whenSchema.optional(),
  reason: remarkText(SHARING_LIMITS.reasonCharacters).default(""),
});

export const memberSchema = z
  .strictObject({
    principal: principalNameSchema,
    /** What the grants of the principal on the shared space allow together. */
    actions: grantSchema.shape.actions,
    grants: z.array(grantSchema),
  })
  .meta({ id: "TeamMember", description: "Who may do what in the shared space of a team." });

export const handOverInputSchema = z.strictObject({
  tenant: scopeSchema.shape.tenant,
  from: agentName,
  to: agentName,
  /** Hands over the working memory of this session. */
  session: nameText(LIMITS.nameCharacters).optional(),
  /** Hands over these memories, which are in the space of `from`. */
  cubes: z.array(cubeIdSchema).default([]),
  /** Also what these link to, as far as it is not private. */
  linked: z.boolean().default(true),
  /** When it ends by itself: a day from now unless said otherwise, 30 days at most. */
  expiresAt: whenSchema.optional(),
  reason: remarkText(SHARING_LIMITS.reasonCharacters).default(""),
  /** The same request with the same key is one hand-over, however often it is sent. */
  idempotencyKey: nameText(LIMITS.idempotencyKeyCharacters).optional(),
});

export const handOverReceiptSchema = z
  .strictObject({
    id: z.string(),
    from: agentName,
    to: agentName,
    /** Where `to` reads what was handed over. */
    space: scopeSchema,
    /** The right of `to` to read there; none where nothing was handed over. */
    grant: cubeIdSchema.optional(),
    expiresAt: instantSchema.optional(),
    /** Each copy, and the memory that it is a copy of. */
    handed: z.array(z.strictObject({ cube: cubeIdSchema, of: cubeIdSchema })),
    /** What was not handed over, and why. */
    left: z.array(z.strictObject({ cube: cubeIdSchema, reason: z.string() })),
    /** True when this had been handed over before. */
    replayed: z.boolean(),
    llmCalls: z.literal(0),
    llmTokens: z.literal(0),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "HandOverReceipt" });

export const handOversSchema = z
  .strictObject({
    handOvers: z.array(
      z.strictObject({
        id: z.string(),
        from: agentName,
        to: agentName,
        space: scopeSchema,
        at: instantSchema,
        expiresAt: instantSchema,
        /** `given back` where nothing of it is left. */
        state: z.enum(["open", "given back", "ended", "expired"]),
        /** Memories that are there to be read. */
        memories: z.int().nonnegative(),
      }),
    ),
  })
  .meta({ id: "HandOvers" });

export const endedHandOverSchema = z
  .strictObject({
    id: z.string(),
    /** Grants that have ended; none where it was given back by whom it was handed to. */
    revoked: z.array(z.string()),
    /** Copies that are forgotten. */
    forgotten: z.int().nonnegative(),
  })
  .meta({ id: "EndedHandOver" });

export const conflictOptionsSchema = z.strictObject({
  /** Those that were decided too. */
  settled: z.boolean().default(false),
  /** Only of facts that these memories state. */
  cubes: z.array(cubeIdSchema).min(1).max(GRAPH_LIMITS.entries).optional(),
});

export const conflictSchema = z
  .strictObject({
    /** Of the same values in the same memories always the same. */
    id: sha256Schema,
    subject: z.string(),
    relation: z.string(),
    /** What each says last, in the order in which the values hold. */
    values: z.array(
      z.strictObject({
        value: z.string(),
        /** Whether it is what holds now: the latest in stated time, else in order of arrival. */
        holds: z.boolean(),
        status: factValueSchema.shape.status,
        by: z.string(),
        origin: originSchema,
        since: instantSchema,
        recordedAt: instantSchema,
        cube: cubeIdSchema,
        version: z.int().positive(),
        /** The words that state it. */
        evidence: z.string(),
      }),
    ),
    /** The memory in whose favour it was decided. */
    settled: cubeIdSchema.optional(),
  })
  .meta({
    id: "Conflict",
    description: "A fact with one value at a time of which several who write state different ones.",
  });

export const conflictsSchema = z
  .strictObject({
    conflicts: z.array(conflictSchema),
    /** False where there are more facts with rival values than are looked at. */
    complete: z.boolean(),
  })
  .meta({ id: "Conflicts" });

export const resolveOptionsSchema = z.strictObject({
  /** Why; kept in the version and in the link. */
  reason: remarkText(SHARING_LIMITS.reasonCharacters),
  /** The version of the chosen memory that the decision was made on; another current one is a CONFLICT. */
  ifVersion: z.int().positive().optional(),
});

export type TeamName = z.input<typeof teamSchema>;
export type JoinOptions = z.input<typeof joinOptionsSchema>;
export type Member = z.infer<typeof memberSchema>;
export type HandOverInput = z.input<typeof handOverInputSchema>;
export type HandOverReceipt = z.infer<typeof handOverReceiptSchema>;
export type HandOvers = z.infer<typeof handOversSchema>;
export type EndedHandOver = z.infer<typeof endedHandOverSchema>;
export type ConflictOptions = z.input<typeof conflictOptionsSchema>;
export type Conflict = z.infer<typeof conflictSchema>;
export type Conflicts = z.infer<typeof conflictsSchema>;
export type ResolveOptions = z.input<typeof resolveOptionsSchema>;
