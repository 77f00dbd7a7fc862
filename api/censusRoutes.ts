import { censusSchema } from "../memos/index.js";
import { EXAMPLE_CUBE } from "./examples.js";
import { type Route, route } from "./route.js";

const AT = EXAMPLE_CUBE.time.recordedAt;

/** Whose the memories of a scope are. */
export const CENSUS_ROUTES: readonly Route[] = [
  route({
    operationId: "census",
    method: "GET",
    path: "/v1/census",
    tag: "Operate",
    summary: "Whose memories there are",
    description: "Every user, agent, app and session that memories of a scope belong to, and how many.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "How many memories there are, in all and of each owner.",
      schema: censusSchema,
      example: {
        cubes: 1,
        owners: [{ scope: { tenant: "local", user: "ana" }, cubes: 1, first: AT, last: AT }],
      },
    },
    handle: { json: ({ memos, scope, signal }) => memos.census(scope, { signal }) },
  }),
];
