import { isMemosError, ownerScope, type Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { MCP_LIMITS } from "./limits.js";
import { GRAPH_URI, memoryUri } from "./memoryUri.js";

/** What a list of memories shows stays the same after these. */
const LEAVE_THE_LIST = new Set(["memory.update", "memory.restore", "memory.govern"]);

/** What a host is told. */
export interface Notices {
  listChanged(): Promise<void>;
  updated(uri: string): Promise<void>;
}

/** Follows what is committed in a scope, by any process, and tells a host of it: what it has asked for, and in bundles. */
export class Changes {
  readonly #memos: MemOS;
  readonly #owner: Scope;
  readonly #notices: Notices;
  readonly #subscribed = new Set<string>();
  #updated = new Set<string>();
  #listChanged = false;
  #timer: NodeJS.Timeout | undefined;
  /** The last event that was looked at; undefined where nothing may be told. */
  #last: number | undefined;

  constructor(memos: MemOS, scope: Scope, notices: Notices) {
    this.#memos = memos;
    this.#owner = ownerScope(scope);
    this.#notices = notices;
  }

  get subscriptions(): number {
    return this.#subscribed.size;
  }

  subscribe(uri: string): void {
    this.#subscribed.add(uri);
  }

  unsubscribe(uri: string): void {
    this.#subscribed.delete(uri);
  }

  /**
   * From here on nothing is missed, however late the host begins to listen. Who may read only some of the memories
   * of a scope is told of none.
   */
  async begin(): Promise<void> {
    try {
      this.#last = await this.#memos.jobs.lastEvent(this.#owner);
    } catch (error) {
      if (!isMemosError(error, "FORBIDDEN")) throw error;
    }
  }

  /** Until it is told to stop, from where it was the last time. */
  async follow(signal: AbortSignal): Promise<void> {
    if (this.#last === undefined) return;
    const options = { after: this.#last, kinds: ["memory.*"], signal };
    try {
      for await (const event of this.#memos.jobs.events(this.#owner, options)) {
        this.#last = event.sequence;
        this.#note(event.kind, event.subject);
      }
    } catch (error) {
      // A grant was taken back meanwhile, or the memory is closed: there is nothing more to tell.
      const over = isMemosError(error, "FORBIDDEN") || isMemosError(error, "CLOSED");
      if (!over && !signal.aborted) throw error;
    }
  }

  #note(kind: string, subject: string): void {
    if (!LEAVE_THE_LIST.has(kind)) this.#listChanged = true;
    for (const uri of [memoryUri(subject), GRAPH_URI]) if (this.#subscribed.has(uri)) this.#updated.add(uri);
    this.#timer ??= setTimeout(() => void this.#tell(), MCP_LIMITS.noticeMs);
  }

  async #tell(): Promise<void> {
    const [listChanged, updated] = [this.#listChanged, this.#updated];
    this.#timer = undefined;
    this.#listChanged = false;
    this.#updated = new Set();
    // Nobody who listens any more is no failure: the next stream goes on.
    if (listChanged) await this.#notices.listChanged().catch(() => undefined);
    for (const uri of updated) await this.#notices.updated(uri).catch(() => undefined);
  }
}
