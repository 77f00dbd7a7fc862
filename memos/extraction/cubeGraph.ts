import {
  canonicalRelation,
  entityKey,
  isSingleValued,
  type MentionRole,
  mentionsIn,
} from "../../graph/extraction/index.js";
import {
  type Author,
  LIMITS,
  type Link,
  learnableText,
  type MemCube,
  type Scope,
  type Version,
} from "../../memcube/index.js";
import { isConsolidated } from "../lifecycle/consolidation/actor.js";
import { termHash } from "../retrieval/analysis.js";
import { ruledFacts } from "./ruledFacts.js";

/** How a mention's role is kept: what an entity is the title of comes first in every list of its cubes. */
export const ROLE_NUMBERS: Record<MentionRole, number> = { title: 0, name: 1, part: 2 };

export const ROLE_NAMES: readonly MentionRole[] = ["title", "name", "part"];

/** Numbers of one row of `CubeEdges.mentions`: cube, entity, role, start, end. */
export const MENTION_FIELDS = 5;

/** Numbers of one row of `CubeGraph.mentions`. */
export const MENTION_STRIDE = 4;

/** A fact of one cube, ready for the ledger: entities as numbers, times in milliseconds. */
export interface CubeFact {
  readonly by: Author;
  readonly subject: number;
  readonly relation: string;
  readonly object: number;
  readonly subjectName: string;
  readonly objectName: string;
  readonly single: boolean;
  readonly start: number | null;
  readonly end: number | null;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  /** Its number in a list whose later items replace earlier ones. */
  readonly serial: number | null;
  /** The numbers of that list begin in this cube. */
  readonly opens: boolean;
}

/** What a cube adds to the graph of its owner. */
export interface CubeGraph {
  /** Entity, role, start, end of each mention, in one array: it goes to another thread. */
  readonly mentions: Float64Array;
  readonly facts: readonly CubeFact[];
  /** What earlier versions stated and when, oldest first, where that is not in the ledger yet. */
  readonly past: readonly { readonly recordedAt: number; readonly facts: readonly CubeFact[] }[];
  readonly links: readonly (Link & { readonly by: Author })[];
}

/**
 * The number of an entity inside one owner's memory (tenant and user): 53 bits of a hash over owner and key.
 * Two owners that name the same thing have two entities, so no walk leads from one's memory to the other's.
 */
export function entityNumber(scope: Scope, key: string): number {
  return termHash(`${scope.tenant}\u0000${scope.user ?? ""}\u0000${key}`);
}

/**
 * Derives a cube's part of the graph from its content, by rules alone: the same content, the same part. Given
 * its earlier versions, also what they stated.
 */
export function cubeGraph(cube: MemCube, earlier: readonly Version[] = []): CubeGraph {
  const { title, facts = [], links = [], authors } = cube.attributes;
  const text = learnableText(cube);
  const rows: number[] = [];
  const named = new Set<string>();
  const mention = (key: string, role: MentionRole, start: number, end: number) => {
    if (key === "" || named.has(key)) return;
    named.add(key);
    rows.push(entityNumber(cube.scope, key), ROLE_NUMBERS[role], start, end);
  };
  const found = ruled(cube);
  const inFacts = new Set(
    found.flatMap(({ subjectName, objectName }) => [entityKey(subjectName), entityKey(objectName)]),
  );
  // A capital at the beginning of a sentence may be any word's; what a fact is about is a name.
  for (const { key, role, span } of mentionsIn(text, title))
    mention(key, role === "part" && inFacts.has(key) ? "name" : role, span[0], span[1]);
  const folded = facts.length === 0 ? "" : text.toLowerCase();
  const stated = facts.map((fact): CubeFact => {
    const subject = entityKey(fact.subject);
    const object = entityKey(fact.object);
    // The name may stand nowhere in the text: then it is the fact's own.
    mention(subject, "name", ...placeOf(fact.subject, folded));
    mention(object, "name", ...placeOf(fact.object, folded));
    return {
      by: authors.facts ?? "caller",
      subject: entityNumber(cube.scope, subject),
      relation: canonicalRelation(fact.relation),
      object: entityNumber(cube.scope, object),
      subjectName: fact.subject,
      objectName: fact.object,
      single: isSingleValued(fact.relation),
      start: null,
      end: null,
      validFrom: milliseconds(fact.validFrom),
      validTo: milliseconds(fact.validTo),
      serial: null,
      opens: false,
    };
  });
  return {
    mentions: Float64Array.from(rows),
    facts: [...stated, ...found],
    past: earlier.map(({ content, recordedAt }) => ({
      recordedAt: Date.parse(recordedAt),
      facts: content.state === "forgotten" ? [] : cubeGraph({ ...cube, ...content }).facts,
    })),
    links: links.map((link) => ({ ...link, by: authors.links ?? "caller" })),
  };
}

function placeOf(name: string, folded: string): [start: number, end: number] {
  const start = folded.indexOf(name.toLowerCase());
  return start === -1 ? [0, 0] : [start, start + name.length];
}

/** The facts that rules find in the text. */
function ruled(cube: MemCube): CubeFact[] {
  const { scope, provenance } = cube;
  // Its sources state them, at the time at which they were said; what replaces its sources carries theirs.
  if (isConsolidated(provenance)) return [];
  return ruledFacts(cube)
    .slice(0, LIMITS.foundFacts)
    .map(({ subject, relation, object, span, single, validFrom, validTo, serial, opens }) => ({
      by: "rule",
      subject: entityNumber(scope, entityKey(subject)),
      relation,
      object: entityNumber(scope, entityKey(object)),
      subjectName: subject.slice(0, LIMITS.phraseCharacters),
      objectName: object.slice(0, LIMITS.phraseCharacters),
      single,
      start: span[0],
      end: span[1],
      validFrom: milliseconds(validFrom),
      validTo: milliseconds(validTo),
      serial: serial ?? null,
      opens: opens ?? false,
    }));
}

function milliseconds(instant: string | undefined): number | null {
  return instant === undefined ? null : Date.parse(instant);
}
