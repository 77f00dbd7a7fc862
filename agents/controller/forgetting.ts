import type { MemCube } from "../../memcube/index.js";
import { learnableText } from "../../memcube/index.js";
import type { MemOS, Trace } from "../../memos/index.js";
import { queryTerms, termsOf } from "../../memos/retrieval/analysis.js";
import { ownerScope } from "../ownerScope.js";
import { CONTROLLER, CONTROLLER_LIMITS } from "./limits.js";
import { forgetWishIn, meantBy } from "./rules/forgetWish.js";
import { guarded, refused, type Taken } from "./taken.js";

const WHAT = "forget";

/** Forgets what the user asks to forget; a person can undo it for some days. */
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
  async byRules(asking: MemCube): Promise<Taken> {
    const words = this.#wordsMeant(asking);
    if (words.length === 0)
      return refused(WHAT, "What is to be forgotten is not said; everything is forgotten by hand alone.", [
        asking.id,
      ]);
    const made: Trace["made"] = [];
    const unable: Trace["refused"] = [];
    // One of several memories of the same words is found at a time.
    for (let left: number = CONTROLLER_LIMITS.forgotten; left > 0; ) {
      const meant = (await this.#having(words, asking)).slice(0, left);
      const taken = meant.length === 0 ? undefined : await this.forget(asking, meant);
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

  #wordsMeant(asking: MemCube): string[] {
    return queryTerms(meantBy(forgetWishIn(learnableText(asking)) ?? ""));
  }

  /** Memories of the same owner that have all the words, and are no such wish themselves. */
  async #having(words: readonly string[], asking: MemCube): Promise<MemCube[]> {
    const { hits } = await this.#memos.search(words.join(" "), ownerScope(asking.scope), {
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
  async forget(asking: MemCube, meant: readonly MemCube[]): Promise<Taken> {
    const from = [asking.id];
    if (asking.provenance.origin !== "user") return refused(WHAT, "Only the user asks to forget.", from);
    if (!this.asks(asking)) return refused(WHAT, "The message does not ask to forget anything.", from);
    const made: Trace["made"] = [];
    const unable: Trace["refused"] = [];
    const words = this.#wordsMeant(asking);
    for (const cube of meant) {
      const { id, type, scope } = cube;
      // Whoever says what is meant may be wrong: what has not a word of it is not.
      const said = wordsOf(cube);
      if (!words.some((word) => said.has(word))) {
        unable.push(...refused(WHAT, "A memory has no word of what is meant.", from).refused);
        continue;
      }
      const taken = await guarded(WHAT, from, async () => {
        const { written } = await this.#memos.forget(id, scope, {
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

function wordsOf(cube: MemCube): ReadonlySet<string> {
  return new Set(termsOf(`${cube.attributes.title ?? ""} ${learnableText(cube)}`));
}
