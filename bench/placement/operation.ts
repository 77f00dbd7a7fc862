import { readFile } from "node:fs/promises";
import * as z from "zod";
import { instantSchema, MemosError, scopeSchema } from "../../memcube/index.js";
import { type AuditEntry, auditEntrySchema } from "../../memos/governance/auditEntry.js";

export const OPERATION_KINDS = ["add", "recall", "chat"] as const;

/** Lines of a recorded trace: beyond, cut it into pieces by tenant. */
const LINES_MOST = 5_000_000;

const name = scopeSchema.shape.tenant;

/** One operation of a trace, as a line of a file says it: what was done by whom and when, never what was said. */
export const operationSchema = z
  .strictObject({
    at: instantSchema,
    tenant: name,
    user: name.optional(),
    kind: z.enum(OPERATION_KINDS),
    /** Cubes that an `add` wrote, or that stayed of a `chat`. */
    cubes: z.int().nonnegative().max(1_000_000).optional(),
    /** Tokens of a turn of a `chat`. */
    tokens: z.int().positive().max(1_000_000).optional(),
    /** The cubes are core memory: they stand at the beginning of every prompt. */
    core: z.boolean().optional(),
  })
  .meta({ id: "PlacementOperation" });

export type RecordedOperation = z.infer<typeof operationSchema>;

/** A page of the audit, as `memos audit list --json` prints it. */
const auditPageSchema = z.object({ entries: z.array(auditEntrySchema) });

/** Cubes that stay of a turn of a chat: the question and the answer. */
export const CUBES_OF_A_CHAT = 2;

/** Operations of the audit that a trace knows. */
const AUDITED: Readonly<Record<string, RecordedOperation["kind"]>> = {
  add: "add",
  addMany: "add",
  recall: "recall",
  search: "recall",
  chat: "chat",
};

/**
 * What an audit says was done, as a trace. Reads are in the audit of a tenant that has `auditReads`. What stays of a
 * chat is an `add` of its own there.
 */
export function operationsOfAudit(entries: readonly AuditEntry[]): RecordedOperation[] {
  return entries.flatMap(({ at, tenant, scope, operation, decision, targets }) => {
    const kind = AUDITED[operation];
    if (kind === undefined || decision === "denied") return [];
    return [
      {
        at,
        tenant,
        kind,
        ...(scope.user === undefined ? {} : { user: scope.user }),
        ...(kind === "add" ? { cubes: Math.max(1, targets.length) } : {}),
        ...(kind === "chat" ? { cubes: 0 } : {}),
      },
    ];
  });
}

/**
 * Reads a recorded trace: JSONL, a line is an operation or a page of the audit. What comes back is in the order of time.
 *
 * @throws MemosError INVALID_INPUT with the line for what is neither, TOO_LARGE.
 */
export async function readTrace(file: string): Promise<RecordedOperation[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  if (lines.length > LINES_MOST)
    throw new MemosError("TOO_LARGE", `The trace has ${lines.length} lines; ${LINES_MOST} are allowed.`);
  const read = lines.flatMap((line, at) => (line.trim() === "" ? [] : operationsOfLine(line, at + 1)));
  return read.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function operationsOfLine(line: string, number: number): RecordedOperation[] {
  const value = jsonOf(line, number);
  const page = auditPageSchema.safeParse(value);
  if (page.success) return operationsOfAudit(page.data.entries);
  const operation = operationSchema.safeParse(value);
  if (operation.success) return [operation.data];
  const [issue] = operation.error.issues;
  throw invalid(number, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is not an operation"}`);
}

function jsonOf(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid(number, "it is not JSON");
  }
}

function invalid(number: number, why: string): MemosError {
  return new MemosError("INVALID_INPUT", `Line ${number} of the trace: ${why}.`, { path: `${number}` });
}
