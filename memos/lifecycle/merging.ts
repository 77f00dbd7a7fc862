import {
  type Governance,
  LIMITS,
  type MemCube,
  MemosError,
  NEW_BEHAVIOUR,
  newCubeId,
  sha256,
  textOf,
} from "../../memcube/index.js";
import { withNoteAttributes } from "../extraction/noteAttributes.js";

const SENSITIVITIES = ["public", "internal", "secret"] as const;
const RETENTIONS = ["default", "keep", "legal-hold"] as const;

/**
 * The cube that a merge makes: what its parents say, as restricted as the most restricted of them.
 *
 * @throws MemosError INVALID_INPUT for parents of different owners or without text.
 */
export function mergedMemory(
  parents: readonly MemCube[],
  said: { readonly text?: string | undefined; readonly title?: string | undefined },
  actor: string,
  recordedAt: string,
): MemCube {
  const ordered = [...parents].sort((a, b) => (momentOf(a) < momentOf(b) ? -1 : 1));
  const [first] = ordered as [MemCube];
  const ownerOf = ({ scope: { session: _, ...owner } }: MemCube) =>
    JSON.stringify(owner, ["tenant", "user", "agent", "app"]);
  for (const parent of ordered) {
    if (parent.payload.kind !== "plaintext")
      throw new MemosError("INVALID_INPUT", `Cube ${parent.id} has no text to be merged.`, { path: "ids" });
    if (parent.type === "vault")
      throw new MemosError("INVALID_INPUT", `Cube ${parent.id} is in the vault: it cannot be merged.`, {
        path: "ids",
      });
    if (ownerOf(parent) !== ownerOf(first))
      throw new MemosError("INVALID_INPUT", "Only memories of one owner can be merged.", { path: "ids" });
  }
  const { session, ...owner } = first.scope;
  const sameSession = ordered.every((parent) => parent.scope.session === session);
  const title =
    said.title ?? ordered.find((parent) => parent.attributes.title !== undefined)?.attributes.title;
  const occurredAt = ordered.at(-1)?.time.occurredAt;
  const validFrom = ordered.map(({ time }) => time.validFrom).find((at) => at !== undefined);
  const text = said.text ?? mergedText(ordered.map((parent) => textOf(parent) ?? ""));
  if (Buffer.byteLength(text) > LIMITS.textBytes)
    throw new MemosError("TOO_LARGE", "What these memories say is too long for one.", { path: "ids" });
  return withNoteAttributes({
    id: newCubeId(),
    scope: sameSession ? first.scope : owner,
    type: ordered.every(({ type }) => type === first.type) ? first.type : "semantic",
    payload: { kind: "plaintext", text, format: "text" },
    attributes: {
      ...(title === undefined ? {} : { title }),
      keywords: [],
      tags: [
        ...new Set(
          ordered.flatMap(({ attributes }) => (attributes.authors.tags === "caller" ? attributes.tags : [])),
        ),
      ].slice(0, LIMITS.labels),
      metadata: {},
      authors: { tags: "caller" },
    },
    provenance: {
      origin: "inferred",
      actor,
      sources: ordered.map((parent) => ({ cube: parent.id, sha256: sha256(textOf(parent) ?? "") })),
    },
    time: {
      recordedAt,
      ...(occurredAt === undefined ? {} : { occurredAt }),
      ...(validFrom === undefined ? {} : { validFrom }),
    },
    governance: strictest(ordered.map(({ governance }) => governance)),
    behaviour: {
      ...NEW_BEHAVIOUR,
      priority: Math.max(...ordered.map(({ behaviour }) => behaviour.priority)),
    },
    state: "active",
    version: 1,
  });
}

function momentOf({ time }: MemCube): string {
  return time.occurredAt ?? time.recordedAt;
}

/** What all may see, as long as the shortest-lived of them may be kept. */
export function strictest(all: readonly Governance[]): Governance {
  const most = <T extends string>(order: readonly T[], values: readonly T[]): T =>
    order[Math.max(...values.map((value) => order.indexOf(value)))] as T;
  const [expiresAt] = all.flatMap((governance) => governance.expiresAt ?? []).sort();
  return {
    visibility: all.some(({ visibility }) => visibility === "private") ? "private" : "shared",
    sensitivity: most(
      SENSITIVITIES,
      all.map(({ sensitivity }) => sensitivity),
    ),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    retention: most(
      RETENTIONS,
      all.map(({ retention }) => retention),
    ),
    readonly: false,
  };
}

/** The sentences of all texts in order, each once: of repetitions the first stays. */
export function mergedText(texts: readonly string[]): string {
  const seen = new Set<string>();
  const kept: string[] = [];
  for (const text of texts) {
    const sentences = text.split(/(?<=[.!?。！？])\s+|\n+/u).filter((sentence) => sentence.trim() !== "");
    for (const sentence of sentences) {
      const said = sentence
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, " ")
        .trim();
      if (said !== "" && seen.has(said)) continue;
      seen.add(said);
      kept.push(sentence.trim());
    }
  }
  return kept.join(" ");
}
