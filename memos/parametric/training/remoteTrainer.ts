import { createReadStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { MemosError } from "../../../memcube/index.js";
import { writeAtomically } from "../../atomicFile.js";
import { ADAPTER_LIMITS } from "../limits.js";
import type { Trained, Trainer, TrainerReport, TrainingJob } from "../trainer.js";
import { ARTEFACTS, checkJob, exampleTexts, readTrained } from "./jobFolder.js";
import { Stall } from "./stall.js";
import { failureOf, type TrainerEvent, trainerEvents } from "./trainerEvents.js";
import { cancelled } from "./trainerProcess.js";
import {
  bodyOf,
  Interrupted,
  type RemoteTrainerOptions,
  type ServerRequest,
  TrainerServer,
} from "./trainerServer.js";

export interface RemoteSupervision {
  /** Time without a byte after which a connection counts as broken. Signs of life come every two seconds. */
  readonly silentMs: number;
  /** Failures in a row, without anything new between them, after which it is given up. */
  readonly attempts: number;
  /** Wait after the first failure; it doubles with each. */
  readonly backOffMs: number;
}

export const REMOTE_SUPERVISION: RemoteSupervision = { silentMs: 60_000, attempts: 6, backOffMs: 1_000 };

/** Bytes of each artefact that are taken. */
const ARTEFACT_BYTES = {
  weights: ADAPTER_LIMITS.fileBytes,
  config: 4 * 1024 * 1024,
  result: 4 * 1024 * 1024,
} as const;

/** Events of one job; a trainer tells about a hundred points, and its checkpoints. */
const EVENTS = 10_000;

/** Time for telling the server that a job is not needed any more; it may have to stop it first. */
const FORGET_MS = 60_000;

const PRIVATE_FOLDER = 0o700;

/** Trains on a server that runs `memos_trainer serve`. */
export class RemoteTrainer implements Trainer {
  readonly name = "remote";
  readonly #server: TrainerServer;
  readonly #supervision: RemoteSupervision;

  /** @throws MemosError INVALID_INPUT. */
  constructor(options: RemoteTrainerOptions, supervision: Partial<RemoteSupervision> = {}) {
    this.#server = new TrainerServer(options);
    this.#supervision = { ...REMOTE_SUPERVISION, ...supervision };
  }

  async check(signal?: AbortSignal): Promise<TrainerReport> {
    try {
      await this.#ask({ method: "GET", path: "/v1/health", signal, accept: [200] });
      return { ok: true, detail: `The ${this.#server.name} is there.` };
    } catch (error) {
      if (signal?.aborted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      return { ok: false, detail, remedy: "Check its address and key, and that `memos_trainer serve` runs." };
    }
  }

  /**
   * The server forgets the job when its artefacts are here, and when it is cancelled; after a failure it keeps it, and
   * the same job goes on there.
   */
  async train(job: TrainingJob): Promise<Trained> {
    checkJob(job);
    try {
      await this.#persist(job, () => this.#sendBase(job));
      await this.#follow(job);
      for (const name of ["weights", "config", "result"] as const)
        await this.#persist(job, () => this.#fetch(job, name));
    } catch (error) {
      if (job.signal?.aborted) await this.#forget(job);
      if (error instanceof Interrupted) throw new MemosError("TRAINING_FAILED", error.message);
      throw error;
    }
    const trained = await readTrained(job.folder, this.name);
    await this.#forget(job);
    return trained;
  }

  /** Sends the base model unless the server has it. */
  async #sendBase({ base, signal }: TrainingJob): Promise<void> {
    const path = `/v1/bases/${base.sha256}`;
    if ((await this.#ask({ method: "HEAD", path, signal, accept: [200, 404] })) === 200) return;
    const { size } = await stat(base.path);
    await this.#send({ method: "PUT", path, signal, accept: [201] }, createReadStream(base.path), size);
  }

  async #sendJob(job: TrainingJob): Promise<void> {
    let bytes = 0;
    for await (const piece of jobText(job)) bytes += piece.length;
    await this.#send(
      { method: "POST", path: "/v1/jobs", signal: job.signal, accept: [202] },
      asciiBytes(jobText(job)),
      bytes,
    );
  }

  /** Gives the server the job and follows its events to the end, over as many connections as it takes. */
  async #follow(job: TrainingJob): Promise<void> {
    let seen = 0;
    let sent = false;
    await this.#persist(job, async (heard) => {
      if (!sent) await this.#sendJob(job);
      [sent, seen] = [true, sent ? seen : 0];
      using stall = new Stall(this.#supervision.silentMs);
      const response = await this.#server.request({
        method: "GET",
        path: `/v1/jobs/${job.id}/events?from=${seen}`,
        signal: job.signal,
        stall: stall.signal,
        accept: [200, 404],
      });
      if (response.status === 404) {
        // The server has lost it: it goes on when it is sent again.
        sent = false;
        throw new Interrupted(`The ${this.#server.name} does not know the job any more.`);
      }
      for await (const event of trainerEvents(stall.over(bodyOf(response)))) {
        if (event.event === "heartbeat") continue;
        heard();
        if (++seen > EVENTS)
          throw new MemosError(
            "TRAINING_FAILED",
            `The ${this.#server.name} told more than ${EVENTS} events.`,
          );
        if (told(event, job)) return;
      }
      throw new Interrupted(`The connection to the ${this.#server.name} broke off.`);
    });
  }

  async #fetch(job: TrainingJob, name: keyof typeof ARTEFACT_BYTES): Promise<void> {
    using stall = new Stall(this.#supervision.silentMs);
    const path = `/v1/jobs/${job.id}/artefacts/${name}`;
    const request = {
      method: "GET",
      path,
      signal: job.signal,
      stall: stall.signal,
      accept: [200, 404],
    } as const;
    const response = await this.#server.request(request);
    if (response.status === 404)
      throw new MemosError("TRAINING_FAILED", `The ${this.#server.name} has no ${name} of the adapter.`);
    const target = join(job.folder, ARTEFACTS[name]);
    await mkdir(dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
    await writeAtomically(target, async (file) => {
      let bytes = 0;
      for await (const piece of stall.over(bodyOf(response))) {
        bytes += piece.byteLength;
        if (bytes > ARTEFACT_BYTES[name])
          throw new MemosError("TRAINING_FAILED", `The ${this.#server.name} sends too large an adapter.`);
        await file.writeFile(piece);
      }
    });
  }

  /** Best effort: a server that cannot be reached keeps the job until somebody removes it. */
  async #forget({ id }: TrainingJob): Promise<void> {
    const signal = AbortSignal.timeout(FORGET_MS);
    await this.#ask({ method: "DELETE", path: `/v1/jobs/${id}`, signal, accept: [204, 404] }).catch(
      () => undefined,
    );
  }

  /** The status of an answer whose body does not matter. */
  async #ask(request: ServerRequest): Promise<number> {
    const response = await this.#server.request(request);
    await response.body?.cancel();
    return response.status;
  }

  async #send(request: ServerRequest, pieces: AsyncIterable<Uint8Array>, bytes: number): Promise<void> {
    using stall = new Stall(this.#supervision.silentMs);
    const stream = Readable.toWeb(Readable.from(stall.over(pieces))) as ReadableStream<Uint8Array>;
    await this.#ask({ ...request, stall: stall.signal, body: { stream, bytes } });
  }

  /** Does the work again after an interruption, unless too many follow each other with nothing `heard` between. */
  async #persist({ signal }: TrainingJob, work: (heard: () => void) => Promise<void>): Promise<void> {
    let failures = 0;
    const heard = () => {
      failures = 0;
    };
    while (true) {
      try {
        return await work(heard);
      } catch (error) {
        if (signal?.aborted) throw cancelled(signal);
        if (!(error instanceof Interrupted) || ++failures >= this.#supervision.attempts) throw error;
        const delay = this.#supervision.backOffMs * 2 ** (failures - 1);
        await wait(delay, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      }
    }
  }
}

/**
 * Tells the caller about an event.
 *
 * @returns whether it was the last.
 * @throws MemosError TRAINING_FAILED, TRAINER_UNAVAILABLE when it says so.
 */
function told(event: TrainerEvent, job: TrainingJob): boolean {
  if (event.event === "error") throw failureOf(event);
  if (event.event === "progress") {
    const { event: _, ...point } = event;
    job.onProgress?.(point);
  }
  return event.event === "done";
}

/** A job as the server takes it, in pieces of ASCII. */
async function* jobText(job: TrainingJob): AsyncGenerator<string, void, undefined> {
  const { id, base, recipe, limits } = job;
  yield JSON.stringify({ id, base: base.sha256, recipe, limits }).slice(0, -1);
  for (const name of ["train", "heldOut"] as const) {
    yield `,"${name}":[`;
    let first = true;
    for await (const texts of exampleTexts(job[name], name)) {
      if (texts.length > 0) yield (first ? "" : ",") + texts.join(",");
      first = false;
    }
    yield "]";
  }
  yield "}";
}

async function* asciiBytes(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const text of texts) yield Buffer.from(text, "latin1");
}
