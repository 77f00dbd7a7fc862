import * as z from "zod";
import { cubeIdSchema, isMemosError, MemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { JobView, MemOS } from "../../memos/index.js";
import type { ChatModel } from "../../memos/inference/index.js";
import { parse } from "../../memos/parse.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { linesOf, textOfLines } from "./fileText.js";
import { attemptInstruction } from "./instructionRun.js";
import {
  goalSchema,
  type PlanOptions,
  type ProgramCheck,
  type ProgramFile,
  type ProgramStatus,
  type ProgramsOptions,
  planOptionsSchema,
  programsOptionsSchema,
  type ReadRange,
  readRangeSchema,
  type Settings,
} from "./operations.js";
import { filePathSchema } from "./path.js";
import { PLAN_PROMPT, planned } from "./planning.js";
import { isOvertaken, loadProgram, type Program, stateOf, statusOf } from "./program.js";
import { keptInstructions, programText } from "./programText.js";

/** The kind of job that runs a program. */
export const PROGRAM_JOB = "program.run";

/** Attempts of such a job: a model that is down for an hour costs no program. */
const JOB_ATTEMPTS = 20;

/** Programs that one process runs at once. */
const CONCURRENCY = 4;

/** Times in a row that a program is looked at again because it went on elsewhere. */
const RELOADS = 5;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after each instruction. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/**
 * Long work by stored program (L2MAC, arXiv 2310.02003): an instruction list in procedural memory and files in
 * resource memory, carried out one instruction at a time by calls that each see only what they asked for. What is
 * made may be many times as long as the model's context; each call is held within `contextTokens`.
 *
 * Where a program is and what it has done is in the ledger before the next call is made. A crash at any instant loses
 * no instruction and lets none take effect twice.
 *
 * @example
 * const programs = new Programs(memos, model);
 * const { id } = await programs.plan("A guide to keeping bees, in four chapters.", scope);
 * await programs.run(id, scope);
 * console.log(await programs.read(id, "guide.md", scope));
 */
export class Programs {
  readonly #memos: MemOS;
  readonly #model: ChatModel;
  readonly #settings: Settings;
  readonly #check: ProgramCheck | undefined;
  /** Runs of this process, by program. */
  readonly #running = new Map<string, Set<AbortController>>();

  /** @throws MemosError INVALID_INPUT for an option out of range. */
  constructor(memos: MemOS, model: ChatModel, options: ProgramsOptions = {}) {
    const { check, ...settings } = options;
    this.#memos = memos;
    this.#model = model;
    this.#check = check;
    this.#settings = parse(programsOptionsSchema, settings);
    if (this.#settings.answerTokens > this.#settings.contextTokens / 2)
      throw new MemosError("INVALID_INPUT", "`answerTokens`: must be at most half of `contextTokens`.", {
        path: "answerTokens",
      });
  }

  /**
   * Keeps a goal with its instructions; without instructions the model writes them, in one call.
   *
   * @throws MemosError INVALID_INPUT, TOO_LARGE, MODEL_FAILED when the model wrote no plan that can be used, ABORTED.
   */
  async plan(goal: string, scope: Scope, options: PlanOptions = {}): Promise<ProgramStatus> {
    const wanted = parse(goalSchema, goal);
    const owner = parse(scopeSchema, scope);
    const { instructions: given, signal } = parse(planOptionsSchema, options);
    throwIfAborted(signal);
    const plan =
      given === undefined
        ? {
            ...(await planned(this.#model, wanted, owner.tenant, this.#settings, signal)),
            by: this.#model.name,
          }
        : { instructions: keptInstructions(given), calls: 0, inputTokens: 0, outputTokens: 0, by: undefined };
    const { instructions, by, ...cost } = plan;
    const { written } = await this.#memos.add(
      {
        text: programText(wanted, instructions),
        type: "procedural",
        ...(by === undefined ? {} : { origin: "assistant", actor: by.slice(0, 256) }),
        tags: ["program"],
        metadata: { part: "program", ...cost, ...(by === undefined ? {} : { promptHash: PLAN_PROMPT.hash }) },
      },
      owner,
      { ...(signal === undefined ? {} : { signal }) },
    );
    const [cube] = written;
    if (cube === undefined)
      throw new MemosError("INVALID_INPUT", "The goal repeats recalled memory and nothing else.", {
        path: "goal",
      });
    return this.status(cube.id, owner);
  }

  /**
   * Carries out what is left of a program, here and now, until it is done, stopped or cancelled. One that has stopped
   * goes on with the instruction that could not be done.
   *
   * @throws MemosError MODEL_FAILED when the model does not answer, CONFLICT when it is being run elsewhere, ABORTED;
   * the program then goes on where it was when it is run again.
   */
  async run(id: string, scope: Scope, { signal, onProgress }: RunOptions = {}): Promise<ProgramStatus> {
    const [programId, owner] = [parse(cubeIdSchema, id), parse(scopeSchema, scope)];
    const stop = new AbortController();
    const runs = this.#running.get(programId) ?? new Set();
    this.#running.set(programId, runs.add(stop));
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    try {
      return await this.#carryOut(programId, owner, { signal: either, onProgress });
    } catch (error) {
      // Called off while it ran: that is an outcome, not a failure.
      const status = stop.signal.aborted ? await this.status(programId, owner) : undefined;
      if (status?.state !== "cancelled") throw error;
      return status;
    } finally {
      runs.delete(stop);
      if (runs.size === 0) this.#running.delete(programId);
    }
  }

  async #carryOut(id: string, scope: Scope, options: RunOptions): Promise<ProgramStatus> {
    let reloads = 0;
    let position = -1;
    for (let begun = false; ; begun = true) {
      const program = await loadProgram(this.#memos, id, scope);
      const done = program.log.progress.done.length;
      reloads = done > position ? 0 : reloads + 1;
      position = done;
      try {
        // Only whoever calls `run` has a stopped program go on; another runner's stop ends this one.
        if (!begun && program.log.progress.ended === "stopped" && done < program.instructions.length)
          await program.log.append({ kind: "resumed" });
        await this.#goOn(program, options);
        return statusOf(program);
      } catch (error) {
        if (!isOvertaken(error) || reloads >= RELOADS) throw error;
      }
    }
  }

  async #goOn(program: Program, { signal, onProgress }: RunOptions): Promise<void> {
    const { log, instructions } = program;
    const { repairs, calls } = this.#settings;
    const host = { model: this.#model, settings: this.#settings, check: this.#check, counter: await o200k() };
    await settle(program);
    while (log.progress.ended === undefined && log.progress.done.length < instructions.length) {
      throwIfAborted(signal);
      const { done, failures, problem } = log.progress;
      const callsLeft = calls - statusOf(program).receipt.calls;
      const reason = failures > repairs ? problem : callsLeft <= 0 ? callsUsedUp(calls) : undefined;
      if (reason !== undefined) await log.append({ kind: "stopped", step: done.length + 1, note: reason });
      else {
        const before = { problem: failures > 0 ? problem : undefined, callsLeft };
        await attemptInstruction(program, host, before, signal);
        if (log.progress.done.length > done.length)
          onProgress?.(log.progress.done.length, instructions.length);
      }
    }
  }

  /**
   * Leaves a program to be carried out in the background, by this process or another in which `work` was called,
   * also after a crash. A second `start` at the same point is the same job.
   *
   * @throws MemosError NOT_FOUND, CONFLICT for a program that was cancelled.
   */
  async start(id: string, scope: Scope): Promise<JobView> {
    const program = await loadProgram(this.#memos, parse(cubeIdSchema, id), parse(scopeSchema, scope));
    const { log, instructions } = program;
    if (stateOf(log, instructions.length) === "cancelled")
      throw new MemosError("CONFLICT", "The program was cancelled.");
    return this.#memos.jobs.enqueue(PROGRAM_JOB, { program: id }, program.scope, {
      cubes: [id],
      attempts: JOB_ATTEMPTS,
      once: `${id} ${log.progress.events.length}`,
    });
  }

  /** Has this process carry out programs that were started. Of the memory's owner. */
  work(): void {
    const { leaseMs } = this.#settings;
    this.#memos.jobs.handle(
      PROGRAM_JOB,
      { input: z.strictObject({ program: cubeIdSchema }), concurrency: CONCURRENCY, leaseMs },
      async ({ program }, { scope, signal, progress }) => {
        const { state, receipt, reason } = await this.run(program, scope, {
          signal,
          onProgress: (done, of) => progress(done / of),
        });
        return { state, receipt, ...(reason === undefined ? {} : { reason }) };
      },
    );
  }

  /** @throws MemosError NOT_FOUND. */
  async status(id: string, scope: Scope): Promise<ProgramStatus> {
    return statusOf(await loadProgram(this.#memos, parse(cubeIdSchema, id), parse(scopeSchema, scope)));
  }

  /** The files, in the order of their paths, as the instructions that are done have left them. */
  async files(id: string, scope: Scope): Promise<ProgramFile[]> {
    const { files, log } = await loadProgram(this.#memos, parse(cubeIdSchema, id), parse(scopeSchema, scope));
    return (await files.committed(log.progress)).map(({ text: _, ...file }) => file);
  }

  /**
   * A file, or some of its lines, as the instructions that are done have left it.
   *
   * @throws MemosError NOT_FOUND for a program or a file that is not there.
   */
  async read(id: string, path: string, scope: Scope, range: ReadRange = {}): Promise<string> {
    const wanted = parse(filePathSchema, path);
    const { from = 1, to } = parse(readRangeSchema, range);
    const { files, log } = await loadProgram(this.#memos, parse(cubeIdSchema, id), parse(scopeSchema, scope));
    const text = (await files.committed(log.progress)).find(({ path: other }) => other === wanted)?.text;
    if (text === undefined)
      throw new MemosError("NOT_FOUND", `The program has no file ${wanted}.`, { path: "path" });
    return from === 1 && to === undefined ? text : textOfLines(linesOf(text).slice(from - 1, to));
  }

  /** Calls a program off, for good. What its instructions have done stays. One that is done stays done. */
  async cancel(id: string, scope: Scope): Promise<ProgramStatus> {
    const [programId, owner] = [parse(cubeIdSchema, id), parse(scopeSchema, scope)];
    for (let attempt = 1; ; attempt++) {
      const program = await loadProgram(this.#memos, programId, owner);
      const state = stateOf(program.log, program.instructions.length);
      try {
        if (state !== "done" && state !== "cancelled") await program.log.append({ kind: "cancelled" });
        for (const stop of this.#running.get(programId) ?? []) stop.abort();
        return statusOf(program);
      } catch (error) {
        if (!isMemosError(error, "CONFLICT") || attempt === RELOADS) throw error;
      }
    }
  }
}

function callsUsedUp(calls: number): string {
  return `The ${calls} calls that it may make are used up.`;
}

/**
 * Decides about attempts that a crash has cut off: one whose changes are all there is done, any other is undone. The
 * log has the decision first, so that whoever made the attempt, and may still be alive, can no longer finish it.
 */
async function settle({ log, files }: Program): Promise<void> {
  for (const { step, attempt, note, whole } of files.unfinished(log.progress)) {
    const { done, ended, voided } = log.progress;
    if (voided.has(attempt)) continue;
    const adopted = whole && ended === undefined && step === done.length + 1;
    await log.append({ kind: adopted ? "done" : "abandoned", step, attempt, note });
  }
  await files.undo(log.progress);
}
