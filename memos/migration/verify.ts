import { throwIfAborted } from "../aborted.js";
import { auditVerdict } from "../governance/audit.js";
import type { LedgerTable } from "../store/sql/move/catalogue.js";
import type { Source, Target } from "../store/sql/move/place.js";
import { hashOf } from "../store/sql/move/row.js";
import type { MigrationReceipt } from "./operations.js";

/** Broken chains that are named; the others are counted. */
const NAMED = 5;

type Verified = Pick<MigrationReceipt, "tables" | "audits" | "faults">;

/** Reads both ledgers whole, row by row, and follows every chain of the new one. */
export async function verify(
  { source, target }: { source: Source; target: Target },
  tables: readonly LedgerTable[],
  onRows: (table: string, rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<Verified> {
  const faults: string[] = [];
  const compared: MigrationReceipt["tables"] = [];
  for (const table of tables) {
    const onChunk = (rows: number) => {
      throwIfAborted(signal);
      onRows(table.name, rows);
    };
    const [here, there] = await Promise.all([
      hashOf(source.rows(table), onChunk),
      hashOf(target.rows(table), () => throwIfAborted(signal)),
    ]);
    const equal = here.rows === there.rows && here.sha256 === there.sha256;
    compared.push({ name: table.name, rows: here.rows, equal });
    if (!equal)
      faults.push(
        here.rows === there.rows
          ? `The ${here.rows} rows of ${table.name} are not the same in both.`
          : `${table.name} has ${here.rows} rows in the old ledger and ${there.rows} in the new one.`,
      );
  }
  const chains = await followChains(target, signal);
  return { tables: compared, audits: chains.audits, faults: [...faults, ...chains.faults] };
}

async function followChains(
  target: Target,
  signal: AbortSignal | undefined,
): Promise<{ audits: number; faults: string[] }> {
  const faults: string[] = [];
  const ledger = await target.ledger();
  try {
    const { file, broken } = await ledger.verify();
    if (file !== "ok") faults.push(`The new ledger says: ${file}.`);
    if (broken.length > 0)
      faults.push(
        `The chains of versions of ${broken.length} cubes are broken: ${broken.slice(0, NAMED).join(", ")}.`,
      );
    const tenants = await ledger.auditedTenants();
    for (const tenant of tenants) {
      throwIfAborted(signal);
      const { broken: fault } = await auditVerdict(ledger, tenant, undefined, signal);
      if (fault !== undefined)
        faults.push(`The audit of ${tenant} is broken at entry ${fault.sequence}: ${fault.fault}.`);
    }
    return { audits: tenants.length, faults };
  } finally {
    await ledger.close();
  }
}
