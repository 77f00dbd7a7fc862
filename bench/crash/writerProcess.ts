import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../eval/metrics/index.js";
import { isMemosError, type Scope } from "../../memcube/index.js";
import { MemOS } from "../../memos/index.js";
import { endWithParent } from "../process/parent.js";
import { type Operation, type OwnedCube, textAt, tokenOf, tokensOf, wordOf } from "./operation.js";

/** What a writer is told once it is loaded; it then writes until it is killed. */
export interface WriterOrder {
  readonly path: string;
  readonly scope: Scope;
  readonly cycle: number;
  readonly writer: number;
  readonly seed: number;
  /** Adds that an earlier process may or may not have got through: sent again under the same key. */
  readonly retry: Extract<Operation, { kind: "add" }>[];
  readonly owned: OwnedCube[];
  /** Cubes of a stream that it begins with; enough of them make the index be written. */
  readonly stream: number;
}

export type WriterReply =
  | { readonly kind: "opened" }
  | { readonly kind: "began"; readonly operation: Operation }
  /** `ids` of the memories from number `from` on; none for an update or a forget. */
  | {
      readonly kind: "acknowledged";
      readonly key: string;
      readonly from: number;
      readonly ids: string[];
      readonly replayed: boolean;
    }
  | { readonly kind: "refused"; readonly key: string; readonly error: string }
  | { readonly kind: "unfound"; readonly word: string };

/** Operations in flight at once. */
const LANES = 4;

/** Most that a lane rests between two: what counts is the number of crashes, not that of cubes. */
const PAUSE_MS = 20;

const SESSIONS = 3;

/** How often an acknowledged add is looked for at once. */
const LOOKUP_SHARE = 0.05;

class CrashWriter {
  readonly #order: WriterOrder;
  readonly #memos: MemOS;
  readonly #random: () => number;
  readonly #owned: OwnedCube[];
  #operations = 0;

  constructor(order: WriterOrder, memos: MemOS) {
    this.#order = order;
    this.#memos = memos;
    this.#random = seededRandom(order.seed);
    this.#owned = [...order.owned];
  }

  async lane(): Promise<never> {
    for (;;) {
      await this.#attempt(this.#order.retry.pop() ?? this.#choose());
      await sleep(this.#random() * PAUSE_MS);
    }
  }

  #upTo(most: number, least = 1): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #choose(): Operation {
    const key = `c${this.#order.cycle}w${this.#order.writer}o${this.#operations++}`;
    if (this.#operations === 1 && this.#order.stream > 0)
      return { kind: "stream", key, cubes: this.#order.stream };
    const kind = this.#random();
    const session = this.#random() < 0.3 ? `s${this.#upTo(SESSIONS)}` : null;
    if (kind < 0.45) return { kind: "add", key, cubes: 1, session };
    if (kind < 0.65) return { kind: "add", key, cubes: this.#upTo(12, 2), session };
    if (kind < 0.7) return { kind: "stream", key, cubes: this.#upTo(200, 20) };
    const [cube] = this.#owned.splice(Math.floor(this.#random() * this.#owned.length), 1);
    if (cube === undefined) return { kind: "add", key, cubes: 1, session };
    return { kind: kind < 0.92 ? "update" : "forget", key, cube };
  }

  async #attempt(operation: Operation): Promise<void> {
    send({ kind: "began", operation });
    try {
      await this.#perform(operation);
    } catch (error) {
      const said = isMemosError(error) ? `${error.code}: ${error.message}` : String(error);
      send({ kind: "refused", key: operation.key, error: `${operation.kind}: ${said}` });
    }
  }

  async #perform(operation: Operation): Promise<void> {
    const { scope } = this.#order;
    const { key } = operation;
    switch (operation.kind) {
      case "add": {
        const { session } = operation;
        const { written, replayed } = await this.#memos.add(
          tokensOf(operation).map((token) => textAt(token, 0)),
          session === null ? scope : { ...scope, session },
          { idempotencyKey: key },
        );
        const ids = written.map(({ id }) => id);
        send({ kind: "acknowledged", key, from: 0, ids, replayed });
        this.#own(key, 0, ids);
        if (this.#random() < LOOKUP_SHARE) await this.#lookUp(tokenOf(key, 0), ids[0] ?? "");
        return;
      }
      case "stream": {
        let from = 0;
        const texts = tokensOf(operation).map((token) => textAt(token, 0));
        for await (const { written } of this.#memos.addMany(texts, scope)) {
          if (written.length === 0) continue;
          const ids = written.map(({ id }) => id);
          send({ kind: "acknowledged", key, from, ids, replayed: false });
          this.#own(key, from, ids);
          from += ids.length;
        }
        return;
      }
      case "update": {
        const { id, token } = operation.cube;
        const revision = operation.cube.revision + 1;
        await this.#memos.update(id, { text: textAt(token, revision) }, scope);
        send({ kind: "acknowledged", key, from: 0, ids: [], replayed: false });
        this.#owned.push({ id, token, revision });
        return;
      }
      case "forget":
        await this.#memos.forget(operation.cube.id, scope);
        send({ kind: "acknowledged", key, from: 0, ids: [], replayed: false });
    }
  }

  #own(key: string, from: number, ids: readonly string[]): void {
    for (const [index, id] of ids.entries())
      this.#owned.push({ id, token: tokenOf(key, from + index), revision: 0 });
  }

  /** Acknowledged means findable; a search also makes this process follow what the other one writes. */
  async #lookUp(token: string, id: string): Promise<void> {
    const word = wordOf(token, 0);
    const { hits } = await this.#memos.search(word, this.#order.scope, { k: 20 });
    // Another lane may have changed or forgotten it meanwhile.
    const still = this.#owned.some((cube) => cube.id === id && cube.revision === 0);
    if (still && !hits.some(({ cube }) => cube.id === id)) send({ kind: "unfound", word });
  }
}

function send(message: WriterReply): void {
  process.send?.(message);
}

async function write(order: WriterOrder): Promise<void> {
  const memos = await MemOS.open({ path: order.path });
  send({ kind: "opened" });
  const writer = new CrashWriter(order, memos);
  await Promise.all(Array.from({ length: LANES }, () => writer.lane()));
}

process.once("message", (order) => {
  write(order as WriterOrder).catch((error) => {
    send({ kind: "refused", key: "open", error: error instanceof Error ? error.message : String(error) });
  });
});
endWithParent();
