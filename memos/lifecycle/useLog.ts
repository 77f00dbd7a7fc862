import type { CubeId, Scope } from "../../memcube/index.js";
import type { Change } from "../store/ledger.js";
import type { LifecycleLedger, Use } from "../store/lifecycleLedger.js";
import type { UseKind } from "./heat.js";

/** Uses that wait at most before they are written. */
const WAIT_MS = 1_000;

/** Uses that wait at most: more are written at once. */
const WAITING_AT_MOST = 512;

/**
 * Uses on their way to the ledger. A recall does not wait for a commit: what it used is written a moment later,
 * many together. Should the process be killed in between, that moment of statistics is lost and nothing else.
 */
export class UseLog {
  readonly #ledger: LifecycleLedger;
  readonly #committed: (changes: readonly Change[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #waiting: Use[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    ledger: LifecycleLedger,
    committed: (changes: readonly Change[]) => Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.#ledger = ledger;
    this.#committed = committed;
    this.#onError = onError;
  }

  /** Notes a use of each of these cubes; written later. */
  note(scope: Scope, ids: readonly CubeId[], kind: UseKind, at: number): void {
    for (const id of ids) this.#waiting.push({ scope, id, kind, at });
    if (this.#waiting.length >= WAITING_AT_MOST) void this.flush();
    else if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.flush(), WAIT_MS).unref();
  }

  /** Writes what waits; resolves when all that was noted before is in the ledger, or could not be written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = this.#waiting;
    this.#waiting = [];
    if (uses.length > 0)
      this.#writing = this.#writing
        .then(async () => this.#committed((await this.#ledger.recordUses(uses)).changes))
        .catch(this.#onError);
    return this.#writing;
  }
}
