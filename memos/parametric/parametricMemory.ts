import { join } from "node:path";
import type { CompiledMemory } from "../activation/compiledMemory.js";
import type { Finding } from "../checkup.js";
import type { Engine } from "../inference/engine.js";
import type { PlacementPolicy } from "../lifecycle/placement/policy.js";
import type { Jobs } from "../scheduler/jobs.js";
import { TRAIN_ADAPTER } from "../store/adapterLedger.js";
import type { Ledger } from "../store/ledger.js";
import { AdapterFolder } from "./adapterFolder.js";
import { AdapterPlacement } from "./adapterPlacement.js";
import { AdapterStock } from "./adapterStock.js";
import { AdaptersInUse } from "./adaptersInUse.js";
import { AdapterTraining, trainAdapterInputSchema } from "./adapterTraining.js";
import type { Trainer } from "./trainer.js";

export interface ParametricMemoryHost {
  readonly ledger: Ledger;
  /** Folder of the store. */
  readonly path: string;
  readonly engine: Engine | undefined;
  readonly trainer: Trainer | undefined;
  readonly compiled: CompiledMemory;
  readonly policy: PlacementPolicy;
  readonly readOnly: boolean;
  now(): number;
  onError(error: unknown): void;
}

/** Everything that works with adapters in one process, whoever it works for. */
export class ParametricMemory {
  readonly stock: AdapterStock;
  readonly training: AdapterTraining;
  readonly inUse: AdaptersInUse;
  readonly placement: AdapterPlacement;
  readonly #host: ParametricMemoryHost;
  readonly #folder: AdapterFolder;

  constructor(host: ParametricMemoryHost) {
    this.#host = host;
    this.#folder = new AdapterFolder(join(host.path, "adapters"));
    this.stock = new AdapterStock({ ...host, folder: this.#folder });
    this.training = new AdapterTraining({ ...host, folder: this.#folder, stock: this.stock });
    this.placement = new AdapterPlacement(host);
    this.inUse = new AdaptersInUse({ ...host, stock: this.stock });
  }

  /** Has this process train, where it can. */
  work(jobs: Jobs): void {
    const { engine, trainer, readOnly } = this.#host;
    if (engine === undefined || trainer === undefined || readOnly) return;
    const options = { input: trainAdapterInputSchema, concurrency: 1 };
    jobs.handle(TRAIN_ADAPTER, options, (input, context) => this.training.run(input, context));
  }

  /** What is wrong with adapters and with training, and what to do about it. Changes nothing. */
  async check(): Promise<Finding[]> {
    const { ledger, trainer } = this.#host;
    const adapters = (await ledger.adapterFolders()).filter(({ state }) => state === "ready");
    const stock = new AdapterStock({ ...this.#host, folder: this.#folder, readOnly: true });
    const damaged: string[] = [];
    for (const adapter of adapters) if ((await stock.whole(adapter)) === undefined) damaged.push(adapter.id);
    const report = await trainer?.check();
    return [
      {
        name: "adapters",
        ok: damaged.length === 0,
        detail:
          damaged.length === 0
            ? `${adapters.length} ready, every file as it was trained`
            : `${damaged.length} of ${adapters.length} have files that are missing or changed, the first is ${damaged[0]}`,
        ...(damaged.length === 0
          ? {}
          : {
              remedy:
                "Run `memos rebuild`: what is derived is made again; what is not must be trained again.",
            }),
      },
      {
        name: "trainer",
        ok: report?.ok ?? true,
        detail: report?.detail ?? "none: adapters are not trained here",
        ...(report?.remedy === undefined ? {} : { remedy: report.remedy }),
      },
    ];
  }
}
