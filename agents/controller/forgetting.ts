import type { MemCube } from "../../memcube/index.js";
import { learnableText, ownerScope } from "../../memcube/index.js";
import { isOwner } from "../../memos/governance/principal.js";
import type { MemOS, Reading, Trace } from "../../memos/index.js";
import { queryTerms, termsOf } from "../../memos/retrieval/analysis.js";
import { CONTROLLER, CONTROLLER_LIMITS } from "./limits.js";
import { forgetWishIn, meantBy } from "./rules/forgetWish.js";
import { guarded, refused, type Taken } from "./taken.js";

const WHAT = "forget";

const NOBODY = "It is read anew, and who asked is not known any more.";

const NOTHING_MEANT = "What is to be forgotten is not said; everything is forgotten by hand alone.";

/** Who wrote messages, by their ids. */
export type Writers = Reading["writers"];

/**
 * Forgets what the user asks to forget; a person can undo it for some days. It is done with the rights of whoever
 * wrote the message: who may write but not forget has nothing forgotten by a message either.
 */
export class Forgetting {
  readonly #memos: MemOS;

  constructor(memos: MemOS) {
    this.#memos = memos;
  }

  /** Whether a message asks to forget something: what it says is not to be remembered once more then. */
  asks(cube: MemCube): boolean {
    return cube.provenance.origin === "user" && forgetWishIn(learnableText(cube)) !== undefined;
  }

  /** By rules: every memory that has all the words of what is meant. */
  async byRules(asking: MemCube, writers: Writers): Promise<Taken> {
    const words = wordsMeant(asking);
    if (words.length === 0) return refused(WHAT, NOTHING_MEANT, [asking.id]);
    const memos = this.#as(asking, writers);
    if (memos === undefined) return refused(WHAT, NOBODY, [asking.id]);
    return guarded(WHAT, [asking.id], () => this.#byWords(words, asking, memos));
  }

  /** The memory as whoever asks may use it; undefined where it is not known any more who does. */
  #as({ id, scope }: MemCube, writers: Writers): MemOS | undefined {
    const writer = writers.get(id);
    if (writer === undefined) return undefined;
    return isOwner(writer) ? this.#memos : this.#memos.as({ tenant: scope.tenant, ...writer });
  }

  async #byWords(words: readonly string[], asking: MemCube, memos: MemOS): Promise<Taken> {
    const made: Trace["made"] = [];
    const unable: Trace["refused"] = [];
    // One of several memories of the same words is found at a time.
    for (let left: number = CONTROLLER_LIMITS.forgotten; left > 0; ) {
      const meant = (await this.#having(words, asking, memos)).slice(0, left);
      const taken = meant.length === 0 ? undefined : await this.#forgotten(asking, meant, memos);
      if (taken === undefined || taken.made.length === 0) {
        unable.push(...(taken?.refused ?? []));
        break;
      }
      made.push(...taken.made);
      left -= taken.made.length;
    }
    return made.length + unable.length === 0
      ? refused(WHAT, "No memory has all the words of what is meant.", [asking.id])
      : { made, refused: unable };
  }

  /** Memories of the same owner that have all the words, and are no such wish themselves. */
  async #having(words: readonly string[], asking: MemCube, memos: MemOS): Promise<MemCube[]> {
    const { hits } = await memos.search(words.join(" "), ownerScope(asking.scope), {
      k: CONTROLLER_LIMITS.forgotten,
    });
    return hits
      .map(({ cube }) => cube)
      .filter((cube) => {
        const said = wordsOf(cube);
        // A search without a user finds the memories of every user.
        const own = cube.scope.user === asking.scope.user;
        return own && words.every((word) => said.has(word)) && !this.asks(cube);
      });
  }

  /** What a model says is meant: only where a user asks in so many words. */
  async forget(asking: MemCube, meant: readonly MemCube[], writers: Writers): Promise<Taken> {
    const from = [asking.id];
    if (asking.provenance.origin !== "user") return refused(WHAT, "Only the user asks to forget.", from);
    if (!this.asks(asking)) return refused(WHAT, "The message does not ask to forget anything.", from);
    if (wordsMeant(asking).length === 0) return refused(WHAT, NOTHING_MEANT, from);
    const memos = this.#as(asking, writers);
    return memos === undefined ? refused(WHAT, NOBODY, from) : this.#forgotten(asking, meant, memos);
  }

  async #forgotten(asking: MemCube, meant: readonly MemCube[], memos: MemOS): Promise<Taken> {
    const from = [asking.id];
    const made: Trace["made"] = [];
    const unable: Trace["refused"] = [];
    const words = wordsMeant(asking);
    for (const cube of meant) {
      const { id, type, scope } = cube;
      // Whoever says what is meant may be wrong: what has not a word of it is not.
      const said = wordsOf(cube);
      if (!words.some((word) => said.has(word))) {
        unable.push(...refused(WHAT, "A memory has no word of what is meant.", from).refused);
        continue;
      }
      const taken = await guarded(WHAT, from, async () => {
        const { written } = await memos.forget(id, scope, {
          actor: CONTROLLER,
          cause: `asked for in ${asking.id}`,
        });
        return {
          made: written.map(({ id, version }) => ({ operation: "forget", cube: id, version, type, from })),
          refused: [],
        };
      });
      made.push(...taken.made);
      unable.push(...taken.refused);
    }
    return { made, refused: unable };
  }
}

/** The words of what a message asks to forget. */
function wordsMeant(asking: MemCube): string[] {
  return queryTerms(meantBy(forgetWishIn(learnableText(asking)) ?? ""));
}

function wordsOf(cube: MemCube): ReadonlySet<string> {
  return new Set(termsOf(`${cube.attributes.title ?? ""} ${learnableText(cube)}`));
}
