import type { CubeId, MemCube } from "../../../memcube/index.js";
import type { ConsolidationCommit, RunHead } from "../../store/consolidationLedger.js";
import type { Transition } from "../../store/lifecycleLedger.js";
import type { Store } from "../../store/store.js";
import type { LifecycleHost } from "../lifecycle.js";
import type { AppliedKind, Proposal } from "./operations.js";

/** One step of a run: what it makes, and the cubes that must still be as they were. */
export function commitOf(
  { id, scope, startedAt }: RunHead,
  { id: proposal, kind }: Proposal,
  cube: CubeId,
  cubes: readonly MemCube[],
  version = 1,
): ConsolidationCommit {
  return {
    run: { id, scope, startedAt },
    step: { proposal, kind: kind as AppliedKind, cube, version, sources: cubes.map((source) => source.id) },
    basis: cubes.map((source) => ({ id: source.id, version: source.version })),
  };
}

/** Writes a cube that was made, with its step and what becomes of others, all or nothing. */
export async function addMade(
  { store, host }: { readonly store: Store; readonly host: LifecycleHost },
  cube: MemCube,
  consolidation: ConsolidationCommit,
  transition?: Transition,
): Promise<void> {
  const prepared = await host.prepare(cube, undefined, []);
  const { changes } = await store.ledger.add({
    cubes: [prepared],
    embedder: store.embedder,
    consolidation,
    ...(transition === undefined ? {} : { transition }),
  });
  await host.committed(changes);
}
