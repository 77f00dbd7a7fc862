import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../eval/metrics/index.js";
import { textOf } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { isMemosError, MemOS, NoneEmbedder, type Scope } from "../../memos/index.js";
import { TextEngine } from "./textEngine.js";

/** Steps of one history. */
const STEPS = 6;

/** Steps up to this share, from 0.15 on, are purges: each makes the index anew, so they are few. */
const PURGES = 0.155;

export interface HistoriesResult {
  readonly histories: number;
  /** Prompts that were asked, and those that a stored state served. */
  readonly prompts: number;
  readonly restored: number;
  /** Prompts that were given the state of something else, or that began with memory that had changed by then. */
  readonly stale: number;
  /** Texts that were purged and found in a file of a compiled state. */
  readonly left: number;
}

/**
 * Random lives of the memories that a prompt begins with, with a prompt after each step: whatever happens to a
 * source, no prompt gets a state that was made from it before.
 */
export async function runHistories(
  folder: string,
  histories: number,
  signal?: AbortSignal,
  say: (line: () => string) => void = () => undefined,
): Promise<HistoriesResult> {
  const engine = new TextEngine();
  const random = seededRandom(histories);
  const memos = await MemOS.open({
    path: folder,
    engine,
    embedder: new NoneEmbedder(),
    upkeep: false,
    activations: { automatic: false },
  });
  let prompts = 0;
  let wrong = 0;
  let left = 0;
  try {
    for (let history = 0; history < histories; history++) {
      throwIfAborted(signal);
      say(() => `${history} of ${histories} histories`);
      const scope: Scope = { tenant: "acme", user: `u${history}` };
      const life = new Life(memos, scope, random, history);
      await life.begin();
      for (let step = 0; step < STEPS; step++) {
        const purged = await life.step();
        if (purged !== undefined && (await isIn(join(folder, "activation"), purged))) left++;
        if (random() < 0.6) await memos.activations.compile(scope);
        for await (const _ of memos.chat("Which rules are there?", scope, { budget: 0, remember: false }));
        prompts++;
        if (!(await life.isTrue(engine.lastPrompt))) wrong++;
      }
      await memos.activations.drop(scope);
    }
    return { histories, prompts, restored: engine.restored, stale: engine.stale.length + wrong, left };
  } finally {
    await memos.close();
  }
}

/** The core memories of one user, and what can happen to them. */
class Life {
  readonly #memos: MemOS;
  readonly #scope: Scope;
  readonly #random: () => number;
  readonly #name: string;
  readonly #ids = new Set<string>();
  #made = 0;

  constructor(memos: MemOS, scope: Scope, random: () => number, number: number) {
    this.#memos = memos;
    this.#scope = scope;
    this.#random = random;
    this.#name = `h${number}`;
  }

  async begin(): Promise<void> {
    await this.#add();
    await this.#add();
  }

  /** Whether a prompt holds what each memory says now, as far as it is recalled, and nothing else of this life. */
  async isTrue(prompt: string): Promise<boolean> {
    const expected: string[] = [];
    for (const id of this.#ids) {
      const cube = await this.#memos.get(id, this.#scope).catch(absent);
      if (cube?.state === "active" || cube?.state === "frozen") expected.push(ruleIn(textOf(cube) ?? ""));
    }
    const said = [...prompt.matchAll(new RegExp(RULE, "g"))].map(([rule]) => rule);
    return said.sort().join() === expected.sort().join();
  }

  /** Something happens to one memory; what it said, if it was purged. */
  async step(): Promise<string | undefined> {
    const ids = [...this.#ids];
    const id = ids[Math.floor(this.#random() * ids.length)];
    const kind = this.#random();
    const { lifecycle, forgetting } = this.#memos;
    const scope = this.#scope;
    if (id === undefined || kind < 0.15) await this.#add();
    else if (kind < PURGES) {
      const text = textOf((await this.#memos.get(id, scope).catch(absent)) ?? NOTHING) ?? "";
      await forgetting.forget({ ids: [id] }, scope, { mode: "purge" });
      this.#ids.delete(id);
      return text === "" ? undefined : ruleIn(text);
    } else {
      const steps = [
        () => this.#memos.update(id, { text: this.#text() }, scope),
        () => this.#memos.forget(id, scope),
        () => lifecycle.recover(id, scope),
        () => lifecycle.archive(id, scope),
        () => lifecycle.activate(id, scope),
        () => lifecycle.freeze(id, scope),
        () => lifecycle.thaw(id, scope),
        () => lifecycle.govern(id, { sensitivity: "internal", retention: "keep" }, scope),
      ];
      await steps[Math.floor(this.#random() * steps.length)]?.().catch(refused);
    }
    return undefined;
  }

  async #add(): Promise<void> {
    const { written } = await this.#memos.add({ text: this.#text(), type: "core" }, this.#scope);
    for (const { id } of written) this.#ids.add(id);
  }

  #text(): string {
    return `This is rule ${this.#name}x${this.#made++}e of the house.`;
  }
}

const RULE = "h\\d+x\\d+e";

const NOTHING = { payload: { kind: "plaintext", text: "", format: "text" } } as const;

function ruleIn(text: string): string {
  return new RegExp(RULE).exec(text)?.[0] ?? "";
}

function absent(error: unknown): undefined {
  if (!isMemosError(error, "NOT_FOUND")) throw error;
}

/** Not every step is allowed in every state. */
function refused(error: unknown): void {
  const allowed = (["INVALID_TRANSITION", "NOT_FOUND", "CONFLICT"] as const).some((code) =>
    isMemosError(error, code),
  );
  if (!allowed) throw error;
}

async function isIn(folder: string, text: string): Promise<boolean> {
  for (const name of await readdir(folder).catch(() => []))
    if ((await readFile(join(folder, name)).catch(() => Buffer.alloc(0))).includes(text)) return true;
  return false;
}
