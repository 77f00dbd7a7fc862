import * as z from "zod";
import {
  type CubeId,
  contentHash,
  cubeIdSchema,
  isMemosError,
  MemosError,
  type Scope,
} from "../../memcube/index.js";
import type { AdapterUse, Engine } from "../inference/engine.js";
import type { JobContext } from "../scheduler/worker.js";
import type { Adapter, AdapterFiles, AdapterState } from "../store/adapterLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { AdapterFolder } from "./adapterFolder.js";
import type { AdapterStock } from "./adapterStock.js";
import { judge, measure } from "./gates/index.js";
import { learnable, sourcesOf } from "./learnable.js";
import type { AdapterManifest, GateResult, TrainingPoint } from "./manifest.js";
import type { Trained, Trainer } from "./trainer.js";
import { tokenDigest, tokenised, trainingSetOf } from "./trainingSet/index.js";

/** What a job of training is given: the catalogue has the rest. */
export const trainAdapterInputSchema = z.strictObject({ adapter: cubeIdSchema });

/** How much of a job each step is, about, by the share at which it ends. */
const ENDS = { set: 0.02, before: 0.1, training: 0.9, after: 1 } as const;

/** Characters of the name of a training set in its folder. */
const SET_NAME = 16;

export interface AdapterTrainingHost {
  readonly ledger: Ledger;
  readonly folder: AdapterFolder;
  readonly stock: AdapterStock;
  readonly engine: Engine | undefined;
  readonly trainer: Trainer | undefined;
  now(): number;
  onError(error: unknown): void;
}

interface Running {
  readonly scope: Scope;
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

/**
 * Trains adapters, as a job: memories → training set → measured without → trained → files → measured with → judged. It
 * goes on where it stopped when its process dies, and gives up as soon as the catalogue says that the adapter is not
 * in training any more: it was taken back, or one of its sources has changed or was purged.
 */
export class AdapterTraining {
  readonly #host: AdapterTrainingHost;
  readonly #running = new Map<CubeId, Running>();

  constructor(host: AdapterTrainingHost) {
    this.#host = host;
  }

  /** @throws MemosError UNSUPPORTED for an engine that takes no adapters. */
  get engine(): Engine {
    const { engine } = this.#host;
    if (engine === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        "There is no model: start the server with --model, or open the memory with an `engine`.",
      );
    if (engine.capabilities.adapters === "none")
      throw new MemosError("UNSUPPORTED", `${engine.name} takes no adapters.`);
    if (engine.tokenizeAnswered === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        `${engine.name} does not tell the tokens of answers: train with the local engine, and attach there.`,
      );
    return engine;
  }

  /** @throws MemosError TRAINER_UNAVAILABLE. */
  get trainer(): Trainer {
    const { trainer } = this.#host;
    if (trainer === undefined)
      throw new MemosError("TRAINER_UNAVAILABLE", "There is no trainer: open the memory with a `trainer`.");
    return trainer;
  }

  /** Does the job; what became of the adapter. */
  async run(
    { adapter: id }: z.output<typeof trainAdapterInputSchema>,
    { scope, signal, progress }: Pick<JobContext, "scope" | "signal" | "progress">,
  ): Promise<{ adapter: CubeId; state: AdapterState }> {
    const stop = new AbortController();
    const work = this.#run(id, scope, AbortSignal.any([signal, stop.signal]), stop, progress);
    const running = { scope, stop, done: work.catch(() => undefined) };
    this.#running.set(id, running);
    try {
      return { adapter: id, state: await work };
    } finally {
      if (this.#running.get(id) === running) this.#running.delete(id);
      await this.#host.stock.sweep().catch((error) => this.#host.onError(error));
    }
  }

  /** Stops what is not to be trained any more in this process, and removes what is not to be kept. */
  async settle(): Promise<number> {
    const { ledger, stock } = this.#host;
    for (const [id, { scope, stop, done }] of [...this.#running]) {
      const { state } = await ledger.adapter(id, scope);
      if (state === "training") continue;
      stop.abort();
      await done;
    }
    return stock.sweep();
  }

  async #run(
    id: CubeId,
    scope: Scope,
    signal: AbortSignal,
    stop: AbortController,
    progress: (share: number) => void,
  ): Promise<AdapterState> {
    const { ledger } = this.#host;
    const adapter = await ledger.adapter(id, scope);
    if (adapter.state !== "training") return adapter.state;
    try {
      return await this.#train(adapter, signal, stop, progress);
    } catch (error) {
      // What it was stopped for is no failure.
      const { state } = await ledger.adapter(id, scope);
      if (state !== "training") return state;
      throw error;
    }
  }

  async #train(
    adapter: Adapter,
    signal: AbortSignal,
    stop: AbortController,
    progress: (share: number) => void,
  ): Promise<AdapterState> {
    const { id, scope, request } = adapter;
    const { ledger, folder, stock } = this.#host;
    const { engine, trainer } = this;
    const base = await stock.base(engine, signal);
    if (base.sha256 !== adapter.base)
      throw new MemosError(
        "CONFLICT",
        "The engine runs another model than the adapter was to be trained for.",
      );

    const wanted = request.cubes.map(({ cube }) => cube);
    const { located } = await learnable(ledger, scope, wanted, "skipped");
    const sources = await sourcesOf(ledger, scope, located, this.#host.now());
    const { set, used, leftOut } = await trainingSetOf(sources, {
      seed: request.recipe.seed,
      retention: request.retention,
      ...(request.paraphrase ? { engine } : {}),
      signal,
    });
    const { recall } = set.heldOut;
    const train = await tokenised(engine, set.examples, signal);
    const heldOut = await tokenised(
      engine,
      recall.map(({ messages, expected, answer = expected }) => ({
        messages: [...messages, { role: "assistant", content: answer }],
      })),
      signal,
    );
    const trainingSet = await tokenDigest(train);
    progress(ENDS.set);

    const part = (from: number, to: number) => (done: number, of: number) =>
      progress(from + ((to - from) * done) / Math.max(1, of));
    const measured = (use: readonly AdapterUse[], from: number, to: number) =>
      measure(engine, use, set.heldOut, {
        signal,
        salt: scope.tenant,
        onProgress: part(from, to),
      });
    const before = await measured([], ENDS.set, ENDS.before);

    const name = contentHash({ adapter: id, trainingSet, recipe: request.recipe });
    const curve = new CurveLog(adapter.curve, async (points) => {
      // Another process may have given it up.
      if (!(await ledger.saveCurve(id, scope, points))) stop.abort();
    });
    const trained = await trainer.train({
      id: name,
      base: { path: base.path, sha256: base.sha256 },
      recipe: request.recipe,
      train,
      heldOut,
      limits: request.limits,
      folder: await folder.training(id, name.slice(0, SET_NAME)),
      signal,
      onProgress: ({ steps, ...point }) => {
        curve.add(point);
        part(ENDS.before, ENDS.training)(point.step, steps);
      },
    });
    await curve.saved();
    if (signal.aborted) throw new MemosError("ABORTED", "The training was stopped.");

    const finish = (gates: readonly GateResult[], files: AdapterFiles | null, reason: string) =>
      this.#finish(adapter, files, reason, {
        version: 1,
        base: { sha256: base.sha256, name: base.name ?? "", architecture: base.architecture },
        cubes: [...used],
        leftOut: [...request.leftOut, ...leftOut],
        recipe: request.recipe,
        trainingSet,
        ...told(trained),
        gates: [...gates],
      });
    let files: AdapterFiles;
    let use: AdapterUse;
    try {
      files = await folder.publish(id, trained, base, signal);
      const { paths, sha256 } = await stock.files({ id, scope, base: base.sha256, files }, signal);
      use = { path: paths.gguf, peft: paths.peft, sha256, scale: 1 };
    } catch (error) {
      if (!isMemosError(error, "ADAPTER_INVALID")) throw error;
      return finish([], null, error.message);
    }
    const after = await measured([use], ENDS.training, ENDS.after);
    const gates = judge(before, after, request.gates);
    const failed = gates.filter(({ passed }) => !passed);
    if (failed.length === 0) return finish(gates, files, "");
    return finish(gates, null, failed.map(({ why }) => why).join(" "));
  }

  #finish(
    { id, scope }: Adapter,
    files: AdapterFiles | null,
    reason: string,
    manifest: AdapterManifest,
  ): Promise<AdapterState> {
    const finished = {
      state: files === null ? ("refused" as const) : ("ready" as const),
      reason,
      manifest,
      manifestSha256: contentHash(manifest),
      files,
    };
    return this.#host.ledger.finishAdapter(id, scope, finished, this.#host.now());
  }
}

function told({ trainer, steps, seconds, curve }: Trained) {
  return { trainer: { ...trainer }, steps, seconds, curve: [...curve] };
}

/** The curve of a training, written down as it grows; a step that is taken again has its newest point. */
class CurveLog {
  #points: readonly TrainingPoint[];
  #saving: Promise<void> | undefined;
  #failure: unknown;
  readonly #save: (points: readonly TrainingPoint[]) => Promise<void>;

  constructor(points: readonly TrainingPoint[], save: (points: readonly TrainingPoint[]) => Promise<void>) {
    this.#points = points;
    this.#save = save;
  }

  add(point: TrainingPoint): void {
    this.#points = [...this.#points.filter(({ step }) => step < point.step), point];
    // What comes while one is written is written with the next.
    this.#saving ??= this.#write();
  }

  async #write(): Promise<void> {
    let written: readonly TrainingPoint[] | undefined;
    try {
      while (written !== this.#points) {
        written = this.#points;
        await this.#save(written);
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#saving = undefined;
    }
  }

  /** @throws whatever writing has thrown. */
  async saved(): Promise<void> {
    await this.#saving;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
