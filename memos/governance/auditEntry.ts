import * as z from "zod";
import { contentHash, instantSchema, scopeSchema, sha256Schema } from "../../memcube/index.js";
import { actionSchema } from "./grant.js";
import { principalNameSchema } from "./principal.js";

/** What is told to the audit; the chain adds place, time and hashes. Ids and hashes only, never content. */
export const auditNoteSchema = z.strictObject({
  tenant: scopeSchema.shape.tenant,
  principal: principalNameSchema,
  action: actionSchema,
  /** Name of the operation, as `update` or `grant`. */
  operation: z.string(),
  decision: z.enum(["allowed", "denied"]),
  /** Which grants allowed it, or why it was denied. */
  reason: z.string(),
  scope: scopeSchema,
  /** Ids of what it was about: cubes, grants, keys. */
  targets: z.array(z.string()),
  /** SHA-256 of what was done: of the hashes of the versions written, of a grant. */
  details: sha256Schema.nullable(),
});

/** One link of a tenant's audit. `hash` covers everything beside it and the hash of the link before. */
export const auditEntrySchema = z
  .strictObject({
    /** 1, 2, 3 and so on, without gaps. */
    sequence: z.int().positive(),
    /** Never before that of the link before, whatever the clock of the machine says. */
    at: instantSchema,
    ...auditNoteSchema.shape,
    previousHash: sha256Schema.nullable(),
    hash: sha256Schema,
  })
  .meta({ id: "AuditEntry" });

/** The end of a chain. Noted elsewhere, it proves later that nothing before it was cut off. */
export const auditHeadSchema = z
  .strictObject({ sequence: z.int().positive(), hash: sha256Schema })
  .meta({ id: "AuditHead" });

export type AuditNote = z.infer<typeof auditNoteSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditHead = z.infer<typeof auditHeadSchema>;

function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return contentHash(entry);
}

/** Appends a note to a chain. `now` is in milliseconds since the epoch. */
export function nextEntry(
  previous: Pick<AuditEntry, "sequence" | "at" | "hash"> | null,
  note: AuditNote,
  now: number,
): AuditEntry {
  const clock = new Date(now).toISOString();
  // Field by field: a whole entry passed as the note would carry its own hash into the new one.
  const { tenant, principal, action, operation, decision, reason, scope, targets, details } = note;
  const entry = {
    tenant,
    principal,
    action,
    operation,
    decision,
    reason,
    scope,
    targets,
    details,
    sequence: (previous?.sequence ?? 0) + 1,
    at: previous !== null && previous.at > clock ? previous.at : clock,
    previousHash: previous?.hash ?? null,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** What is wrong with a link, seen from the one before it; null when it follows. */
export function faultOf(
  previous: Pick<AuditEntry, "sequence" | "at" | "hash"> | null,
  entry: AuditEntry,
): string | null {
  const { hash, ...rest } = entry;
  const wanted = (previous?.sequence ?? 0) + 1;
  if (entry.sequence !== wanted) return `entry ${wanted} is missing`;
  if (entry.previousHash !== (previous?.hash ?? null)) return "it does not follow from the entry before it";
  if (hash !== hashOf(rest)) return "its content is not what was recorded";
  if (previous !== null && entry.at < previous.at) return "it is older than the entry before it";
  return null;
}
