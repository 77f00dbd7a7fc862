import * as z from "zod";
import { LIMITS, scopeSchema } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";

/** Somebody who acts, by the name that grants and the audit know it by. */
export const principalNameSchema = z
  .strictObject({ kind: z.enum(["user", "agent", "service"]), id: nameText(LIMITS.nameCharacters) })
  .meta({ id: "PrincipalName", description: "A user, an agent or a service of a tenant." });

/** A principal belongs to one tenant: `ana` of another tenant is somebody else. */
export const principalSchema = z.strictObject({
  tenant: scopeSchema.shape.tenant,
  ...principalNameSchema.shape,
});

export type PrincipalName = z.infer<typeof principalNameSchema>;
export type Principal = z.infer<typeof principalSchema>;

/** Whoever opens the store in a process: allowed everything, and no name that a grant or a key can carry. */
export const OWNER: PrincipalName = Object.freeze({ kind: "service", id: "owner" });

/** The service that API keys act for which name nobody else: it has a grant over its whole tenant. */
export const TENANT_ADMIN: PrincipalName = Object.freeze({ kind: "service", id: "admin" });

export function isOwner({ kind, id }: PrincipalName): boolean {
  return kind === OWNER.kind && id === OWNER.id;
}

/** `agent:helper`. */
export function spelled({ kind, id }: PrincipalName): string {
  return `${kind}:${id}`;
}

export function samePrincipal(one: PrincipalName, other: PrincipalName): boolean {
  return one.kind === other.kind && one.id === other.id;
}
