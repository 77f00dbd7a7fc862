import type { LedgerCube } from "./ledgerFile.js";
import { type Operation, type OwnedCube, readText, tokensOf, wordOf } from "./operation.js";
import type { WriterReply } from "./writerProcess.js";

/** What a store must hold of one memory. */
interface Memory {
  readonly id: string;
  readonly revision: number;
  readonly forgotten: boolean;
}

type Add = Extract<Operation, { kind: "add" | "stream" }>;
type SingleCall = Extract<Operation, { kind: "add" }>;
type Change = Extract<Operation, { kind: "update" | "forget" }>;
type Acknowledged = Extract<WriterReply, { kind: "acknowledged" }>;

/** What went wrong, a sentence each. */
export interface Damage {
  /** Acknowledged, and not there as acknowledged. */
  readonly lost: string[];
  /** There twice, or written twice under one key. */
  readonly duplicated: string[];
  /** One call, of which only a part is there. */
  readonly torn: string[];
  /** There, and written by nobody. */
  readonly unknown: string[];
}

/**
 * What was acknowledged, and what was under way when the writers died. A call under way may have got
 * through or not, but not in part: the store decides, and from then on it counts as known.
 *
 *     began ──> under way ──acknowledged──> known: must be there
 *                   └──────crash──────────> all of it is there or nothing of it
 */
export class Expectation {
  readonly damage: Damage = { lost: [], duplicated: [], torn: [], unknown: [] };
  readonly #known = new Map<string, Memory>();
  readonly #adds = new Map<string, { operation: Add; acknowledged: number }>();
  readonly #changes = new Map<string, Change>();
  /** Texts that have been read before, which is not done at every crash again. */
  readonly #read = new Map<string, ReturnType<typeof readText>>();
  readonly #retry = new Map<string, SingleCall>();
  readonly #gone: string[] = [];
  /** What the cycle in hand has touched: tokens, and how many words were gone before it. */
  readonly #touched = new Set<string>();
  #goneBefore = 0;
  #acknowledged = 0;

  /** Cubes written, changed and forgotten that were acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Calls that began and were not acknowledged. */
  get underWay(): number {
    return this.#adds.size + this.#changes.size;
  }

  began(operation: Operation): void {
    if (isChange(operation)) this.#changes.set(operation.cube.token, operation);
    else {
      this.#retry.delete(operation.key);
      this.#adds.set(operation.key, { operation, acknowledged: 0 });
    }
  }

  acknowledge(reply: Acknowledged): void {
    const add = this.#adds.get(reply.key);
    if (add !== undefined) this.#added(add, reply);
    for (const change of this.#changes.values()) {
      if (change.key !== reply.key) continue;
      this.#change(change);
      this.#changes.delete(change.cube.token);
      this.#acknowledged++;
    }
  }

  #added(add: { operation: Add; acknowledged: number }, { key, from, ids, replayed }: Acknowledged): void {
    const { operation } = add;
    const tokens = tokensOf(operation).slice(from, from + ids.length);
    add.acknowledged += ids.length;
    this.#acknowledged += ids.length;
    if (operation.kind === "add" && ids.length !== operation.cubes)
      this.damage.torn.push(`${key}: ${ids.length} of ${operation.cubes} cubes were acknowledged`);
    for (const [index, token] of tokens.entries()) {
      const id = ids[index] as string;
      const before = this.#known.get(token);
      // A call sent again after a crash that it had survived: its first receipt, and nothing new.
      if (before !== undefined && (before.id !== id || !replayed))
        this.damage.duplicated.push(`${token}: was ${before.id} and was acknowledged again as ${id}`);
      if (before === undefined && replayed)
        this.damage.lost.push(`${token}: its key was remembered, the cube was not there`);
      if (before === undefined) this.#learn(token, { id, revision: 0, forgotten: false });
    }
    if (add.acknowledged >= operation.cubes) this.#adds.delete(key);
  }

  #change({ kind, cube }: Change): void {
    const memory = this.#known.get(cube.token);
    if (memory === undefined) return;
    this.#gone.push(wordOf(cube.token, memory.revision));
    this.#learn(cube.token, outcome(kind, memory));
  }

  #learn(token: string, memory: Memory): void {
    this.#known.set(token, memory);
    this.#touched.add(token);
  }

  /** Compares with what the store holds after a crash, and learns what became of the calls under way. */
  settle(cubes: readonly LedgerCube[]): void {
    const found = this.#byToken(cubes);
    for (const [token, memory] of [...this.#known]) {
      const there = found.get(token);
      const change = this.#changes.get(token);
      if (there !== undefined && same(there, memory)) continue;
      if (there !== undefined && change !== undefined && same(there, outcome(change.kind, memory))) {
        this.#change(change);
        continue;
      }
      this.damage.lost.push(`${token}: acknowledged as ${shown(memory)}, is ${shown(there)}`);
      if (there === undefined) this.#known.delete(token);
      else this.#learn(token, there);
    }
    for (const { operation } of this.#adds.values()) {
      const tokens = tokensOf(operation);
      const present = tokens.filter((token) => found.has(token));
      for (const token of present)
        if (!this.#known.has(token)) this.#learn(token, found.get(token) as Memory);
      if (operation.kind !== "add") continue;
      if (present.length > 0 && present.length < tokens.length)
        this.damage.torn.push(`${operation.key}: ${present.length} of ${tokens.length} cubes are there`);
      this.#retry.set(operation.key, operation);
    }
    for (const token of found.keys())
      if (!this.#known.has(token)) this.damage.unknown.push(`${token}: nobody has written it`);
    this.#adds.clear();
    this.#changes.clear();
  }

  #byToken(cubes: readonly LedgerCube[]): Map<string, Memory> {
    const found = new Map<string, Memory>();
    for (const { id, forgotten, text } of cubes) {
      const memory = this.#read.get(text) ?? readText(text);
      this.#read.set(text, memory);
      if (memory === null) this.damage.unknown.push(`${id}: its text is not one that was written`);
      else if (found.has(memory.token)) this.damage.duplicated.push(`${memory.token}: is there twice`);
      else found.set(memory.token, { id, revision: memory.revision, forgotten });
    }
    return found;
  }

  /** Words that find a memory, and words that find nothing any more; of all, or of the cycle in hand. */
  words(which: "all" | "touched"): { live: string[]; gone: string[] } {
    const tokens = which === "all" ? [...this.#known.keys()] : [...this.#touched];
    const live = tokens.flatMap((token) => {
      const memory = this.#known.get(token);
      return memory === undefined || memory.forgotten ? [] : [wordOf(token, memory.revision)];
    });
    return { live, gone: which === "all" ? [...this.#gone] : this.#gone.slice(this.#goneBefore) };
  }

  /** Ends a cycle and says what the next one begins with. */
  next(writer: number, cubes: number, random: () => number): { retry: SingleCall[]; owned: OwnedCube[] } {
    this.#touched.clear();
    this.#goneBefore = this.#gone.length;
    const own = new RegExp(`^c\\d+w${writer}o`);
    const candidates = [...this.#known].filter(([token, { forgotten }]) => !forgotten && own.test(token));
    const owned = Array.from({ length: Math.min(cubes, candidates.length) }, () => {
      const [[token, { id, revision }]] = candidates.splice(Math.floor(random() * candidates.length), 1) as [
        [string, Memory],
      ];
      return { token, id, revision };
    });
    return { retry: [...this.#retry.values()].filter(({ key }) => own.test(key)), owned };
  }
}

function isChange(operation: Operation): operation is Change {
  return operation.kind === "update" || operation.kind === "forget";
}

function outcome(kind: Change["kind"], memory: Memory): Memory {
  return kind === "forget" ? { ...memory, forgotten: true } : { ...memory, revision: memory.revision + 1 };
}

function same(a: Memory, b: Memory): boolean {
  return a.id === b.id && a.revision === b.revision && a.forgotten === b.forgotten;
}

function shown(memory: Memory | undefined): string {
  if (memory === undefined) return "gone";
  return `revision ${memory.revision}${memory.forgotten ? ", forgotten" : ""} (${memory.id})`;
}
