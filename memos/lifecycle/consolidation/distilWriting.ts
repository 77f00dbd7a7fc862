import { type CubeId, isMemosError, LIMITS, MemosError, type Scope } from "../../../memcube/index.js";
import type { ChatModel } from "../../inference/chatModel.js";
import type { RunHead, TakenStep } from "../../store/consolidationLedger.js";
import type { Transition } from "../../store/lifecycleLedger.js";
import type { Store } from "../../store/store.js";
import type { LifecycleHost } from "../lifecycle.js";
import { REFLECTOR } from "./actor.js";
import { addMade, commitOf } from "./commit.js";
import { distilledCube, evidenceCubes, madeOf } from "./distilledCube.js";
import type { Distillate, Distiller } from "./distiller.js";
import { type DistilDraft, distilledOf, type InsightDraft } from "./distilling.js";

interface Parts {
  readonly store: Store;
  readonly host: LifecycleHost;
  readonly model: ChatModel | undefined;
  readonly distiller: Distiller | undefined;
}

/** What came of asking a model about some episodes. */
interface Asked {
  readonly made: CubeId[];
  readonly refused: readonly string[];
  readonly llmTokens: number;
  readonly silent: boolean;
}

/** Writes what was distilled, and takes it back. */
export class DistilWriting {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A statement with its evidence, in the place of earlier ones; or only the end of an earlier one. */
  async write({ proposal, distillate, cubes }: DistilDraft, run: RunHead): Promise<CubeId> {
    const { store, host } = this.#parts;
    const [first] = cubes;
    if (distillate === undefined) {
      if (first === undefined) throw new MemosError("INTERNAL", "A proposal is about no cube.");
      const step = commitOf(run, proposal, first.id, cubes, first.version + 1);
      // Noted first: a step without its version is nothing to undo, a version without its step could not be.
      await store.ledger.noteConsolidation(step);
      const { changes } = await store.ledger.transition([
        { ...this.#transition("archive", [first.id], run.scope, proposal.why), ifVersion: first.version },
      ]);
      await host.committed(changes);
      return first.id;
    }
    const cube = distilledCube(distillate, host.now());
    const { replaces } = proposal;
    const step = commitOf(run, proposal, cube.id, cubes);
    const cause = successorCause(cube.id);
    await addMade(
      this.#parts,
      cube,
      step,
      replaces.length === 0 ? undefined : this.#transition("archive", replaces, run.scope, cause),
    );
    return cube.id;
  }

  /**
   * Asks the model once, and writes what of its answer is borne out and was not said before.
   *
   * @throws MemosError ABORTED.
   */
  async ask(
    { proposal, episodes }: InsightDraft,
    run: RunHead,
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    const { model, distiller, host, store } = this.#parts;
    if (model === undefined || distiller === undefined)
      throw new MemosError("INTERNAL", "There is no model to be asked.");
    const answer = await distiller.insights(model, episodes, signal);
    const { llmTokens, silent, promptHash } = answer;
    const refused = [...answer.refused];
    const made: CubeId[] = [];
    const by = { model: model.name.slice(0, LIMITS.nameCharacters), promptHash };
    const owner = episodes[0]?.cube.scope ?? run.scope;
    const earlier = await distilledOf(store.ledger, owner, Date.parse(host.now()));
    for (const distillate of answer.found) {
      const known = earlier.some(
        ({ cube }) =>
          madeOf(cube)?.about === distillate.about ||
          (cube.provenance.model !== undefined && coveredBy(distillate, cube.provenance.sources)),
      );
      if (known) {
        refused.push("It was said before of the same episodes.");
        continue;
      }
      const cube = distilledCube(distillate, host.now(), by);
      try {
        await addMade(this.#parts, cube, commitOf(run, proposal, cube.id, evidenceCubes(distillate)));
        made.push(cube.id);
      } catch (error) {
        if (!isMemosError(error, "CONFLICT")) throw error;
        refused.push(error.message);
      }
    }
    return { made, refused, llmTokens, silent };
  }

  /** Forgets a statement and takes those that it replaced out of the archive, as far as nobody has since. */
  async takeBack({ cube, version, sources }: TakenStep, scope: Scope, cause: string): Promise<void> {
    const { store, host } = this.#parts;
    const { ledger } = store;
    // A statement that was only archived has a version before this one.
    if (version > 1) {
      const { changes } = await ledger.transition([
        { ...this.#transition("activate", [cube], scope, cause), ifVersion: version },
      ]);
      await host.committed(changes);
      return;
    }
    const replaced: CubeId[] = [];
    for (const id of sources) {
      const chain = await ledger.chain(id, scope, false).catch((error) => {
        if (isMemosError(error, "NOT_FOUND")) return undefined;
        throw error;
      });
      if (chain?.cube.state === "archived" && chain.versions.at(-1)?.cause === successorCause(cube))
        replaced.push(id);
    }
    const { changes } = await ledger.transition([
      { ...this.#transition("forget", [cube], scope, cause), ifVersion: version },
      ...(replaced.length === 0 ? [] : [this.#transition("activate", replaced, scope, cause)]),
    ]);
    await host.committed(changes);
  }

  #transition(
    operation: Transition["operation"],
    ids: readonly CubeId[],
    scope: Scope,
    cause: string,
  ): Transition {
    const recordedAt = Date.parse(this.#parts.host.now());
    return { scope, ids, operation, actor: REFLECTOR, cause, recordedAt };
  }
}

/** By this the undo knows what a statement has replaced. */
function successorCause(cube: CubeId): string {
  return `${cube} takes its place`;
}

function coveredBy(distillate: Distillate, sources: readonly { readonly cube: CubeId }[]): boolean {
  const known = new Set(sources.map(({ cube }) => cube));
  return evidenceCubes(distillate).every(({ id }) => known.has(id));
}
