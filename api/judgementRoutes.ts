import {
  nearestOptionsSchema,
  nearestResultSchema,
  orderOptionsSchema,
  orderResultSchema,
  querySchema,
} from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route, SEARCH_ERRORS } from "./route.js";

const scope = { user: "ana" };
const COST = { llmCalls: 0, llmTokens: 0, milliseconds: 3.2, warnings: [] };
const { recordedAt } = EXAMPLE_CUBE.time;

const filters = {
  types: nearestOptionsSchema.shape.types.describe("Only memories of these types."),
  where: nearestOptionsSchema.shape.where.describe("Only memories that this expression is true for."),
  asOf: nearestOptionsSchema.shape.asOf.describe("What was known at that time."),
};

/** What follows from memories together: a label by example, the order of two texts. */
export const JUDGEMENT_ROUTES: readonly Route[] = [
  route({
    operationId: "nearestLabel",
    method: "POST",
    path: "/v1/nearest",
    tag: "Read",
    summary: "Label by example",
    description:
      "The labelled texts in memory vote about the label of another. Examples are memories with a `label` in their metadata, and texts that list many, each followed by a line `label: L`. No language model is called.",
    accepts: "json",
    params: {},
    input: {
      text: querySchema.describe("The text that is to be labelled."),
      k: nearestOptionsSchema.shape.k.describe("How many neighbours vote, and are named."),
      ...filters,
    },
    errors: [],
    example: { input: { scope, text: "My card has not come yet.", k: 5 } },
    success: {
      status: 200,
      description:
        "The label with its share of the vote, and the examples that decided; null without examples.",
      schema: nearestResultSchema,
      example: {
        label: "arrival",
        confidence: 0.92,
        votes: [
          { label: "arrival", share: 0.92 },
          { label: "top up", share: 0.08 },
        ],
        examples: [
          {
            cube: EXAMPLE_ID,
            span: [0, 17],
            text: "Where is my card?",
            label: "arrival",
            similarity: 0.61,
          },
        ],
        receipt: { operation: "nearest", examples: 2, labels: 2, ...COST },
      },
    },
    handle: {
      json: ({ memos, scope: owner, input: { text, ...options }, signal }) =>
        memos.nearest(text, owner, { ...options, signal }),
    },
  }),
  route({
    operationId: "orderOfTexts",
    method: "POST",
    path: "/v1/order",
    tag: "Read",
    summary: "Order of two texts",
    description:
      "Which of two texts came first in memory, and where both stand. Some of their words may be missing or in another order. No language model is called.",
    accepts: "json",
    params: {},
    input: {
      a: querySchema.describe("One of the two."),
      b: querySchema.describe("The other."),
      types: orderOptionsSchema.shape.types.describe("Only memories of these types."),
      where: orderOptionsSchema.shape.where.describe("Only memories that this expression is true for."),
      asOf: orderOptionsSchema.shape.asOf.describe("What was known at that time."),
    },
    errors: SEARCH_ERRORS,
    example: { input: { scope, a: "I moved to Lisbon", b: "in March" } },
    success: {
      status: 200,
      description: "Which came first, and both places; null for what memory does not have.",
      schema: orderResultSchema,
      example: {
        first: "a",
        by: "position",
        confidence: 1,
        a: { cube: EXAMPLE_ID, span: [0, 17], coverage: 1, recordedAt },
        b: { cube: EXAMPLE_ID, span: [18, 27], coverage: 1, recordedAt },
        receipt: { operation: "order", ...COST },
      },
    },
    handle: {
      json: ({ memos, scope: owner, input: { a, b, ...options }, signal }) =>
        memos.order(a, b, owner, { ...options, signal }),
    },
  }),
];
