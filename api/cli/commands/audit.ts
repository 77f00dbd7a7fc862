import type { Command } from "commander";
import * as z from "zod";
import type { AuditVerdict } from "../../../memos/governance/audit.js";
import { auditHeadSchema } from "../../../memos/governance/auditEntry.js";
import { GOVERNANCE_LIMITS } from "../../../memos/governance/grant.js";
import { spelled } from "../../../memos/governance/principal.js";
import { optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, oneLine, print, table } from "../output.js";
import { typedPrincipal } from "../principalName.js";
import { withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

const listSchema = z.object({
  after: wholeNumber(0, 1e15 - 1).optional(),
  limit: wholeNumber(1, GOVERNANCE_LIMITS.auditPage).optional(),
  principal: typedPrincipal.optional(),
  operation: z.string().min(1).max(64).optional(),
});

const verifySchema = z.object({
  all: z.boolean().default(false),
  expectHead: z
    .string()
    .regex(/^\d{1,15}:[0-9a-f]{64}$/, "must be SEQUENCE:HASH, as verify prints it")
    .transform((value) => {
      const [sequence, hash] = value.split(":");
      return { sequence: Number(sequence), hash };
    })
    .pipe(auditHeadSchema)
    .optional(),
});

export function registerAudit(program: Command): void {
  const audit = program
    .command("audit")
    .summary("what was done and refused")
    .description("Shows the audit of a tenant and checks that nothing in it was changed.");
  withExample(audit, "memos audit verify");
  registerList(audit);
  registerVerify(audit);
}

function registerList(parent: Command): void {
  const command = parent
    .command("list")
    .description("Lists entries, the oldest first.")
    .option("--after <number>", "entries after this one")
    .option("--limit <number>", "entries at most (default: 100)")
    .option("--principal <principal>", "only what user:NAME, agent:NAME or service:NAME did")
    .option("--operation <name>", "only this operation");
  takeScope(command, []);
  withExample(command, "memos audit list --operation forget");
  command.action(async () => {
    const { tenant } = scopeOf(command);
    const wanted = optionsOf(command, listSchema);
    const page = await withStoreToRead(command, (memos) => memos.audit.list(tenant, wanted));
    print(command, page, () =>
      page.entries.length === 0
        ? "no entries"
        : table(
            ["", "at", "principal", "operation", "decision", "reason", "about"],
            page.entries.map((entry) => [
              entry.sequence,
              entry.at,
              spelled(entry.principal),
              entry.operation,
              entry.decision,
              oneLine(entry.reason, 60),
              entry.targets.length > 1 ? counted(entry.targets.length, "id", "ids") : entry.targets[0],
            ]),
          ),
    );
  });
}

function registerVerify(parent: Command): void {
  const command = parent
    .command("verify")
    .description(
      "Reads the whole audit and checks its chain of hashes; names the first entry that is not as it was recorded, and then ends with status 1.",
    )
    .option("--expect-head <head>", "SEQUENCE:HASH as an earlier verify printed it: shows a cut end")
    .option("--all", "every tenant of the store");
  takeScope(command, []);
  withExample(command, "memos audit verify --tenant acme", "memos audit verify --all");
  command.action(async () => {
    const { all, expectHead } = optionsOf(command, verifySchema);
    if (all && expectHead !== undefined)
      throw new UsageError("--expect-head is the head of one tenant: name it with --tenant, without --all");
    const signal = interruption();
    const verdicts = await withStoreToRead(command, async (memos) => {
      const tenants = all ? await memos.audit.tenants() : [scopeOf(command).tenant];
      const found: AuditVerdict[] = [];
      for (const tenant of tenants) found.push(await memos.audit.verify(tenant, { expectHead, signal }));
      return found;
    });
    const intact = verdicts.every((verdict) => verdict.intact);
    print(command, { intact, audits: verdicts }, () => verdicts.map(verdictText).join("\n") || "no audit");
    if (!intact) process.exitCode = 1;
  });
}

function verdictText({ tenant, intact, entries, head, broken }: AuditVerdict): string {
  const count = counted(entries, "entry", "entries");
  if (!intact) return `${tenant}: broken at entry ${broken?.sequence}: ${broken?.fault}`;
  return head === null
    ? `${tenant}: empty`
    : `${tenant}: intact, ${count}; head ${head.sequence}:${head.hash}`;
}
