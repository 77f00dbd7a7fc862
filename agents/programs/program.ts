import * as z from "zod";
import {
  isMemosError,
  type MemCube,
  MemosError,
  type Scope,
  type Source,
  sha256,
  textOf,
} from "../../memcube/index.js";
import { eq, type MemOS } from "../../memos/index.js";
import type { Instruction, ProgramReceipt, ProgramState, ProgramStatus } from "./operations.js";
import { fileIn, ProgramFiles } from "./programFiles.js";
import { eventIn, ProgramLog } from "./programLog.js";
import { readProgramText } from "./programText.js";

/** Cubes of a program that are read at once. */
const PAGE = 250;

/** What a plan cost, as the program's cube records it. */
const costSchema = z.object({
  part: z.literal("program"),
  calls: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
});

/** A program as the ledger has it. */
export interface Program {
  readonly id: string;
  /** The scope that it was planned in; everything that it makes is in it. */
  readonly scope: Scope;
  readonly goal: string;
  readonly instructions: readonly Instruction[];
  readonly plan: z.output<typeof costSchema>;
  readonly log: ProgramLog;
  readonly files: ProgramFiles;
}

/** @throws MemosError NOT_FOUND, also for a cube that is no program, CONFLICT when parts of it were changed or forgotten. */
export async function loadProgram(memos: MemOS, id: string, scope: Scope): Promise<Program> {
  const cube = await memos.get(id, scope);
  const plan = costSchema.safeParse(cube.attributes.metadata);
  const text = textOf(cube);
  if (!plan.success || text === undefined)
    throw new MemosError("NOT_FOUND", `There is no program ${id} in this scope.`);
  const parts = await partsOf(memos, cube);
  const owner = { id, scope: cube.scope, source: { cube: id, sha256: sha256(text) } satisfies Source };
  const events = parts.flatMap((part) => eventIn(part) ?? []).sort((a, b) => a.sequence - b.sequence);
  return {
    ...{ id, scope: cube.scope, plan: plan.data },
    ...readProgramText(text),
    log: new ProgramLog(memos, owner, events),
    files: new ProgramFiles(
      memos,
      owner,
      parts.flatMap((part) => fileIn(part) ?? []),
    ),
  };
}

async function partsOf(memos: MemOS, { id, scope }: MemCube): Promise<MemCube[]> {
  const parts: MemCube[] = [];
  let cursor: string | undefined;
  do {
    const page = await memos.list(scope, {
      where: eq("metadata.program", id),
      states: ["generated", "active", "archived", "frozen"],
      order: "oldest",
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    parts.push(...page.cubes);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return parts;
}

/** What a program has come to. */
export function statusOf({ id, goal, instructions, plan, log }: Program): ProgramStatus {
  const { done, problem, ended } = log.progress;
  const state = stateOf(log, instructions.length);
  return {
    ...{ id, state, goal },
    ...(state === "stopped" && problem !== undefined ? { reason: problem } : {}),
    ...(done.length < instructions.length && ended !== "cancelled" ? { next: done.length + 1 } : {}),
    instructions: instructions.map((instruction, index) => {
      const outcome = done[index];
      return {
        ...instruction,
        done: outcome !== undefined,
        ...(outcome === undefined ? {} : { note: outcome.note }),
      };
    }),
    receipt: receiptOf(plan, log),
  };
}

export function stateOf({ progress }: ProgramLog, instructions: number): ProgramState {
  if (progress.done.length === instructions) return "done";
  if (progress.ended !== undefined) return progress.ended;
  return progress.events.length === 0 ? "waiting" : "running";
}

function receiptOf(plan: Program["plan"], { progress }: ProgramLog): ProgramReceipt {
  const { events, done } = progress;
  const sum = (field: "calls" | "inputTokens" | "outputTokens") =>
    events.reduce((total, event) => total + event[field], plan[field]);
  const number = (kind: string) => events.filter((event) => event.kind === kind).length;
  return {
    calls: sum("calls"),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    instructionsDone: done.length,
    repairs: number("failed"),
    abandoned: number("abandoned"),
  };
}

/** Whether this is what a program threw because it went on elsewhere, or a file of it was changed meanwhile. */
export function isOvertaken(error: unknown): boolean {
  return isMemosError(error, "CONFLICT") || isMemosError(error, "IDEMPOTENCY_MISMATCH");
}
