import {
  type CubeId,
  cubeIdSchema,
  isMemosError,
  LIMITS,
  type MemCube,
  MemosError,
  newCubeId,
  type Scope,
  scopeSchema,
} from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { ChatModel } from "../../inference/chatModel.js";
import { GRAPH_LIMITS } from "../../knowledge/operations.js";
import { parse } from "../../parse.js";
import type { Revising } from "../../revising.js";
import type { RunHead, TakenStep } from "../../store/consolidationLedger.js";
import type { Store } from "../../store/store.js";
import { type Lifecycle, type LifecycleHost, mergeCause } from "../lifecycle.js";
import type { Activity } from "./activity.js";
import { CONSOLIDATOR } from "./actor.js";
import { addMade, commitOf } from "./commit.js";
import type { Distiller } from "./distiller.js";
import { type DistilDraft, Distilling, type InsightDraft } from "./distilling.js";
import { DistilWriting } from "./distilWriting.js";
import { quotesOf } from "./extractiveSummary.js";
import { mergedNearDuplicate, type SummaryText, summaryOf } from "./madeCubes.js";
import { modelSummary, SUMMARY_PROMPT } from "./modelSummary.js";
import {
  type AppliedKind,
  appliedKindSchema,
  type ConsolidationPlan,
  type ConsolidationRun,
  consolidationKindSchema,
  type PlanOptions,
  type Proposal,
  planOptionsSchema,
  type RunOptions,
  type RunsOptions,
  runOptionsSchema,
  runsOptionsSchema,
  type UndoneRun,
} from "./operations.js";
import { type Draft, type DraftOf, type Found, Proposing, type Search } from "./proposing.js";

/** One run at a time: two would make everything twice. Longer than a model may take to answer. */
const LEASE = "consolidate";
const LEASE_MS = 900_000;

/** Calls in a row that the model does not answer until it is taken to be down. */
const SILENT_CALLS = 2;

type StoppedBy = ConsolidationRun["stoppedBy"];

/** A run while it is under way. */
interface Running extends RunHead {
  readonly signal: AbortSignal;
  readonly budget: { readonly milliseconds: number; readonly calls: number };
  /** Proposals still to be applied; undefined for all there are. */
  readonly wanted: Set<string> | undefined;
  readonly began: number;
  /** Number of operations there had been when it began. */
  readonly operations: number;
  readonly made: ConsolidationRun["made"];
  readonly skipped: ConsolidationRun["skipped"];
  merged: number;
  links: number;
  llmCalls: number;
  llmTokens: number;
  /** Calls in a row that the model did not answer. */
  silent: number;
  /** Whether something is to be tried again: the next run begins where this one did. */
  again: boolean;
}

/** What consolidation needs of its surroundings. */
export interface ConsolidationParts {
  readonly store: Store;
  readonly revising: Revising;
  readonly lifecycle: Lifecycle;
  readonly host: LifecycleHost;
  readonly activity: Activity;
  readonly model: ChatModel | undefined;
  /** Makes statements of episodes; without one nothing is distilled. */
  readonly distiller: Distiller | undefined;
  /** Milliseconds without an operation before a run begins. */
  readonly idleMs: number;
}

/**
 * Consolidation, the "sleep" of memory: near-duplicates become one cube, conversations that are over get a note of
 * what was said, contradictions are linked. Everything made is a derived cube or a version with its sources; what
 * was said stays. `plan` shows what would be done, `run` does it while nobody asks for anything, `undo` takes a run
 * back. Secret, read-only, frozen, quarantined and held cubes, core, working, vault and resource memories, and
 * documents take no part.
 */
export class Consolidation {
  readonly #parts: ConsolidationParts;
  readonly #proposing: Proposing;
  readonly #distilling: Distilling;
  readonly #distilWriting: DistilWriting;
  readonly #closed = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: ConsolidationParts) {
    this.#parts = parts;
    this.#proposing = new Proposing(parts.store, parts.model !== undefined);
    this.#distilling = new Distilling(parts.store, parts.distiller, parts.model !== undefined);
    this.#distilWriting = new DistilWriting(parts);
  }

  /**
   * The dry run: what a run would do, from where the last one stopped, and which facts are outdated. Writes nothing
   * and calls no model.
   *
   * @throws MemosError INVALID_INPUT, ABORTED.
   */
  async plan(scope: Scope, options: PlanOptions = {}): Promise<ConsolidationPlan> {
    const started = performance.now();
    const owner = parse(scopeSchema, scope);
    const {
      limit,
      milliseconds,
      kinds = consolidationKindSchema.options,
      signal,
    } = parse(planOptionsSchema, options);
    const proposals: Proposal[] = [];
    const enough = () => proposals.length > limit || performance.now() - started >= milliseconds;
    let complete = true;
    for (const kind of consolidationKindSchema.options) {
      if (!kinds.includes(kind)) continue;
      const after = kind === "close" ? 0 : await this.#parts.store.ledger.consolidatedThrough(owner, kind);
      for await (const { drafts } of this.#found(kind, { scope: owner, now: this.#now(), after, signal })) {
        throwIfAborted(signal);
        proposals.push(...(await this.#wanted(owner, drafts)).map(({ proposal }) => proposal));
        complete = !enough();
        if (!complete) break;
      }
      if (!complete) break;
    }
    return { proposals: proposals.slice(0, limit), complete, milliseconds: performance.now() - started };
  }

  /**
   * Applies what `plan` proposes, cluster by cluster, while the budget lasts and nobody asks for anything. A cluster
   * that was begun is finished; one whose cubes have changed meanwhile is skipped. The next run goes on where this
   * one stopped. A run that came to nothing leaves no record.
   *
   * @throws MemosError INVALID_INPUT, READ_ONLY, or CONFLICT while another run is under way.
   */
  async run(scope: Scope, options: RunOptions = {}): Promise<ConsolidationRun> {
    const { host, activity, idleMs, store } = this.#parts;
    host.writable();
    const owner = parse(scopeSchema, scope);
    const { budget, kinds = appliedKindSchema.options, proposals, signal } = parse(runOptionsSchema, options);
    const running: Running = {
      id: newCubeId(),
      scope: owner,
      startedAt: host.now(),
      signal: signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal]),
      budget,
      wanted: proposals === undefined ? undefined : new Set(proposals),
      began: performance.now(),
      operations: activity.count,
      made: [],
      skipped: [],
      merged: 0,
      links: 0,
      llmCalls: 0,
      llmTokens: 0,
      silent: 0,
      again: false,
    };
    if (activity.idleFor < idleMs) return recordOf(running, "busy");
    if (!(await store.ledger.lease(LEASE, running.id, LEASE_MS)))
      throw new MemosError("CONFLICT", "Another consolidation is under way.");
    const work = this.#work(running, kinds).finally(() => store.ledger.release(LEASE, running.id));
    this.#running = work.catch(() => undefined);
    return work;
  }

  async #work(running: Running, kinds: readonly AppliedKind[]): Promise<ConsolidationRun> {
    let stopped = this.#stop(running);
    for (const kind of appliedKindSchema.options)
      if (stopped === undefined && kinds.includes(kind)) stopped = await this.#apply(kind, running);
    if (stopped === undefined)
      for (const proposal of running.wanted ?? [])
        running.skipped.push({ proposal, reason: "Nothing like it is proposed any more." });
    const record = recordOf(running, stopped ?? "done");
    if (record.made.length + record.skipped.length + record.llmCalls > 0)
      await this.#parts.store.ledger.saveConsolidation(record);
    return record;
  }

  /** Ends a run that is under way after its cluster; resolves when it is over. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  /** Runs of a scope that came to something, the latest first. */
  async runs(scope: Scope, options: RunsOptions = {}): Promise<ConsolidationRun[]> {
    const { limit } = parse(runsOptionsSchema, options);
    return this.#parts.store.ledger.consolidations(parse(scopeSchema, scope), limit);
  }

  /**
   * Takes back all that a run made: merged cubes are separate again as they were, its notes are forgotten, its links
   * are gone. What somebody has changed since is left as it is, and named. The same is not proposed again.
   *
   * @throws MemosError NOT_FOUND, also for a run of another scope.
   */
  async undo(id: string, scope: Scope): Promise<UndoneRun> {
    const started = performance.now();
    const { host, store } = this.#parts;
    host.writable();
    const { run, steps } = await store.ledger.consolidation(
      parse(cubeIdSchema, id),
      parse(scopeSchema, scope),
    );
    const undone: UndoneRun["undone"] = [];
    const left: UndoneRun["left"] = [];
    for (const step of steps.reverse()) {
      const { kind, cube, sources } = step;
      const reason = await refusalOf(this.#takeBack(step, run));
      if (reason === undefined) {
        await store.ledger.undoneConsolidation(run.id, [step.number], host.now());
        undone.push({ kind, cube, sources: [...sources] });
      } else left.push({ kind, cube, reason });
    }
    return { id: run.id, undone, left, milliseconds: performance.now() - started };
  }

  async #takeBack(step: TakenStep, { id, scope: within }: RunHead): Promise<void> {
    const { kind, cube, version } = step;
    // The note of a session belongs to its owner, not to the session.
    const { session: _, ...scope } = within;
    const { lifecycle, revising } = this.#parts;
    const change = { ifVersion: version, actor: CONSOLIDATOR, cause: `undo of consolidation ${id}` };
    if (kind === "merge") await lifecycle.unmerge(cube, scope, change);
    else if (kind === "summarise" || kind === "insight") await lifecycle.forget(cube, scope, change);
    else if (kind === "distil") await this.#distilWriting.takeBack(step, scope, change.cause);
    else {
      const versions = await this.#parts.store.ledger.history(cube, scope);
      const before = versions.find((link) => link.version === version - 1);
      if (before === undefined)
        throw new MemosError("NOT_FOUND", `Cube ${cube} has no version ${version - 1}.`);
      await revising.revise(cube, scope, { operation: "restore", ...change }, (current) => ({
        ...current,
        ...before.content,
      }));
    }
  }

  #found(kind: Proposal["kind"], search: Search): AsyncGenerator<Found> {
    if (kind === "merge") return this.#proposing.merges(search);
    if (kind === "contradiction") return this.#proposing.contradictions(search);
    if (kind === "close") return this.#proposing.closings(search);
    if (kind === "distil") return this.#distilling.statements(search);
    if (kind === "insight") return this.#distilling.insights(search);
    return this.#proposing.summaries(search);
  }

  /** Without what was applied before and undone. */
  async #wanted(scope: Scope, drafts: readonly Draft[]): Promise<Draft[]> {
    if (drafts.length === 0) return [];
    const ids = drafts.map(({ proposal }) => proposal.id);
    const declined = new Set(await this.#parts.store.ledger.declined(scope.tenant, ids));
    return drafts.filter(({ proposal }) => !declined.has(proposal.id));
  }

  /** Why the run must end now, if it must. */
  #stop(running: Running): StoppedBy | undefined {
    if (running.signal.aborted) return "aborted";
    if (this.#parts.activity.count !== running.operations) return "busy";
    if (performance.now() - running.began >= running.budget.milliseconds) return "milliseconds";
    return undefined;
  }

  async #apply(kind: AppliedKind, running: Running): Promise<StoppedBy | undefined> {
    const { ledger } = this.#parts.store;
    const { scope } = running;
    const after = await ledger.consolidatedThrough(scope, kind);
    // The clock of the run ends it between clusters; its signal must not end one half way.
    const found = this.#found(kind, { scope, now: this.#now(), after, signal: undefined });
    for await (const { drafts, through } of found) {
      for (const draft of await this.#wanted(scope, drafts)) {
        if (running.wanted !== undefined && !running.wanted.delete(draft.proposal.id)) continue;
        const stopped = this.#stop(running) ?? this.#callsSpent(draft, running);
        if (stopped !== undefined) return stopped;
        await ledger.lease(LEASE, running.id, LEASE_MS);
        await this.#applyOne(draft, running);
        if (running.silent === SILENT_CALLS) return undefined;
      }
      const stopped = this.#stop(running);
      if (running.wanted === undefined && !running.again && through > after)
        await ledger.saveConsolidatedThrough(scope, kind, through);
      if (stopped !== undefined) return stopped;
      if (running.wanted?.size === 0) return undefined;
    }
    return undefined;
  }

  #callsSpent({ proposal }: Draft, { llmCalls, budget }: Running): StoppedBy | undefined {
    const asks =
      proposal.kind === "insight" || (proposal.kind === "summarise" && this.#parts.model !== undefined);
    return asks && llmCalls >= budget.calls ? "calls" : undefined;
  }

  async #applyOne(draft: Draft, running: Running): Promise<void> {
    const { proposal, cubes } = draft;
    const kind = appliedKindSchema.parse(proposal.kind);
    const refusal = kind === "contradiction" ? refusalToLink(cubes[0] as MemCube) : undefined;
    if (refusal !== undefined) {
      running.skipped.push({ proposal: proposal.id, kind, reason: refusal });
      return;
    }
    try {
      for (const cube of await this.#write(draft, running))
        running.made.push({ proposal: proposal.id, kind, cube });
      if (kind === "merge") running.merged += cubes.length;
      if (kind === "contradiction") running.links++;
    } catch (error) {
      if (!isMemosError(error) || !SKIPPED.has(error.code)) throw error;
      running.again ||= error.code === "CONFLICT" || error.code === "ABORTED" || running.silent > 0;
      running.skipped.push({ proposal: proposal.id, kind, reason: error.message });
    }
  }

  async #write(draft: Draft, running: Running): Promise<CubeId[]> {
    const { kind } = draft.proposal;
    if (kind === "merge") return [await this.#merge(draft as DraftOf<"merge">, running)];
    if (kind === "contradiction") return [await this.#link(draft as DraftOf<"contradiction">, running)];
    if (kind === "distil") return [await this.#distilWriting.write(draft as DistilDraft, running)];
    if (kind === "insight") return this.#insights(draft as InsightDraft, running);
    return [await this.#summarise(draft as DraftOf<"summarise">, running)];
  }

  /** One call; what of its answer is not borne out is skipped with the reason. */
  async #insights(draft: InsightDraft, running: Running): Promise<CubeId[]> {
    const { id: proposal, kind } = draft.proposal;
    running.llmCalls++;
    const { made, refused, llmTokens, silent } = await this.#distilWriting.ask(
      draft,
      running,
      running.signal,
    );
    running.llmTokens += llmTokens;
    running.silent = silent ? running.silent + 1 : 0;
    running.again ||= silent;
    for (const reason of refused) running.skipped.push({ proposal, kind, reason });
    return made;
  }

  async #merge({ proposal, cubes, keys }: DraftOf<"merge">, running: Running): Promise<CubeId> {
    const { store, host } = this.#parts;
    const { session: _, ...owner } = (cubes[0] as MemCube).scope;
    const query = { by: "cubes" as const, cubes: keys };
    const question = { scope: owner, now: this.#now() };
    const stated = await store.ledger.facts(question, query, undefined, GRAPH_LIMITS.statements);
    const merged = mergedNearDuplicate(cubes, stated, host.now());
    await addMade(this.#parts, merged, commitOf(running, proposal, merged.id, cubes), {
      scope: running.scope,
      ids: cubes.map(({ id }) => id),
      operation: "merge",
      actor: CONSOLIDATOR,
      cause: mergeCause(merged.id, "near-duplicates"),
      recordedAt: Date.parse(host.now()),
    });
    return merged.id;
  }

  async #summarise({ proposal, cubes }: DraftOf<"summarise">, running: Running): Promise<CubeId> {
    const said = await this.#summaryText(cubes, running);
    const note = summaryOf(cubes, said, this.#parts.host.now());
    await addMade(this.#parts, note, commitOf(running, proposal, note.id, cubes));
    return note.id;
  }

  /** @throws MemosError MODEL_FAILED when a model was asked and nothing can be taken of its answer. */
  async #summaryText(turns: readonly MemCube[], running: Running): Promise<SummaryText> {
    const { model } = this.#parts;
    if (model === undefined) return { quotes: await quotesOf(turns) };
    running.llmCalls++;
    const answer = await modelSummary(model, turns, running.signal);
    running.llmTokens += answer.llmTokens;
    if ("text" in answer) {
      running.silent = 0;
      const name = model.name.slice(0, LIMITS.nameCharacters);
      return { text: answer.text, model: name, promptHash: SUMMARY_PROMPT.hash };
    }
    running.silent = answer.silent ? running.silent + 1 : 0;
    throw new MemosError("MODEL_FAILED", answer.reason);
  }

  async #link({ proposal, cubes }: DraftOf<"contradiction">, running: Running): Promise<CubeId> {
    const { store, revising } = this.#parts;
    const [later] = cubes as [MemCube, MemCube];
    const { links = [], authors } = later.attributes;
    if (authors.links === "caller")
      throw new MemosError("CONFLICT", `The links of cube ${later.id} are its author's to change.`);
    if (links.length >= LIMITS.links)
      throw new MemosError("CONFLICT", `Cube ${later.id} has too many links.`);
    const { from, to, why } = proposal.makes;
    const commit = commitOf(running, proposal, from, cubes, later.version + 1);
    // Noted first: a step without its version is nothing to undo, a version without its step could not be.
    await store.ledger.noteConsolidation(commit);
    await revising.revise(
      from,
      running.scope,
      { operation: "update", ifVersion: later.version, actor: CONSOLIDATOR, cause: proposal.why },
      (cube) => ({
        ...cube,
        attributes: {
          ...cube.attributes,
          links: [...links, { to, kind: "contradicts", why }],
          authors: { ...authors, links: authors.links ?? "rule" },
        },
      }),
    );
    return from;
  }

  #now(): number {
    return Date.parse(this.#parts.host.now());
  }
}

function refusalToLink({ id, attributes: { authors, links = [] } }: MemCube): string | undefined {
  if (authors.links === "caller") return `The links of cube ${id} were given by a caller.`;
  return links.length >= LIMITS.links ? `Cube ${id} has too many links.` : undefined;
}

/** Failures that cost one cluster and not the run: it has changed, is gone, is too long, or the model is silent. */
const SKIPPED: ReadonlySet<string> = new Set([
  "CONFLICT",
  "NOT_FOUND",
  "INVALID_TRANSITION",
  "TOO_LARGE",
  "MODEL_FAILED",
  "ABORTED",
]);

function recordOf(running: Running, stoppedBy: StoppedBy): ConsolidationRun {
  const { id, scope, startedAt, made, merged, links, skipped, llmCalls, llmTokens, began } = running;
  const milliseconds = performance.now() - began;
  return { id, scope, startedAt, made, merged, links, skipped, llmCalls, llmTokens, milliseconds, stoppedBy };
}

/** Why something is left as it is: somebody has changed it since, or it is gone. */
async function refusalOf(change: Promise<void>): Promise<string | undefined> {
  try {
    await change;
    return undefined;
  } catch (error) {
    if (isMemosError(error) && LEFT.has(error.code)) return error.message;
    throw error;
  }
}

const LEFT: ReadonlySet<string> = new Set(["CONFLICT", "NOT_FOUND", "INVALID_INPUT", "INVALID_TRANSITION"]);
