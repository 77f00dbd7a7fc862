import { type CubeState, LIMITS, type MemCube, NEW_BEHAVIOUR } from "../../memcube/index.js";
import type { Adapter, AdapterState } from "../store/adapterLedger.js";

export const WEIGHTS_MEDIA_TYPE = "application/vnd.memos.peft+safetensors";
export const GGUF_MEDIA_TYPE = "application/vnd.memos.adapter+gguf";

const STATES: Readonly<Record<AdapterState, CubeState>> = {
  training: "generated",
  failed: "generated",
  refused: "generated",
  ready: "active",
  stale: "expired",
  revoked: "forgotten",
};

/**
 * An adapter under the envelope that all memory has, or null while there are no weights. It is made anew from the
 * catalogue each time: what it says follows from its manifest, so there is no history to keep.
 */
export function adapterCube(adapter: Adapter): MemCube | null {
  const { id, scope, base, files, manifest, manifestSha256, uses, lastUsedAt } = adapter;
  if (files === null || manifest === null || manifestSha256 === null) return null;
  const { trainer, recipe, cubes } = manifest;
  return {
    id,
    scope,
    type: "working",
    payload: {
      kind: "parametric",
      fingerprint: {
        model: base,
        engine: `${trainer.name}/${trainer.release}`.slice(0, LIMITS.engineCharacters),
        configuration: manifestSha256,
        adapters: [],
      },
      rank: recipe.rank,
      alpha: recipe.alpha,
      weights: { ...files.weights, mediaType: WEIGHTS_MEDIA_TYPE },
      gguf: { ...files.gguf, mediaType: GGUF_MEDIA_TYPE },
      manifest: cubes,
    },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: {
      origin: "inferred",
      actor: "memos",
      sources: cubes.slice(0, LIMITS.sources).map(({ cube, sha256 }) => ({ cube, sha256 })),
    },
    time: { recordedAt: new Date(adapter.createdAt).toISOString() },
    governance: { visibility: "private", sensitivity: "internal", retention: "default", readonly: false },
    behaviour: {
      ...NEW_BEHAVIOUR,
      useCount: uses,
      ...(lastUsedAt === null ? {} : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
    },
    state: STATES[adapter.state],
    version: 1,
  };
}
