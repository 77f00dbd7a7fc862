import * as z from "zod";
import { scopeSchema } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { parse } from "../parse.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Ledger } from "../store/ledger.js";
import type { Access } from "./access.js";
import { type AuditEntry, type AuditHead, auditEntrySchema, auditHeadSchema, faultOf } from "./auditEntry.js";
import { GOVERNANCE_LIMITS } from "./grant.js";
import { principalNameSchema } from "./principal.js";

const signal = z.instanceof(AbortSignal).optional();
const tenantSchema = scopeSchema.shape.tenant;

export const auditListOptionsSchema = z.strictObject({
  /** Entries after this one; from the beginning without. */
  after: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(GOVERNANCE_LIMITS.auditPage).default(100),
  principal: principalNameSchema.optional(),
  operation: z.string().min(1).max(64).optional(),
  signal,
});

export const auditVerifyOptionsSchema = z.strictObject({
  /** A head that was noted earlier: the chain must still contain it. */
  expectHead: auditHeadSchema.optional(),
  signal,
});

export const auditListResultSchema = z
  .strictObject({ entries: z.array(auditEntrySchema) })
  .meta({ id: "AuditListResult" });

export const auditVerdictSchema = z
  .strictObject({
    tenant: z.string(),
    /** Whether every entry follows from the one before it, and the expected head is among them. */
    intact: z.boolean(),
    /** Entries that were looked at. */
    entries: z.int().nonnegative(),
    /** The last entry; null for an empty audit. Note it elsewhere to see later whether the end was cut off. */
    head: auditHeadSchema.nullable(),
    /** The first fault. */
    broken: z.strictObject({ sequence: z.int().positive(), fault: z.string() }).optional(),
  })
  .meta({ id: "AuditVerdict" });

export type AuditListOptions = z.input<typeof auditListOptionsSchema>;
export type AuditVerifyOptions = z.input<typeof auditVerifyOptionsSchema>;
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

/** Entries read from the ledger at once. */
const PAGE = 500;

function faultIn(
  previous: AuditEntry | null,
  entry: AuditEntry,
  expected: AuditHead | undefined,
): string | null {
  const fault = faultOf(previous, entry);
  if (fault !== null) return fault;
  const isNoted =
    expected === undefined || expected.sequence !== entry.sequence || expected.hash === entry.hash;
  return isNoted ? null : "it is not the entry that was noted";
}

/** What was done and refused in each tenant, in an order that cannot be changed unnoticed. */
export class Audit {
  readonly #ledger: Ledger;
  readonly #access: Access;

  constructor(ledger: Ledger, access: Access) {
    this.#ledger = ledger;
    this.#access = access;
  }

  /** Tenants that have an audit; for who opened the store. */
  async tenants(): Promise<string[]> {
    await this.#access.authorizeOwner("audit.tenants");
    return this.#ledger.auditedTenants();
  }

  /** Entries of a tenant, the oldest first, a page at a time. */
  async list(tenant: string, options: AuditListOptions = {}): Promise<{ entries: AuditEntry[] }> {
    const { after, limit, principal, operation, signal } = parse(auditListOptionsSchema, options);
    const name = parse(tenantSchema, tenant);
    await this.#access.authorize("audit.list", "administer", { tenant: name });
    throwIfAborted(signal);
    return { entries: await this.#ledger.auditAfter(name, after, limit, { principal, operation }) };
  }

  /**
   * Reads a tenant's whole audit and checks that nothing in it was changed, removed, inserted or reordered.
   * What was cut off at its end shows only against `expectHead`.
   */
  async verify(tenant: string, options: AuditVerifyOptions = {}): Promise<AuditVerdict> {
    const { expectHead, signal } = parse(auditVerifyOptionsSchema, options);
    const name = parse(tenantSchema, tenant);
    await this.#access.authorize("audit.verify", "administer", { tenant: name });
    return auditVerdict(this.#ledger, name, expectHead, signal);
  }
}

/** Whether every entry of a tenant's audit follows from the one before it, and the noted one is among them. */
export async function auditVerdict(
  ledger: Pick<Ledger, "auditAfter">,
  tenant: string,
  expectHead: AuditHead | undefined,
  signal: AbortSignal | undefined,
): Promise<AuditVerdict> {
  let last: AuditEntry | null = null;
  let entries = 0;
  let broken: AuditVerdict["broken"];
  while (broken === undefined) {
    throwIfAborted(signal);
    const page = await ledger.auditAfter(tenant, last?.sequence ?? 0, PAGE, {});
    if (page.length === 0) break;
    const before: (AuditEntry | null)[] = [last, ...page];
    const faults = await mapInSlices([...page.entries()], ([at, entry]) =>
      faultIn(before[at] ?? null, entry, expectHead),
    );
    const at = faults.findIndex((fault) => fault !== null);
    const [checked, fault] = at < 0 ? [page.length, null] : [at + 1, faults[at] ?? null];
    last = page[checked - 1] ?? null;
    entries += checked;
    if (fault !== null && last !== null) broken = { sequence: last.sequence, fault };
  }
  const end = last?.sequence ?? 0;
  if (broken === undefined && expectHead !== undefined && expectHead.sequence > end)
    broken = { sequence: end + 1, fault: "the end was cut off" };
  return {
    tenant,
    intact: broken === undefined,
    entries,
    head: last === null ? null : { sequence: last.sequence, hash: last.hash },
    ...(broken === undefined ? {} : { broken }),
  };
}
