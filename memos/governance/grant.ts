import * as z from "zod";
import {
  cubeIdSchema,
  cubeTypeSchema,
  instantSchema,
  LIMITS,
  type Scope,
  scopeSchema,
} from "../../memcube/index.js";
import { remarkText } from "../../memcube/text.js";
import { sensitivitySchema } from "./label.js";
import { type Principal, principalNameSchema } from "./principal.js";

/** Every limit of governance. */
export const GOVERNANCE_LIMITS = {
  /** Grants of one principal that are not revoked: they are read and indexed at once when one changes. */
  grantsPerPrincipal: 2_000,
  /** Entries in one answer of the audit. */
  auditPage: 1_000,
} as const;

export const actionSchema = z
  .enum(["read", "write", "change", "forget", "reveal", "share", "administer"])
  .meta({
    id: "Action",
    description:
      "read; write: add and import; change: update, restore, states, feedback; forget; reveal: show a secret; share: give grants, at most what one has; administer: principals, keys, quotas, policy, audit, jobs.",
  });

export type Action = z.infer<typeof actionSchema>;
export const ACTIONS = actionSchema.options;

/** What may be asked of a new grant. */
export const newGrantSchema = z
  .strictObject({
    principal: principalNameSchema,
    /** Where: an operation is covered when its scope lies inside. */
    space: scopeSchema,
    actions: z.array(actionSchema).min(1),
    /** Only cubes of these types; all without. */
    types: z.array(cubeTypeSchema).min(1).optional(),
    /** Cubes more sensitive than this are not covered. */
    sensitivity: sensitivitySchema.default("internal"),
    /** `shared` does not cover cubes whose visibility is `private`. */
    visibility: z.enum(["shared", "all"]).default("shared"),
    expiresAt: instantSchema.optional(),
    /** Why; kept in the grant and in the audit. */
    reason: remarkText(LIMITS.causeCharacters).default(""),
  })
  .meta({ id: "NewGrant", description: "A right to be given to a principal of the same tenant." });

/** A right that a principal has, until it expires or is revoked. Nothing is allowed without one. */
export const grantSchema = z
  .strictObject({
    id: cubeIdSchema,
    ...newGrantSchema.shape,
    grantedBy: principalNameSchema,
    createdAt: instantSchema,
    revokedAt: instantSchema.optional(),
  })
  .meta({ id: "Grant", description: "A right that a principal has, until it expires or is revoked." });

export type NewGrant = z.input<typeof newGrantSchema>;
export type Grant = z.infer<typeof grantSchema>;

/** What a new principal is given on its own memory; a service has none of its own. */
export function ownSpace({ tenant, kind, id }: Principal): Scope | undefined {
  return kind === "service" ? undefined : { tenant, [kind]: id };
}

/** What `createPrincipal` gives on the own space: everything but to share, to administer and to reveal. */
export const OWN_ACTIONS: readonly Action[] = ["read", "write", "change", "forget"];

/** A right to everything in a tenant. */
export function everything(
  tenant: string,
  grant: Pick<Grant, "id" | "principal" | "grantedBy" | "createdAt" | "reason">,
): Grant {
  return { ...grant, space: { tenant }, actions: [...ACTIONS], sensitivity: "secret", visibility: "all" };
}
