import * as z from "zod";
import {
  cubeIdSchema,
  isMemosError,
  type MemCube,
  MemosError,
  type Scope,
  type Source,
} from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";

const count = z.int().nonnegative();

const eventSchema = z.object({
  sequence: z.int().positive(),
  /**
   * `done`: the changes of this attempt are what the instruction came to. `failed`: this attempt came to nothing.
   * `abandoned`: it was cut off in the middle of its changes. `stopped`, `resumed`, `cancelled`: of the program.
   */
  kind: z.enum(["done", "failed", "abandoned", "stopped", "resumed", "cancelled"]),
  /** Number of the instruction. */
  step: z.int().positive().optional(),
  attempt: cubeIdSchema.optional(),
  /** What was done, or what was wrong. */
  note: z.string().optional(),
  calls: count.default(0),
  inputTokens: count.default(0),
  outputTokens: count.default(0),
});

export type ProgramEvent = z.output<typeof eventSchema>;
export type NewEvent = Omit<z.input<typeof eventSchema>, "sequence">;

/** What a program has come to, from its events. */
export interface Progress {
  readonly events: readonly ProgramEvent[];
  /** Attempt and note of each instruction that is done, in order. */
  readonly done: readonly { readonly attempt: string; readonly note: string }[];
  /** Attempts that came to nothing: their changes are none. */
  readonly voided: ReadonlySet<string>;
  /** Attempts at the next instruction that failed since the program last went on, and why the last one did. */
  readonly failures: number;
  readonly problem: string | undefined;
  readonly ended: "stopped" | "cancelled" | undefined;
}

/** @throws MemosError CONFLICT when an event is missing: somebody has forgotten a part of the program. */
export function progressOf(events: readonly ProgramEvent[]): Progress {
  const done: { attempt: string; note: string }[] = [];
  const voided = new Set<string>();
  let failures = 0;
  let problem: string | undefined;
  let ended: Progress["ended"];
  for (const [index, { sequence, kind, step, attempt, note }] of events.entries()) {
    const proper =
      sequence === index + 1 && (kind !== "done" || (step === done.length + 1 && attempt !== undefined));
    if (!proper) throw new MemosError("CONFLICT", "Records of this program are missing; it cannot go on.");
    if (attempt !== undefined && kind !== "done") voided.add(attempt);
    if (kind === "failed") {
      failures++;
      problem = note;
    } else if (kind === "done") {
      done.push({ attempt: attempt as string, note: note ?? "" });
      failures = 0;
      problem = undefined;
    } else if (kind === "resumed") {
      failures = 0;
      ended = undefined;
    } else if (kind === "stopped" || kind === "cancelled") {
      ended = kind;
      problem = note ?? problem;
    }
  }
  return { events, done, voided, failures, problem, ended };
}

/** Whether these are the changes of an attempt that counts. */
export function isCommitted({ done }: Progress, step: number, attempt: string): boolean {
  return done[step - 1]?.attempt === attempt;
}

/** The event that a cube records; undefined for another one. */
export function eventIn({ attributes }: MemCube): ProgramEvent | undefined {
  return attributes.metadata["part"] === "event" ? eventSchema.parse(attributes.metadata) : undefined;
}

/**
 * The log of a program: what has happened to it, a cube for each event, none of which ever changes. Whoever writes
 * event number n decides what comes after n - 1: of two who go on from the same place one is refused, and has
 * changed nothing that counts.
 */
export class ProgramLog {
  readonly #memos: MemOS;
  readonly #program: { readonly id: string; readonly scope: Scope; readonly source: Source };
  #progress: Progress;

  constructor(
    memos: MemOS,
    program: { readonly id: string; readonly scope: Scope; readonly source: Source },
    events: readonly ProgramEvent[],
  ) {
    this.#memos = memos;
    this.#program = program;
    this.#progress = progressOf(events);
  }

  get progress(): Progress {
    return this.#progress;
  }

  /**
   * Durable when it resolves.
   *
   * @throws MemosError CONFLICT when somebody else was faster.
   */
  async append(event: NewEvent): Promise<void> {
    const { id, scope, source } = this.#program;
    const sequence = this.#progress.events.length + 1;
    const note = event.note?.slice(0, LIMITS.problemCharacters).toWellFormed();
    const full = eventSchema.parse({ ...event, sequence, note });
    const fields = Object.entries(full).filter(([, value]) => value !== undefined);
    try {
      await this.#memos.add(
        {
          text: sentence(full.kind, full.step, full.note),
          type: "procedural",
          origin: "inferred",
          tags: ["program"],
          metadata: { part: "event", program: id, ...Object.fromEntries(fields) },
          sources: [source],
        },
        scope,
        { idempotencyKey: `program ${id} event ${sequence}` },
      );
    } catch (cause) {
      if (!isMemosError(cause, "IDEMPOTENCY_MISMATCH")) throw cause;
      throw new MemosError("CONFLICT", "The program has gone on elsewhere.", { cause });
    }
    this.#progress = progressOf([...this.#progress.events, full]);
  }
}

function sentence(kind: ProgramEvent["kind"], step: number | undefined, note: string | undefined): string {
  const what = step === undefined ? "The program" : `Instruction ${step}`;
  return `${what}: ${kind}${note === undefined || note === "" ? "." : `. ${note}`}`;
}
