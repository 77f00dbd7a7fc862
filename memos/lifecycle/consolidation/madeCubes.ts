import {
  LIMITS,
  type MemCube,
  NEW_BEHAVIOUR,
  newCubeId,
  type Source,
  type Statement,
  sha256,
  textOf,
} from "../../../memcube/index.js";
import { withNoteAttributes } from "../../extraction/noteAttributes.js";
import type { StoredFact } from "../../store/graphLedger.js";
import { mergedMemory, strictest } from "../merging.js";
import { CONSOLIDATOR } from "./actor.js";
import { type Quote, quotedText } from "./extractiveSummary.js";

export function momentOf({ time }: MemCube): string {
  return time.occurredAt ?? time.recordedAt;
}

/** The one whose words stay: of several that say the same, the latest. */
export function latestOf(cubes: readonly MemCube[]): MemCube {
  return cubes.reduce((latest, cube) => (momentOf(cube) >= momentOf(latest) ? cube : latest));
}

/**
 * The cube that takes the place of near-duplicates: the words and attributes of the latest, and the facts that they
 * state, each once. It happened when the latest of them did: made now, it would outdate what was said in between.
 */
export function mergedNearDuplicate(
  parents: readonly MemCube[],
  stated: readonly StoredFact[],
  recordedAt: string,
): MemCube {
  const latest = latestOf(parents);
  const merged = mergedMemory(parents, { text: textOf(latest) }, CONSOLIDATOR, recordedAt);
  const { authors } = latest.attributes;
  const facts = [
    ...new Map(stated.map((fact) => [JSON.stringify(statementOf(fact)), statementOf(fact)])).values(),
  ];
  return {
    ...merged,
    attributes: {
      ...latest.attributes,
      ...(facts.length === 0 ? {} : { facts: facts.slice(0, LIMITS.facts) }),
      authors: { ...authors, ...(facts.length === 0 ? {} : { facts: authors.facts ?? "rule" }) },
    },
    time: { ...latest.time, recordedAt, occurredAt: momentOf(latest) },
  };
}

function statementOf({ subjectName, relation, objectName, validFrom, validTo }: StoredFact): Statement {
  return {
    subject: subjectName,
    relation,
    object: objectName,
    ...(validFrom === null ? {} : { validFrom: new Date(validFrom).toISOString() }),
    ...(validTo === null ? {} : { validTo: new Date(validTo).toISOString() }),
  };
}

/** What a summary says, and whose words those are. */
export type SummaryText =
  | { readonly quotes: readonly Quote[] }
  | { readonly text: string; readonly model: string; readonly promptHash: string };

/**
 * The note that a conversation comes to. It happened when the conversation ended, and is as restricted as the most
 * restricted of its turns. Every turn is a source, with the places that were quoted.
 */
export function summaryOf(turns: readonly MemCube[], said: SummaryText, recordedAt: string): MemCube {
  const [first] = turns as [MemCube];
  const { session, ...owner } = first.scope;
  const occurredAt = momentOf(latestOf(turns));
  const model = "model" in said ? { model: said.model, promptHash: said.promptHash } : {};
  return withNoteAttributes({
    id: newCubeId(),
    scope: owner,
    type: "semantic",
    payload: {
      kind: "plaintext",
      text: "quotes" in said ? quotedText(turns, said.quotes) : said.text,
      format: "text",
    },
    attributes: {
      keywords: [],
      tags: ["summary"],
      metadata: {},
      authors: { tags: "rule" },
    },
    provenance: {
      origin: "inferred",
      actor: CONSOLIDATOR,
      sources: sourcesOf(turns, "quotes" in said ? said.quotes : []),
      ...model,
    },
    time: { recordedAt, occurredAt },
    governance: strictest(turns.map(({ governance }) => governance)),
    behaviour: NEW_BEHAVIOUR,
    state: "active",
    version: 1,
  });
}

function sourcesOf(turns: readonly MemCube[], quotes: readonly Quote[]): Source[] {
  return turns.flatMap((cube, turn) => {
    const source = { cube: cube.id, sha256: sha256(textOf(cube) ?? "") };
    const spans = quotes.filter((quote) => quote.turn === turn).map(({ span }) => span);
    return spans.length === 0
      ? [source]
      : spans.map(([start, end]): Source => ({ ...source, span: [start, end] }));
  });
}
