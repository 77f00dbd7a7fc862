import * as z from "zod";
import { cubeIdSchema } from "../memcube/index.js";
import {
  auditListOptionsSchema,
  auditListResultSchema,
  auditVerdictSchema,
  grantSchema,
  newGrantSchema,
  principalNameSchema,
  quotaResultSchema,
  quotaSchema,
} from "../memos/index.js";
import { EXAMPLE_CUBE, EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const AT = EXAMPLE_CUBE.time.recordedAt;
const HELPER = { kind: "agent" as const, id: "helper" };
const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const exampleGrant: z.input<typeof grantSchema> = {
  id: EXAMPLE_ID,
  principal: HELPER,
  space: { tenant: "local", user: "ana" },
  actions: ["read"],
  sensitivity: "internal",
  visibility: "shared",
  reason: "answers her mail",
  grantedBy: { kind: "user", id: "ana" },
  createdAt: AT,
};

const { space: _space, ...grantFields } = newGrantSchema.shape;

const principalsResultSchema = z
  .strictObject({
    principals: z.array(z.strictObject({ principal: principalNameSchema, createdAt: z.string() })),
  })
  .meta({ id: "PrincipalsResult" });

/** Who may do what in a tenant, what it may hold, and what was done. */
export const GOVERNANCE_ROUTES: readonly Route[] = [
  route({
    operationId: "createPrincipal",
    method: "POST",
    path: "/v1/principals",
    tag: "Govern",
    summary: "Make a principal known",
    description:
      "A user, an agent or a service that can be given grants and keys. A user or an agent gets a grant on its own memory.",
    accepts: "json",
    params: {},
    input: { principal: principalNameSchema },
    errors: ["CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { principal: HELPER } },
    success: {
      status: 201,
      description: "The principal, and the grant on its own memory.",
      schema: z
        .strictObject({ principal: principalNameSchema, grant: grantSchema.optional() })
        .meta({ id: "PrincipalCreated" }),
      example: { principal: HELPER },
    },
    handle: {
      json: async ({ memos, scope: { tenant }, input: { principal } }) => {
        const { grant } = await memos.governance.createPrincipal({ tenant, ...principal });
        return grant === undefined ? { principal } : { principal, grant };
      },
    },
  }),
  route({
    operationId: "listPrincipals",
    method: "GET",
    path: "/v1/principals",
    tag: "Govern",
    summary: "Principals",
    description: "The principals of the tenant.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The principals.",
      schema: principalsResultSchema,
      example: { principals: [{ principal: HELPER, createdAt: AT }] },
    },
    handle: {
      json: async ({ memos, scope }) => ({ principals: await memos.governance.principals(scope.tenant) }),
    },
  }),
  route({
    operationId: "createGrant",
    method: "POST",
    path: "/v1/grants",
    tag: "Govern",
    summary: "Give a right",
    description:
      "The scope is the space that the grant covers. Who gives a right must have it, for as long and on as much, and be allowed to share it.",
    accepts: "json",
    params: {},
    input: grantFields,
    errors: ["NOT_FOUND", "CONFLICT", "QUOTA_EXCEEDED", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: {
      input: { scope: { user: "ana" }, principal: HELPER, actions: ["read"], reason: "answers her mail" },
    },
    success: { status: 201, description: "The grant.", schema: grantSchema, example: exampleGrant },
    handle: {
      json: ({ memos, scope, input }) => memos.governance.grant({ ...input, space: scope }),
    },
  }),
  route({
    operationId: "listGrants",
    method: "GET",
    path: "/v1/grants",
    tag: "Govern",
    summary: "Grants",
    description: "The grants on a scope and inside it, with those that have ended.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The grants, the oldest first.",
      schema: z.strictObject({ grants: z.array(grantSchema) }).meta({ id: "GrantsResult" }),
      example: { grants: [exampleGrant] },
    },
    handle: { json: async ({ memos, scope }) => ({ grants: await memos.governance.grants(scope) }) },
  }),
  route({
    operationId: "revokeGrant",
    method: "DELETE",
    path: "/v1/grants/{id}",
    tag: "Govern",
    summary: "End a right",
    description:
      "Counts at once. What the holder has given to others on the strength of this grant ends with it.",
    accepts: "query",
    params: { id: cubeIdSchema },
    input: {},
    errors: ["NOT_FOUND", "CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: { id: EXAMPLE_ID }, input: {} },
    success: {
      status: 200,
      description: "The ids of the grants that have ended.",
      schema: z.strictObject({ revoked: z.array(cubeIdSchema) }).meta({ id: "Revoked" }),
      example: { revoked: [EXAMPLE_ID] },
    },
    handle: {
      json: ({ memos, scope, params }) => memos.governance.revoke(params.id, scope.tenant),
    },
  }),
  route({
    operationId: "getQuota",
    method: "GET",
    path: "/v1/quota",
    tag: "Govern",
    summary: "Quota and usage",
    description: "What the tenant may hold at most, and what it holds.",
    accepts: "query",
    params: {},
    input: {},
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "Limits and counts.",
      schema: quotaResultSchema,
      example: { quota: { cubes: 100_000 }, usage: { cubes: 1, textBytes: 27, apiKeys: 1 } },
    },
    handle: { json: ({ memos, scope }) => memos.governance.quota(scope.tenant) },
  }),
  route({
    operationId: "setQuota",
    method: "PATCH",
    path: "/v1/quota",
    tag: "Govern",
    summary: "Limit a tenant",
    description: "Sets every limit: what is not named is not limited any more. Nothing is removed.",
    accepts: "json",
    params: {},
    input: { quota: quotaSchema },
    errors: ["CONFLICT", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { input: { quota: { cubes: 100_000 } } },
    success: {
      status: 200,
      description: "Limits and counts.",
      schema: quotaResultSchema,
      example: { quota: { cubes: 100_000 }, usage: { cubes: 1, textBytes: 27, apiKeys: 1 } },
    },
    handle: {
      json: ({ memos, scope, input: { quota } }) => memos.governance.setQuota(scope.tenant, quota),
    },
  }),
  route({
    operationId: "listAudit",
    method: "GET",
    path: "/v1/audit",
    tag: "Govern",
    summary: "Audit",
    description: "What was done and refused in the tenant, the oldest first, a page at a time.",
    accepts: "query",
    params: {},
    input: {
      after: auditListOptionsSchema.shape.after.describe("Entries after this one."),
      limit: auditListOptionsSchema.shape.limit.describe("Entries at most."),
      operation: auditListOptionsSchema.shape.operation.describe("Only entries of this operation."),
    },
    errors: [],
    example: { input: { limit: 20 } },
    success: {
      status: 200,
      description: "The entries.",
      schema: auditListResultSchema,
      example: {
        entries: [
          {
            sequence: 1,
            at: AT,
            tenant: "local",
            principal: { kind: "user", id: "ana" },
            action: "write",
            operation: "add",
            decision: "allowed",
            reason: `grant ${EXAMPLE_ID}`,
            scope: { tenant: "local", user: "ana" },
            targets: [EXAMPLE_ID],
            details: HASH,
            previousHash: null,
            hash: HASH,
          },
        ],
      },
    },
    handle: {
      json: ({ memos, scope, input, signal }) => memos.audit.list(scope.tenant, { ...input, signal }),
    },
  }),
  route({
    operationId: "verifyAudit",
    method: "POST",
    path: "/v1/audit/verify",
    tag: "Govern",
    summary: "Check the audit",
    description:
      "Reads the whole audit of the tenant and checks its chain of hashes. What was cut off at its end shows only against a head that was noted earlier.",
    accepts: "json",
    params: {},
    input: {
      expectHead: auditVerdictSchema.shape.head
        .unwrap()
        .optional()
        .describe("A head that was noted earlier."),
    },
    errors: [],
    example: { input: {} },
    success: {
      status: 200,
      description: "The verdict.",
      schema: auditVerdictSchema,
      example: { tenant: "local", intact: true, entries: 1, head: { sequence: 1, hash: HASH } },
    },
    handle: {
      json: ({ memos, scope, input: { expectHead }, signal }) =>
        memos.audit.verify(scope.tenant, { expectHead, signal }),
    },
  }),
];
