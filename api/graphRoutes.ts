import * as z from "zod";
import { type memoryNodeSchema, toGraphML, toJson } from "../graph/index.js";
import { cubeIdSchema } from "../memcube/index.js";
import {
  answerResultSchema,
  currentQuerySchema,
  currentResultSchema,
  entityResultSchema,
  exportOptionsSchema,
  factOptionsSchema,
  factResultSchema,
  graphSampleSchema,
  neighboursOptionsSchema,
  neighboursResultSchema,
  pathResultSchema,
  phraseSchema,
  questionSchema,
  sampleOptionsSchema,
} from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const SCOPE = { user: "ana" };
const RECORDED_AT = EXAMPLE_CUBE.time.recordedAt;

const asOf = factOptionsSchema.shape.asOf.describe("What was known at that time.");

const exampleValue = {
  object: "Lisbon",
  status: "current" as const,
  cube: EXAMPLE_ID,
  span: [0, 26] as [number, number],
  by: "rule" as const,
  since: RECORDED_AT,
  stated: false,
  recordedAt: RECORDED_AT,
};

const exampleNode: z.input<typeof memoryNodeSchema> = {
  id: EXAMPLE_ID,
  kind: "cube",
  label: "I moved to Lisbon in March.",
};

const graphResultSchema = z
  .strictObject({
    format: z.enum(["json", "graphml"]),
    /** False when the graph has more cubes than were asked for. */
    complete: z.boolean(),
    nodes: z.int().nonnegative(),
    edges: z.int().nonnegative(),
    /** graphology's own form, or a GraphML document. */
    graph: z.union([z.record(z.string(), z.unknown()), z.string()]),
  })
  .meta({ id: "GraphResult" });

/** What memory knows beyond single texts. */
export const GRAPH_ROUTES: readonly Route[] = [
  route({
    operationId: "getNeighbours",
    method: "GET",
    path: "/v1/memories/{id}/neighbours",
    tag: "Graph",
    summary: "Neighbours of one",
    description:
      "Memories that hang together with one: links in either direction, names that few have, similar texts.",
    accepts: "query",
    params: { id: cubeIdSchema },
    input: { limit: neighboursOptionsSchema.shape.limit.describe("How many at most.") },
    errors: ["NOT_FOUND"],
    example: { params: { id: EXAMPLE_ID }, input: SCOPE },
    success: {
      status: 200,
      description: "The neighbours and why they are, strongest first.",
      schema: neighboursResultSchema,
      example: {
        id: EXAMPLE_ID,
        neighbours: [
          {
            cube: EXAMPLE_CUBE,
            weight: 0.5,
            because: [{ kind: "mentions", what: "Lisbon", weight: 0.5, by: "rule" }],
          },
        ],
      },
    },
    handle: {
      json: ({ memos, scope, params, input: { limit }, signal }) =>
        memos.graph.neighbours(params.id, scope, { limit, signal }),
    },
  }),
  route({
    operationId: "sampleGraph",
    method: "GET",
    path: "/v1/graph/sample",
    tag: "Graph",
    summary: "A part of the graph to look at",
    description:
      "What surrounds a memory or a name, nearest first. Without either, the names that most of the newest memories share, and these memories. Never more nodes than `limit`; `complete` is false when there are more.",
    accepts: "query",
    params: {},
    input: {
      cube: sampleOptionsSchema.shape.cube.describe("The memory that it lies around."),
      entity: sampleOptionsSchema.shape.entity.describe("The name that it lies around."),
      limit: sampleOptionsSchema.shape.limit.describe("Nodes at most."),
      asOf,
    },
    errors: ["NOT_FOUND"],
    example: { input: { ...SCOPE, limit: 50 } },
    success: {
      status: 200,
      description: "The nodes, the edges between them, and the focus.",
      schema: graphSampleSchema,
      example: { nodes: [exampleNode], edges: [], complete: true },
    },
    handle: {
      json: ({ memos, scope, input, signal }) => memos.graph.sample(scope, { ...input, signal }),
    },
  }),
  route({
    operationId: "getPath",
    method: "GET",
    path: "/v1/graph/path",
    tag: "Graph",
    summary: "Path between two",
    description: "How two memories hang together, over links and shared names. Empty when they do not.",
    accepts: "query",
    params: {},
    input: { from: cubeIdSchema, to: cubeIdSchema },
    errors: ["NOT_FOUND"],
    example: { input: { ...SCOPE, from: EXAMPLE_ID, to: EXAMPLE_ID } },
    success: {
      status: 200,
      description: "The nodes from the first to the last, and the edges between them.",
      schema: pathResultSchema,
      example: { nodes: [exampleNode], steps: [], cost: 0 },
    },
    handle: {
      json: ({ memos, scope, input: { from, to }, signal }) => memos.graph.path(from, to, scope, { signal }),
    },
  }),
  route({
    operationId: "getEntity",
    method: "GET",
    path: "/v1/graph/entity",
    tag: "Graph",
    summary: "Page of an entity",
    description: "The memories that name it, its facts, and what it is named together with.",
    accepts: "query",
    params: {},
    input: { name: phraseSchema, asOf },
    errors: [],
    example: { input: { ...SCOPE, name: "Lisbon" } },
    success: {
      status: 200,
      description: "Everything about the entity; empty lists when nothing names it.",
      schema: entityResultSchema,
      example: {
        name: "Lisbon",
        cubes: [{ id: EXAMPLE_ID, role: "name", label: exampleNode.label }],
        facts: [{ subject: "ana", relation: "lives in", value: exampleValue }],
        related: [],
      },
    },
    handle: {
      json: ({ memos, scope, input: { name, asOf: at }, signal }) =>
        memos.graph.entity(name, scope, { asOf: at, signal }),
    },
  }),
  route({
    operationId: "getFact",
    method: "GET",
    path: "/v1/graph/fact",
    tag: "Graph",
    summary: "Value of a fact",
    description: "What holds, everything that ever did, and the memories that say so.",
    accepts: "query",
    params: {},
    input: { subject: phraseSchema, relation: phraseSchema, asOf },
    errors: [],
    example: { input: { ...SCOPE, subject: "ana", relation: "lives in" } },
    success: {
      status: 200,
      description: "The current value and the history; empty when nothing is known.",
      schema: factResultSchema,
      example: {
        subject: "ana",
        relation: "lives in",
        current: [exampleValue],
        history: [exampleValue],
        contradicted: false,
      },
    },
    handle: {
      json: ({ memos, scope, input: { subject, relation, asOf: at }, signal }) =>
        memos.graph.fact(subject, relation, scope, { asOf: at, signal }),
    },
  }),
  route({
    operationId: "currentFact",
    method: "POST",
    path: "/v1/graph/current",
    tag: "Graph",
    summary: "Current value along relations",
    description:
      "What holds of a subject along up to four relations, each of the value of the one before, with the memory that states each and what it superseded.",
    accepts: "json",
    params: {},
    input: { ...currentQuerySchema.shape, asOf },
    errors: [],
    example: {
      input: { scope: SCOPE, subject: "The Lantern Road", relations: ["author", "lives in"] },
    },
    success: {
      status: 200,
      description: "The value and the facts that lead to it, or which relation is not known.",
      schema: currentResultSchema,
      example: {
        known: true,
        value: "Lisbon",
        confidence: 1,
        hops: [{ subject: "ana", relation: "lives in", value: exampleValue, others: [], superseded: [] }],
      },
    },
    handle: {
      json: ({ memos, scope, input: { subject, relations, asOf: at }, signal }) =>
        memos.graph.current({ subject, relations }, scope, { asOf: at, signal }),
    },
  }),
  route({
    operationId: "answerFromFacts",
    method: "POST",
    path: "/v1/graph/answer",
    tag: "Graph",
    summary: "Answer from facts",
    description:
      "Answers a question from what holds now, over at most four facts, or says that it is not known. No language model is called.",
    accepts: "json",
    params: {},
    input: { question: questionSchema, asOf },
    errors: [],
    example: {
      input: { scope: SCOPE, question: "Where does the author of The Lantern Road live?" },
    },
    success: {
      status: 200,
      description: "The answer, how sure it is, and the facts that lead to it.",
      schema: answerResultSchema,
      example: {
        known: true,
        text: "Lisbon",
        confidence: 0.9,
        hops: [{ subject: "ana", relation: "lives in", value: exampleValue, others: [], superseded: [] }],
      },
    },
    handle: {
      json: ({ memos, scope, input: { question, asOf: at }, signal }) =>
        memos.graph.answer(question, scope, { asOf: at, signal }),
    },
  }),
  route({
    operationId: "exportGraph",
    method: "GET",
    path: "/v1/graph/export",
    tag: "Graph",
    summary: "Export the graph",
    description: "Memories, the entities that at least two of them name, and what joins them.",
    accepts: "query",
    params: {},
    input: {
      format: graphResultSchema.shape.format.default("json"),
      limit: exportOptionsSchema.shape.limit.describe("Memories at most."),
    },
    errors: [],
    example: { input: { ...SCOPE, format: "graphml" } },
    success: {
      status: 200,
      description: "The graph in the format asked for.",
      schema: graphResultSchema,
      example: { format: "graphml", complete: true, nodes: 0, edges: 0, graph: "<graphml/>" },
    },
    handle: {
      json: async ({ memos, scope, input: { format, limit }, signal }) => {
        const { graph, complete } = await memos.graph.export(scope, { limit, signal });
        return {
          format,
          complete,
          nodes: graph.order,
          edges: graph.size,
          graph: format === "json" ? { ...toJson(graph) } : toGraphML(graph),
        };
      },
    },
  }),
];
