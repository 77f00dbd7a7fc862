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
    this.#forget = observe((operation) => ({
      within: (work) => work(),
      end: ({ milliseconds, error = "ok" }) =>
        operations.observe({ operation, outcome: error }, milliseconds / 1_000),
    }));
    this.#watch(memos);
  }

  /** Asked when somebody looks. A store that does not answer leaves these out; `up` tells. */
  #watch(memos: MemOS): void {
    const registers = [this.#registry];
    const jobs = new Gauge({ name: "memos_jobs", help: "Jobs by state.", labelNames: ["state"], registers });
    const pending = new Gauge({
      name: "memos_index_pending",
      help: "Changes that are not yet in the base of the index.",
      registers,
    });
    const bytes = new Gauge({ name: "memos_ledger_bytes", help: "Bytes of the ledger.", registers });
    const tenants = new Gauge({ name: "memos_tenants", help: "Tenants with memories.", registers });
    new Gauge({
      name: "memos_store_up",
      help: "1 while the store answers.",
      registers,
      async collect() {
        try {
          const vitals = await memos.vitals();
          jobs.reset();
          for (const [state, count] of Object.entries(vitals.jobs)) jobs.set({ state }, count);
          pending.set(vitals.indexPending);
          bytes.set(vitals.ledgerBytes);
          tenants.set(vitals.tenants);
          this.set(1);
        } catch (error) {
          if (!isMemosError(error)) throw error;
          this.set(0);
        }
      },
    });
  }

  ended({ method, route, status, milliseconds }: EndedRequest): void {
    this.#requests.inc({ method, route, status });
    this.#requestSeconds.observe({ method, route }, milliseconds / 1_000);
  }

  get mediaType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#forget();
    this.#registry.clear();
  }
}
