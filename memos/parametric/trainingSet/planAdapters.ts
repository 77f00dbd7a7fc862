import { entityKey } from "../../../graph/extraction/index.js";
import { MemosError } from "../../../memcube/index.js";
import { mapInSlices } from "../../store/index/slice.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { readingOf } from "./reading.js";
import type { Source } from "./source.js";

/**
 * Memories in groups that one adapter each can be trained from, in the order of their subjects: those about one
 * subject are together where one adapter takes them all. Few memories are one group.
 *
 * @throws MemosError INVALID_INPUT for no memories.
 */
export async function planAdapters(
  sources: readonly Source[],
  limit: number = ADAPTER_LIMITS.memories,
): Promise<Source[][]> {
  if (sources.length === 0)
    throw new MemosError("INVALID_INPUT", "There is nothing to train an adapter from: name some memories.");
  const ordered = [...sources].sort((a, b) => (a.cube.id < b.cube.id ? -1 : 1));
  const subjects = await mapInSlices(ordered, subjectOf);
  const bySubject = new Map<string, Source[]>();
  for (const [at, source] of ordered.entries()) {
    const subject = subjects[at] ?? "";
    const about = bySubject.get(subject);
    if (about === undefined) bySubject.set(subject, [source]);
    else about.push(source);
  }
  const plan: Source[][] = [];
  for (const [, about] of [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = plan.at(-1);
    if (last !== undefined && last.length + about.length <= limit) last.push(...about);
    else for (let at = 0; at < about.length; at += limit) plan.push(about.slice(at, at + limit));
  }
  return plan;
}

/** Whom a cube is about: the first subject that it states something of; the owner's own come first. */
function subjectOf(source: Source): string {
  const [first] = readingOf(source).stated;
  if (first !== undefined) return first.subject === undefined ? "" : entityKey(first.subject);
  return entityKey(source.cube.attributes.title ?? source.cube.attributes.keywords[0] ?? "\uffff");
}
