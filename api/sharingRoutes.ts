import * as z from "zod";
import {
  conflictOptionsSchema,
  conflicts,
  conflictsSchema,
  endedHandOverSchema,
  endHandOver,
  handOver,
  handOverInputSchema,
  handOverReceiptSchema,
  handOvers,
  handOversSchema,
  joinOptionsSchema,
  memberSchema,
  resolveConflict,
  resolveOptionsSchema,
  team,
} from "../agents/sharing/index.js";
import { sha256Schema } from "../memcube/hash.js";
import { cubeIdSchema, LIMITS, MemosError, type Scope } from "../memcube/index.js";
import { nameText } from "../memcube/text.js";
import { writeReceiptSchema } from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID, exampleWrite } from "./examples.js";
import { type Route, route } from "./route.js";

const AT = EXAMPLE_CUBE.time.recordedAt;
const CONFLICT_ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const OTHER_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8c";
const HAND_OVER_ID = "9f86d081884c7d659a2feaa0c55ad015";
const name = nameText(LIMITS.nameCharacters);
const member = { team: name, agent: name };
const memberExample = { team: "launch", agent: "writer" };
const shared = { app: "launch" };
const handOverSpace = { tenant: "local", agent: "planner", session: `hand-over ${HAND_OVER_ID}` };

const exampleMember: z.input<typeof memberSchema> = {
  principal: { kind: "agent", id: "writer" },
  actions: ["read"],
  grants: [
    {
      id: EXAMPLE_ID,
      principal: { kind: "agent", id: "writer" },
      space: { tenant: "local", app: "launch" },
      actions: ["read"],
      sensitivity: "internal",
      visibility: "shared",
      reason: "",
      grantedBy: { kind: "service", id: "admin" },
      createdAt: AT,
    },
  ],
};

const exampleValue: z.input<typeof conflictsSchema>["conflicts"][number]["values"][number] = {
  value: "Porto",
  holds: true,
  status: "current",
  by: "writer",
  origin: "assistant",
  since: AT,
  recordedAt: AT,
  cube: EXAMPLE_ID,
  version: 1,
  evidence: "Ana lives in Porto",
};

/** Whose hand-overs: the agent that the scope names. */
function agentIn({ agent }: Scope): string {
  if (agent === undefined)
    throw new MemosError("INVALID_INPUT", "The scope names the agent who hands over.", { path: "agent" });
  return agent;
}

const { tenant: _tenant, from: _from, idempotencyKey, ...handOverFields } = handOverInputSchema.shape;

/** Agents that share: who is in a team, what is handed over, what they disagree on. */
export const SHARING_ROUTES: readonly Route[] = [
  route({
    operationId: "listTeamMembers",
    method: "GET",
    path: "/v1/teams/{team}/members",
    tag: "Govern",
    summary: "Who is in a team",
    description: "Who may do what in the shared space of a team, `{ app: TEAM }`, now.",
    accepts: "query",
    params: { team: name },
    input: {},
    errors: [],
    example: { params: { team: "launch" }, input: {} },
    success: {
      status: 200,
      description: "The members.",
      schema: z.strictObject({ members: z.array(memberSchema) }).meta({ id: "TeamMembers" }),
      example: { members: [exampleMember] },
    },
    handle: {
      json: async ({ memos, scope: { tenant }, params }) => ({
        members: await team(memos, { tenant, name: params.team }).members(),
      }),
    },
  }),
  route({
    operationId: "joinTeam",
    method: "PUT",
    path: "/v1/teams/{team}/members/{agent}",
    tag: "Govern",
    summary: "Let an agent into a team",
    description:
      "Gives an agent a right on the shared space, in the place of what it had there. One that is not known is made known, with a space of its own.",
    accepts: "json",
    params: member,
    input: joinOptionsSchema.shape,
    errors: ["NOT_FOUND", "CONFLICT", "QUOTA_EXCEEDED", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: memberExample, input: { may: "read" } },
    success: { status: 200, description: "What it may do.", schema: memberSchema, example: exampleMember },
    handle: {
      json: ({ memos, scope: { tenant }, params, input }) =>
        team(memos, { tenant, name: params.team }).join(params.agent, input),
    },
  }),
  route({
    operationId: "leaveTeam",
    method: "DELETE",
    path: "/v1/teams/{team}/members/{agent}",
    tag: "Govern",
    summary: "Put an agent out of a team",
    description: "Ends every right of the agent on the shared space at once. What it wrote stays.",
    accepts: "query",
    params: member,
    input: {},
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: memberExample, input: {} },
    success: {
      status: 200,
      description: "The grants that have ended.",
      schema: z.strictObject({ revoked: z.array(cubeIdSchema) }).meta({ id: "LeftTeam" }),
      example: { revoked: [EXAMPLE_ID] },
    },
    handle: {
      json: ({ memos, scope: { tenant }, params }) =>
        team(memos, { tenant, name: params.team }).leave(params.agent),
    },
  }),
  route({
    operationId: "handOver",
    method: "POST",
    path: "/v1/hand-overs",
    tag: "Write",
    summary: "Hand a working set to another agent",
    description:
      "Copies the working memory of a session, and memories that are named, from the space of the agent in the scope into a space that the other agent may read until it ends. Only that agent, or who opened the store, may.",
    accepts: "json",
    headers: { "idempotency-key": "idempotencyKey" },
    params: {},
    input: { ...handOverFields, idempotencyKey },
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "TOO_LARGE",
      "IDEMPOTENCY_MISMATCH",
      "QUOTA_EXCEEDED",
      "READ_ONLY",
      "STORE_BUSY",
      "DISK_FULL",
    ],
    example: { input: { scope: { agent: "planner" }, to: "writer", session: "monday" } },
    success: {
      status: 201,
      description: "What was handed over, what was not and why.",
      schema: handOverReceiptSchema,
      example: {
        id: HAND_OVER_ID,
        from: "planner",
        to: "writer",
        space: handOverSpace,
        grant: EXAMPLE_ID,
        expiresAt: AT,
        handed: [{ cube: OTHER_ID, of: EXAMPLE_ID }],
        left: [],
        replayed: false,
        llmCalls: 0,
        llmTokens: 0,
        milliseconds: 8.4,
      },
    },
    handle: {
      json: ({ memos, scope, input }) =>
        handOver(memos, { ...input, tenant: scope.tenant, from: agentIn(scope) }),
    },
  }),
  route({
    operationId: "listHandOvers",
    method: "GET",
    path: "/v1/hand-overs",
    tag: "Read",
    summary: "What an agent has handed over",
    description: "The latest first, with what became of each.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: { agent: "planner" } },
    success: {
      status: 200,
      description: "The hand-overs.",
      schema: handOversSchema,
      example: {
        handOvers: [
          {
            id: HAND_OVER_ID,
            from: "planner",
            to: "writer",
            space: handOverSpace,
            at: AT,
            expiresAt: AT,
            state: "open",
            memories: 1,
          },
        ],
      },
    },
    handle: { json: ({ memos, scope }) => handOvers(memos, scope.tenant, agentIn(scope)) },
  }),
  route({
    operationId: "endHandOver",
    method: "DELETE",
    path: "/v1/hand-overs/{id}",
    tag: "Write",
    summary: "End a hand-over",
    description:
      "The scope names the agent who handed over. Called by it, the right to read ends at once and the copies are forgotten; called by the other agent, it gives them back.",
    accepts: "query",
    params: { id: nameText(64) },
    input: {},
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: { id: HAND_OVER_ID }, input: { agent: "planner" } },
    success: {
      status: 200,
      description: "What has ended.",
      schema: endedHandOverSchema,
      example: { id: HAND_OVER_ID, revoked: [EXAMPLE_ID], forgotten: 1 },
    },
    handle: {
      json: ({ memos, scope, params }) =>
        endHandOver(memos, { tenant: scope.tenant, from: agentIn(scope), id: params.id }),
    },
  }),
  route({
    operationId: "listConflicts",
    method: "POST",
    path: "/v1/conflicts",
    tag: "Read",
    summary: "What those who share a space disagree on",
    description:
      "Facts with one value at a time of which two state different ones: both values, who, when, in which words, and which of them holds. Changes nothing.",
    accepts: "json",
    params: {},
    input: { settled: conflictOptionsSchema.shape.settled },
    errors: [],
    example: { input: { scope: shared } },
    success: {
      status: 200,
      description: "The conflicts.",
      schema: conflictsSchema,
      example: {
        conflicts: [
          {
            id: CONFLICT_ID,
            subject: "Ana",
            relation: "lives in",
            values: [
              {
                ...exampleValue,
                value: "Lisbon",
                holds: false,
                status: "superseded",
                by: "planner",
                cube: OTHER_ID,
                evidence: "Ana lives in Lisbon",
              },
              exampleValue,
            ],
          },
        ],
        complete: true,
      },
    },
    handle: { json: ({ memos, scope, input }) => conflicts(memos, scope, input) },
  }),
  route({
    operationId: "resolveConflict",
    method: "POST",
    path: "/v1/conflicts/{id}/resolve",
    tag: "Write",
    summary: "Decide a conflict",
    description:
      "Writes a version of the chosen memory that states its value from now on and links to the others as contradicted, with the reason. Nothing is deleted; undoing that version takes the decision back.",
    accepts: "json",
    params: { id: sha256Schema },
    input: { choice: cubeIdSchema, ...resolveOptionsSchema.shape },
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: {
      params: { id: CONFLICT_ID },
      input: { scope: shared, choice: EXAMPLE_ID, reason: "said by Ana herself" },
    },
    success: {
      status: 200,
      description: "The version that says so.",
      schema: writeReceiptSchema,
      example: exampleWrite("update", 2),
    },
    handle: {
      json: ({ memos, scope, params, input: { choice, ...options } }) =>
        resolveConflict(memos, params.id, choice, scope, options),
    },
  }),
];
