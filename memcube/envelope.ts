import * as z from "zod";
import { sha256, sha256Schema } from "./hash.js";
import { cubeIdSchema } from "./id.js";
import { instantSchema } from "./instant.js";
import { LIMITS } from "./limits.js";
import { payloadSchema } from "./payload.js";
import { scopeSchema } from "./scope.js";
import { linkSchema, statementSchema } from "./statement.js";
import { nameText } from "./text.js";

/** The six memory types of MIRIX (arXiv 2507.07957, section 3) and `working` for what is in use right now. */
export const cubeTypeSchema = z
  .enum(["core", "episodic", "semantic", "procedural", "resource", "vault", "working"])
  .meta({ id: "CubeType" });

export const cubeStateSchema = z
  .enum(["generated", "active", "merged", "archived", "frozen", "expired", "forgotten"])
  .meta({ id: "CubeState" });

export const originSchema = z.enum(["user", "assistant", "tool", "document", "inferred"]).meta({
  id: "Origin",
  description: "Who the content comes from; recalled text is always labelled with it.",
});

const label = nameText(LIMITS.labelCharacters);
const scalar = z.union([z.string().max(LIMITS.metadataBytes), z.number(), z.boolean(), z.null()]);

export const metadataSchema = z
  .record(nameText(LIMITS.labelCharacters), z.union([scalar, z.array(scalar).max(LIMITS.metadataKeys)]))
  .refine((value) => Object.keys(value).length <= LIMITS.metadataKeys, `at most ${LIMITS.metadataKeys} keys`)
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= LIMITS.metadataBytes,
    `at most ${LIMITS.metadataBytes} bytes of JSON`,
  )
  .meta({ id: "Metadata", description: "The caller's own fields, usable in filters." });

/** Half-open range of UTF-16 units inside a text. */
const spanSchema = z
  .tuple([z.int().nonnegative(), z.int().nonnegative()])
  .refine(([start, end]) => start <= end, "must not end before it begins");

export const sourceSchema = z.strictObject({
  cube: cubeIdSchema,
  /** Of the source text. */
  span: spanSchema.optional(),
  /** Hash of the source text when it was used. */
  sha256: sha256Schema,
});

export const provenanceSchema = z
  .strictObject({
    origin: originSchema,
    /** The person, agent or tool that said or made it. */
    actor: nameText(LIMITS.nameCharacters),
    sources: z.array(sourceSchema).max(LIMITS.sources),
    model: nameText(LIMITS.nameCharacters).optional(),
    promptHash: sha256Schema.optional(),
    /** How far the source is trusted, where that is not what its origin says by default; 0 to 1. */
    trust: z.number().min(0).max(1).optional(),
    /** Parts of the text that repeat what was recalled before: nothing is learned from them. */
    echoes: z
      .strictObject({
        spans: z.array(spanSchema).max(LIMITS.echoes),
        /** Hash of the text that the parts belong to. */
        sha256: sha256Schema,
      })
      .optional(),
  })
  .meta({ id: "Provenance" });

/** Bi-temporal: `recordedAt` is when the ledger learned it, the others are times in the world. */
export const timeSchema = z
  .strictObject({
    recordedAt: instantSchema,
    occurredAt: instantSchema.optional(),
    validFrom: instantSchema.optional(),
    validTo: instantSchema.optional(),
  })
  .meta({ id: "Time" });

export const governanceSchema = z
  .strictObject({
    visibility: z.enum(["private", "shared"]),
    sensitivity: z.enum(["public", "internal", "secret"]),
    expiresAt: instantSchema.optional(),
    retention: z.enum(["default", "keep", "legal-hold"]),
    readonly: z.boolean(),
  })
  .meta({ id: "Governance" });

export const behaviourSchema = z
  .strictObject({
    priority: z.int().min(-100).max(100),
    heat: z.number().nonnegative(),
    useCount: z.int().nonnegative(),
    lastUsedAt: instantSchema.optional(),
    feedback: z.strictObject({
      useful: z.int().nonnegative(),
      wrong: z.int().nonnegative(),
      outdated: z.int().nonnegative(),
    }),
  })
  .meta({ id: "Behaviour" });

/** Who wrote a Zettelkasten attribute: the caller, a rule, or a model. */
export const authorSchema = z.enum(["caller", "rule", "model"]);

export const attributeNameSchema = z.enum(["title", "keywords", "tags", "context", "facts", "links"]);

export const attributesSchema = z
  .strictObject({
    title: nameText(LIMITS.titleCharacters).optional(),
    keywords: z.array(label).max(LIMITS.labels),
    tags: z.array(label).max(LIMITS.labels),
    context: z.string().max(LIMITS.metadataBytes).optional(),
    /** What the cube states, beside what rules find in its text. */
    facts: z.array(statementSchema).max(LIMITS.facts).optional(),
    links: z.array(linkSchema).max(LIMITS.links).optional(),
    metadata: metadataSchema,
    authors: z.partialRecord(attributeNameSchema, authorSchema),
  })
  .meta({ id: "Attributes" });

export const memCubeSchema = z
  .strictObject({
    id: cubeIdSchema,
    scope: scopeSchema,
    type: cubeTypeSchema,
    payload: payloadSchema,
    attributes: attributesSchema,
    provenance: provenanceSchema,
    time: timeSchema,
    governance: governanceSchema,
    behaviour: behaviourSchema,
    state: cubeStateSchema,
    version: z.int().positive(),
    /** The earlier cube that says the same; both are kept and ranked as one. */
    duplicateOf: cubeIdSchema.optional(),
  })
  .meta({ id: "MemCube" });

export type Author = z.infer<typeof authorSchema>;
export type CubeType = z.infer<typeof cubeTypeSchema>;
export type CubeState = z.infer<typeof cubeStateSchema>;
export type Origin = z.infer<typeof originSchema>;
export type Metadata = z.infer<typeof metadataSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type CubeTime = z.infer<typeof timeSchema>;
export type Governance = z.infer<typeof governanceSchema>;
export type Behaviour = z.infer<typeof behaviourSchema>;
export type Attributes = z.infer<typeof attributesSchema>;
export type MemCube = z.infer<typeof memCubeSchema>;

export const DEFAULT_GOVERNANCE: Governance = Object.freeze({
  visibility: "private",
  sensitivity: "internal",
  retention: "default",
  readonly: false,
});

export const NEW_BEHAVIOUR: Behaviour = Object.freeze({
  priority: 0,
  heat: 0,
  useCount: 0,
  feedback: Object.freeze({ useful: 0, wrong: 0, outdated: 0 }),
});

/** What a vector is made of: the title says what the text is about, which the text itself often does not. */
export function titledText(title: string | undefined, text: string): string {
  return title === undefined || title === "" ? text : `${title}\n${text}`;
}

/** The text of a plaintext cube; the other payloads have none of their own. */
export function textOf(cube: Pick<MemCube, "payload">): string | undefined {
  return cube.payload.kind === "plaintext" ? cube.payload.text : undefined;
}

/** The text of which something may be learned: what repeats our own contexts is blank, and places stay. */
export function learnableText(cube: Pick<MemCube, "payload" | "provenance">): string {
  const text = textOf(cube) ?? "";
  const { echoes } = cube.provenance;
  if (echoes === undefined || sha256(text) !== echoes.sha256) return text;
  let learnable = "";
  let at = 0;
  for (const [start, end] of echoes.spans) {
    learnable += text.slice(at, start).padEnd(Math.min(end, text.length) - at);
    at = end;
  }
  return learnable + text.slice(at);
}
