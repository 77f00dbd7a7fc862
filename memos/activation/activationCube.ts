import { LIMITS, type MemCube, NEW_BEHAVIOUR } from "../../memcube/index.js";
import type { Activation } from "../store/activationLedger.js";

export const STATE_MEDIA_TYPE = "application/vnd.memos.kv-state";

/**
 * A compiled state under the envelope that all memory has. It is made anew from the catalogue each time: what it
 * says follows from its sources, so there is no history to keep.
 */
export function activationCube(activation: Activation): MemCube {
  const { id, scope, fingerprint, configuration, manifest, tokens, prefix, sha256, bytes } = activation;
  return {
    id,
    scope,
    type: "working",
    payload: {
      kind: "activation",
      fingerprint: {
        model: fingerprint.model,
        engine: fingerprint.engine,
        configuration,
        adapters: fingerprint.adapters.map((adapter) => adapter.sha256),
      },
      prefix,
      tokens,
      state: { sha256, bytes, mediaType: STATE_MEDIA_TYPE },
      manifest: [...manifest],
    },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: {
      origin: "inferred",
      actor: "memos",
      sources: manifest.slice(0, LIMITS.sources).map((entry) => ({ cube: entry.cube, sha256: entry.sha256 })),
    },
    time: { recordedAt: new Date(activation.createdAt).toISOString() },
    governance: { visibility: "private", sensitivity: "internal", retention: "default", readonly: false },
    behaviour: {
      ...NEW_BEHAVIOUR,
      useCount: activation.uses,
      ...(activation.uses === 0 ? {} : { lastUsedAt: new Date(activation.lastUsedAt).toISOString() }),
    },
    state: "active",
    version: 1,
  };
}
