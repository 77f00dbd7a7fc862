import * as z from "zod";
import { edgeKindSchema, memoryEdgeSchema, memoryNodeSchema } from "../../graph/index.js";
import { authorSchema, cubeIdSchema, instantSchema, LIMITS, memCubeSchema } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { whenSchema } from "../operations.js";

/** Every limit of the graph operations. */
export const GRAPH_LIMITS = {
  /** Neighbours in one answer. */
  neighbours: 200,
  /** Neighbours that are none by a link or a name, only by what they say. */
  similar: 20,
  /** Cubes and facts on one entity page. */
  entries: 500,
  /** Statements of one fact that are looked at. */
  statements: 2_000,
  /** Facts with rival values in one answer. */
  rivals: 200,
  /** Cubes that a path is looked for among. */
  pathCubes: 2_000,
  /** Facts of the names of one hop that a question is answered from, the newest. */
  walkedFacts: 10_000,
  /** Relations from the subject of a question to its answer. */
  hops: 4,
  /** Values of one hop, and values that were superseded, in one answer. */
  values: 20,
  /** Nodes of one exported graph. */
  exportNodes: 200_000,
  /** Nodes of one sample of the graph. */
  sampleNodes: 1_000,
  /** The newest cubes, among which a sample without a focus looks for names that many have. */
  sampledCubes: 5_000,
} as const;

const signal = z.instanceof(AbortSignal).optional();
export const phraseSchema = nameText(LIMITS.phraseCharacters);

export const neighboursOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(GRAPH_LIMITS.neighbours).default(10),
  signal,
});

export const neighbourSchema = z
  .strictObject({
    cube: memCubeSchema,
    /** Summed strength of everything that joins the two. */
    weight: z.number(),
    /** Why they are neighbours: links with their kind, the names that both have, similar texts. */
    because: z.array(
      z.strictObject({
        kind: z.enum([...edgeKindSchema.options, "similar"]),
        /** The name that both have, or the reason of a link. */
        what: z.string(),
        weight: z.number(),
        by: z.string(),
      }),
    ),
  })
  .meta({ id: "Neighbour" });

export const neighboursResultSchema = z
  .strictObject({ id: cubeIdSchema, neighbours: z.array(neighbourSchema) })
  .meta({ id: "NeighboursResult" });

export const pathResultSchema = z
  .strictObject({
    /** From the first cube to the last, over entities and cubes; empty when nothing joins them. */
    nodes: z.array(memoryNodeSchema),
    steps: z.array(z.array(memoryEdgeSchema)),
    cost: z.number().nullable(),
  })
  .meta({ id: "PathResult" });

export const factOptionsSchema = z.strictObject({ asOf: whenSchema.optional(), signal });

export const factValueSchema = z
  .strictObject({
    object: z.string(),
    status: z.enum(["current", "superseded", "ended", "future", "contradicted"]),
    /** The cube that states it, and the place in its text where the rules found it. */
    cube: cubeIdSchema,
    span: z.tuple([z.int(), z.int()]).optional(),
    by: authorSchema,
    /** Since when it holds; `stated` when that was said, else when it was learned. */
    since: instantSchema,
    stated: z.boolean(),
    until: instantSchema.optional(),
    recordedAt: instantSchema,
    /** The cube that states the value that took its place. */
    supersededBy: cubeIdSchema.optional(),
  })
  .meta({ id: "FactValue" });

export const factResultSchema = z
  .strictObject({
    subject: z.string(),
    /** The relation as facts have it: "employer" and "works for" are one. */
    relation: z.string(),
    /** What holds: one value, several of a relation that has several, or rivals that cannot be ordered. */
    current: z.array(factValueSchema),
    /** Everything ever stated, in the order in which it holds. */
    history: z.array(factValueSchema),
    contradicted: z.boolean(),
  })
  .meta({ id: "FactResult" });

export const currentQuerySchema = z
  .strictObject({
    subject: phraseSchema,
    /** From the subject on, each relation of the value of the one before: author, spouse, country of citizenship. */
    relations: z.array(phraseSchema).min(1).max(GRAPH_LIMITS.hops),
  })
  .meta({ id: "CurrentQuery" });

export const factHopSchema = z
  .strictObject({
    subject: z.string(),
    relation: z.string(),
    /** What holds, and the cube that says so. Of several values the newest. */
    value: factValueSchema,
    /** The other values that hold: of a relation with several, or stated for the same instant. */
    others: z.array(factValueSchema),
    /** What held before. */
    superseded: z.array(factValueSchema),
  })
  .meta({ id: "FactHop" });

export const currentResultSchema = z
  .strictObject({
    known: z.boolean(),
    /** The value of the last relation; null when it is not known. */
    value: z.string().nullable(),
    /** 1 where each hop has one value and that value holds; less where there were several or rivals. */
    confidence: z.number(),
    /** As far as the facts reach. */
    hops: z.array(factHopSchema),
    /** The first relation of which nothing is known, and the subject that it was looked for at. */
    missing: z.strictObject({ subject: z.string(), relation: z.string() }).optional(),
  })
  .meta({ id: "CurrentResult" });

export const questionSchema = nameText(LIMITS.queryCharacters);

export const answerResultSchema = z
  .strictObject({
    known: z.boolean(),
    /** The answer; null when it is not known. */
    text: z.string().nullable(),
    /** How much of the question the facts account for, times how sure each of them is, 0 to 1. */
    confidence: z.number(),
    /** The facts from the subject of the question to the answer. */
    hops: z.array(factHopSchema),
  })
  .meta({ id: "AnswerResult" });

export const rivalsOptionsSchema = z.strictObject({
  /** Only of facts that these cubes state. */
  cubes: z.array(cubeIdSchema).min(1).max(GRAPH_LIMITS.entries).optional(),
  limit: z.int().min(1).max(GRAPH_LIMITS.rivals).default(50),
  signal,
});

export const rivalsResultSchema = z
  .strictObject({
    facts: z.array(
      z.strictObject({
        subject: z.string(),
        relation: z.string(),
        /** Every statement that has not ended, in the order in which they hold. */
        values: z.array(factValueSchema),
      }),
    ),
    /** False where the limit was reached. */
    complete: z.boolean(),
  })
  .meta({ id: "RivalsResult" });

export const entityResultSchema = z
  .strictObject({
    name: z.string(),
    /** Cubes that name it, those about it first. */
    cubes: z.array(
      z.strictObject({ id: cubeIdSchema, role: z.enum(["title", "name", "part"]), label: z.string() }),
    ),
    /** Facts with it as subject, and as object. */
    facts: z.array(z.strictObject({ subject: z.string(), relation: z.string(), value: factValueSchema })),
    /** Entities that the same cubes name, with the number of those cubes. */
    related: z.array(z.strictObject({ name: z.string(), cubes: z.int().positive() })),
  })
  .meta({ id: "EntityResult" });

export const exportOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(GRAPH_LIMITS.exportNodes).default(GRAPH_LIMITS.exportNodes),
  signal,
});

export const sampleOptionsSchema = z
  .strictObject({
    /** The cube that the sample lies around. */
    cube: cubeIdSchema.optional(),
    /** The name that it lies around. */
    entity: phraseSchema.optional(),
    /** Nodes at most. */
    limit: z.int().min(1).max(GRAPH_LIMITS.sampleNodes).default(150),
    asOf: whenSchema.optional(),
    signal,
  })
  .refine(({ cube, entity }) => cube === undefined || entity === undefined, "either `cube` or `entity`");

export const graphSampleSchema = z
  .strictObject({
    nodes: z.array(memoryNodeSchema),
    edges: z.array(memoryEdgeSchema),
    /** The node that it lies around; absent without a focus, and where nothing names it. */
    focus: z.string().optional(),
    /** False when the scope holds more than is shown. */
    complete: z.boolean(),
  })
  .meta({ id: "GraphSample" });

export type NeighboursOptions = z.input<typeof neighboursOptionsSchema>;
export type Neighbour = z.infer<typeof neighbourSchema>;
export type NeighboursResult = z.infer<typeof neighboursResultSchema>;
export type PathResult = z.infer<typeof pathResultSchema>;
export type FactOptions = z.input<typeof factOptionsSchema>;
export type FactValue = z.infer<typeof factValueSchema>;
export type FactResult = z.infer<typeof factResultSchema>;
export type CurrentQuery = z.input<typeof currentQuerySchema>;
export type FactHop = z.infer<typeof factHopSchema>;
export type CurrentResult = z.infer<typeof currentResultSchema>;
export type AnswerResult = z.infer<typeof answerResultSchema>;
export type RivalsOptions = z.input<typeof rivalsOptionsSchema>;
export type RivalsResult = z.infer<typeof rivalsResultSchema>;
export type EntityResult = z.infer<typeof entityResultSchema>;
export type GraphExportOptions = z.input<typeof exportOptionsSchema>;
export type SampleOptions = z.input<typeof sampleOptionsSchema>;
export type GraphSample = z.infer<typeof graphSampleSchema>;
