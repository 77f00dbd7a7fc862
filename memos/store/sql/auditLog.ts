import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import { type AuditEntry, type AuditHead, type AuditNote, nextEntry } from "../../governance/auditEntry.js";
import type { AuditFilter } from "../governanceLedger.js";
import type { Connection } from "./connection.js";
import { audit } from "./schema.js";

/** The audit of each tenant. Entries are appended and read; there is nothing that changes or removes one. */
export class AuditLog {
  readonly #connection: Connection;
  readonly #last;
  readonly #append;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#last = connection.orm
      .select({ sequence: audit.sequence, at: audit.at, hash: audit.hash })
      .from(audit)
      .where(eq(audit.tenant, sql.placeholder("tenant")))
      .orderBy(desc(audit.sequence))
      .limit(1)
      .prepare();
    const p = (name: string) => sql.placeholder(name);
    this.#append = connection.orm
      .insert(audit)
      .values({
        tenant: p("tenant"),
        sequence: p("sequence"),
        at: p("at"),
        kind: p("kind"),
        principal: p("id"),
        action: p("action"),
        operation: p("operation"),
        decision: p("decision"),
        reason: p("reason"),
        scope: p("scope"),
        targets: p("targets"),
        details: p("details"),
        previousHash: p("previousHash"),
        hash: p("hash"),
      })
      .prepare();
  }

  append(note: AuditNote): void {
    const last = this.#last.get({ tenant: note.tenant });
    const previous = last === undefined ? null : { ...last, at: instant(last.at), hash: hex(last.hash) };
    const { principal, ...entry } = nextEntry(previous, note, Date.now());
    this.#append.run({
      ...entry,
      ...principal,
      at: Date.parse(entry.at),
      details: bytes(entry.details),
      previousHash: bytes(entry.previousHash),
      hash: bytes(entry.hash),
    });
  }

  after(tenant: string, after: number, limit: number, { principal, operation }: AuditFilter): AuditEntry[] {
    return this.#connection.orm
      .select()
      .from(audit)
      .where(
        and(
          eq(audit.tenant, tenant),
          gt(audit.sequence, after),
          principal === undefined
            ? undefined
            : and(eq(audit.kind, principal.kind), eq(audit.principal, principal.id)),
          operation === undefined ? undefined : eq(audit.operation, operation),
        ),
      )
      .orderBy(asc(audit.sequence))
      .limit(limit)
      .all()
      .map(({ kind, principal: id, ...row }) => ({
        ...row,
        at: instant(row.at),
        principal: { kind, id },
        details: row.details === null ? null : hex(row.details),
        previousHash: row.previousHash === null ? null : hex(row.previousHash),
        hash: hex(row.hash),
      }));
  }

  head(tenant: string): AuditHead | null {
    const last = this.#last.get({ tenant });
    return last === undefined ? null : { sequence: last.sequence, hash: hex(last.hash) };
  }

  /** Time of the last entry in milliseconds; 0 when there is none. */
  latest(tenant: string): number {
    return this.#last.get({ tenant })?.at ?? 0;
  }

  tenants(): string[] {
    return this.#connection.orm
      .selectDistinct({ tenant: audit.tenant })
      .from(audit)
      .orderBy(audit.tenant)
      .all()
      .map(({ tenant }) => tenant);
  }
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function hex(buffer: Uint8Array): string {
  return Buffer.from(buffer).toString("hex");
}

function bytes(hash: string | null): Buffer | null {
  return hash === null ? null : Buffer.from(hash, "hex");
}
