import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { isMemosError } from "../../memcube/index.js";
import { type MemOS, observe } from "../../memos/index.js";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A request that is over. */
export interface EndedRequest {
  readonly method: string;
  /** The pattern of the path: never a path. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** What a process measures of itself, for Prometheus: counts and seconds, no names of tenants, no content. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #requestSeconds: Histogram;
  readonly #forget: () => void;
  readonly #look: () => Promise<void>;

  constructor(memos: MemOS) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: "memos_http_requests_total",
      help: "Requests by the pattern of their path.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.#requestSeconds = new Histogram({
      name: "memos_http_request_duration_seconds",
      help: "Seconds from a request to the end of its answer.",
      labelNames: ["method", "route"],
      buckets: SECONDS,
      registers,
    });
    const operations = new Histogram({
      name: "memos_operation_duration_seconds",
      help: "Seconds of operations on memories, by their outcome: ok, or the code of the error.",
      labelNames: ["operation", "outcome"],
      buckets: SECONDS,
      registers,
    });
    const prompts = new Counter({
      name: "memos_prompt_tokens_total",
      help: "Tokens of prompts by where their keys and values came from.",
      labelNames: ["from"],
      registers,
    });
    this.#forget = observe((operation) => ({
      within: (work) => work(),
      end: ({ milliseconds, error = "ok", counts }) => {
        operations.observe({ operation, outcome: error }, milliseconds / 1_000);
        for (const from of ["reused", "restored", "evaluated"])
          prompts.inc({ from }, counts[`${from}_tokens`] ?? 0);
      },
    }));
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
    const jobs = new Gauge({ name: "memos_jobs", help: "Jobs by state.", labelNames: ["state"], registers });
    const pending = gauge("memos_index_pending", "Changes that are not yet in the base of the index.");
    const bytes = gauge("memos_ledger_bytes", "Bytes of the ledger.");
    const tenants = gauge("memos_tenants", "Tenants with memories.");
    const up = gauge("memos_store_up", "1 while the store answers; the other gauges of it are then of now.");
    this.#look = async () => {
      up.set(0);
      const vitals = await memos.vitals();
      jobs.reset();
      for (const [state, count] of Object.entries(vitals.jobs)) jobs.set({ state }, count);
      pending.set(vitals.indexPending);
      bytes.set(vitals.ledgerBytes);
      tenants.set(vitals.tenants);
      up.set(1);
    };
  }

  ended({ method, route, status, milliseconds }: EndedRequest): void {
    this.#requests.inc({ method, route, status });
    this.#requestSeconds.observe({ method, route }, milliseconds / 1_000);
  }

  get mediaType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await this.#look().catch((error: unknown) => {
      if (!isMemosError(error)) throw error;
    });
    return this.#registry.metrics();
  }

  close(): void {
    this.#forget();
    this.#registry.clear();
  }
}
