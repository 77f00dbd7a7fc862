import { learnableText, type MemCube, ownerScope } from "../../memcube/index.js";
import {
  type MemOS,
  parse,
  type Reader,
  type ReaderHost,
  type ReaderMaker,
  type Reading,
  type ReadingResult,
} from "../../memos/index.js";
import { handOverIn } from "../sharing/spaces.js";
import { BatchTrace } from "./batchTrace.js";
import { Forgetting, type Writers } from "./forgetting.js";
import { CONTROLLER, TOKEN_CHARACTERS } from "./limits.js";
import { CONTROLLER_QUESTION } from "./model/question.js";
import { isShown, ReadingByModel } from "./model/readingByModel.js";
import { type ControllerOptions, controllerOptionsSchema } from "./options.js";
import { ReadingByRules } from "./readingByRules.js";
import { Taking } from "./taking.js";

/**
 * Decides which memories become of what is said: reads batches of messages in the background, routes each to the
 * types that it is of, makes memories of it, and keeps a trace of what it did and why (`memos.traces`). A write never
 * waits for it, and what was said stays as it was said. The `model` of the memory, where there is one, is asked once
 * a batch; where it fails, rules do what they can and it is asked again later.
 *
 * @example
 * const memos = await MemOS.open({ path: "./.memos", reader: controller() });
 * const scope = { tenant: "local", user: "ana" };
 * await memos.add("I'm a vegetarian, and I live in Lisbon.", scope, { wait: "derived" });
 * const { cubes } = await memos.list(scope, { types: ["core"] });
 * await memos.close();
 */
export function controller(options: ControllerOptions = {}): ReaderMaker {
  const resolved = parse(controllerOptionsSchema, options);
  return (memos, host) => new Controller(memos, host, resolved.batch);
}

class Controller implements Reader {
  readonly batch: number;
  readonly #memos: MemOS;
  readonly #rules: ReadingByRules;
  readonly #model: ReadingByModel | undefined;
  readonly #tokens: number;
  readonly #idleMs: number;

  constructor(
    memos: MemOS,
    host: ReaderHost,
    batch: { readonly turns: number; readonly tokens: number; readonly idleMs: number },
  ) {
    const taking = new Taking(memos);
    const forgetting = new Forgetting(memos);
    const extraction = host.extraction(CONTROLLER_QUESTION);
    this.#memos = memos;
    this.#rules = new ReadingByRules(taking, forgetting);
    this.#model =
      extraction === undefined ? undefined : new ReadingByModel(memos, extraction, { taking, forgetting });
    this.batch = batch.turns;
    this.#tokens = batch.tokens;
    this.#idleMs = batch.idleMs;
  }

  dueAt(waiting: readonly MemCube[]): number {
    const read = this.#model === undefined ? waiting.filter(isSaid) : waiting.filter(isShown);
    const characters = read.reduce((sum, cube) => sum + learnableText(cube).length, 0);
    const whole = waiting.length >= this.batch || characters >= this.#tokens * TOKEN_CHARACTERS;
    if (read.length === 0 || whole) return 0;
    return Math.max(...read.map(({ time }) => Date.parse(time.recordedAt))) + this.#idleMs;
  }

  async read(reading: Reading): Promise<ReadingResult> {
    const { cubes } = reading;
    const shown = this.#model === undefined ? [] : cubes.filter(isShown);
    const result = shown.length === 0 ? undefined : await this.#byModel({ ...reading, cubes: shown });
    const rest = cubes.filter((cube) => isSaid(cube) && !shown.includes(cube));
    if (rest.length > 0) await this.#byRules(rest, reading.writers);
    return result ?? NOTHING;
  }

  async #byRules(cubes: readonly MemCube[], writers: Writers): Promise<void> {
    const trace = new BatchTrace(cubes);
    await this.#rules.read(cubes, writers, trace);
    await trace.record(this.#memos, { by: "rules", llmCalls: 0, llmTokens: 0 });
  }

  async #byModel(reading: Reading): Promise<ReadingResult> {
    const trace = new BatchTrace(reading.cubes);
    const { read, failed } = await (this.#model as ReadingByModel).read(reading, trace);
    const { model, promptHash, llmCalls, inputTokens, outputTokens } = read.result;
    const llmTokens = inputTokens + outputTokens;
    const left = await this.#unreadByRules(failed.filter(isSaid));
    if (left.length > 0) await this.#rules.read(left, reading.writers, trace);
    const silent = failed.length === reading.cubes.length;
    // What was decided the first time stays to be read when the model is asked again and says nothing again.
    if (!silent || left.length > 0)
      await trace.record(this.#memos, {
        by: silent ? "rules" : "model",
        model,
        promptHash,
        llmCalls,
        llmTokens,
      });
    return { unanswered: read.silent, llmCalls, llmTokens, warnings: read.warnings };
  }

  /** Those that rules have not read yet: a model that stays silent is asked about them again and again. */
  async #unreadByRules(cubes: readonly MemCube[]): Promise<MemCube[]> {
    const unread: MemCube[] = [];
    for (const cube of cubes) {
      const { traces } = await this.#memos.traces.list(ownerScope(cube.scope), { cube: cube.id });
      const isRead = traces.some(({ read }) => read.some((one) => one.cube === cube.id));
      if (!isRead) unread.push(cube);
    }
    return unread;
  }
}

const NOTHING: ReadingResult = Object.freeze({
  unanswered: new Set<string>(),
  llmCalls: 0,
  llmTokens: 0,
  warnings: Object.freeze([]),
});

/**
 * What people, assistants and tools say; not what was made of it, not what somebody gave a type, and not what was
 * handed over: that was said to another agent, who has read it.
 */
function isSaid({ type, provenance, scope }: MemCube): boolean {
  return (
    type === "episodic" &&
    provenance.origin !== "inferred" &&
    provenance.actor !== CONTROLLER &&
    handOverIn(scope) === undefined
  );
}
