import type { Adapter, Attachment } from "../store/adapterLedger.js";
import { adapterCube } from "./adapterCube.js";
import type { AdapterSummaryView, AdapterView } from "./operations.js";

const instant = (at: number) => new Date(at).toISOString();

export function summaryOf(adapter: Adapter, attachments: readonly Attachment[]): AdapterSummaryView {
  const { id, scope, state, reason, base, job, uses, request, manifest, lastUsedAt } = adapter;
  return {
    ...{ id, scope, state, reason, base, job, uses },
    memories: (manifest ?? request).cubes.length,
    rank: request.recipe.rank,
    alpha: request.recipe.alpha,
    gates: manifest?.gates ?? [],
    attached: attachments.map(({ scope: where, scale }) => ({ scope: where, scale })),
    createdAt: instant(adapter.createdAt),
    changedAt: instant(adapter.changedAt),
    lastUsedAt: lastUsedAt === null ? null : instant(lastUsedAt),
  };
}

export function viewOf(adapter: Adapter, attachments: readonly Attachment[]): AdapterView {
  const { request, manifest, manifestSha256, files, curve } = adapter;
  return {
    ...summaryOf(adapter, attachments),
    recipe: request.recipe,
    cubes: [...(manifest ?? request).cubes],
    leftOut: [...(manifest ?? request).leftOut],
    curve: [...curve],
    manifest,
    manifestSha256,
    files,
    cube: adapterCube(adapter),
  };
}
