import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { readGraphLine } from "./graph/graphLines.js";
import type { Part } from "./graph/graphMemory.js";
import { relationKey } from "./graph/knowledge.js";
import { KnowledgeGraph, secretIn } from "./graph/knowledgeGraph.js";

/** Memories of one transaction. */
const BATCH = 500;

export interface GraphReport {
  readonly entities: number;
  readonly observations: number;
  readonly relations: number;
  /** Entities, observations and relations that were there before, or earlier in the file. */
  readonly present: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** What was written and is not found, and why. */
  readonly remarks: readonly string[];
}

/**
 * Takes in the file of the reference memory server. What is there already is not written again, so that an import
 * which was cut short is simply repeated.
 */
export async function importGraph(
  memos: MemOS,
  lines: AsyncIterable<{ readonly line: number; readonly json: string }>,
  scope: Scope,
  options: { readonly signal: AbortSignal; readonly onLine: (line: number) => void },
): Promise<GraphReport> {
  const graph = new KnowledgeGraph(memos, scope, options.signal);
  const before = await graph.read();
  const known = new Map(before.entities.map(({ name, observations }) => [name, new Set(observations)]));
  const stated = new Set(before.relations.map(relationKey));
  const rejected: { line: number; reason: string }[] = [];
  const remarks: string[] = [];
  const written = { entity: 0, observation: 0, relation: 0 };
  let present = 0;
  let batch: Part[] = [];
  const flush = async () => {
    remarks.push(...(await graph.write(batch)));
    for (const { kind } of batch) written[kind]++;
    batch = [];
  };
  const take = async (line: number, part: Part) => {
    const secret = secretIn(part);
    if (secret !== undefined) {
      rejected.push({ line, reason: `holds a secret (${secret}).` });
      return;
    }
    batch.push(part);
    if (batch.length === BATCH) await flush();
  };

  for await (const { line, json } of lines) {
    options.signal.throwIfAborted();
    const read = readGraphLine(json);
    rejected.push(...read.rejected.map((reason) => ({ line, reason })));
    if (read.kind === "relation") {
      const key = relationKey(read.relation);
      if (stated.has(key)) present++;
      else await take(line, { kind: "relation", ...read.relation });
      stated.add(key);
    } else if (read.kind === "entity") {
      const { name, entityType, observations } = read.entity;
      const had = known.get(name);
      const all = had ?? new Set();
      known.set(name, all);
      if (had === undefined) await take(line, { kind: "entity", name, entityType });
      else present++;
      for (const content of observations) {
        if (all.has(content)) present++;
        else await take(line, { kind: "observation", name, content });
        all.add(content);
      }
    }
    options.onLine(line);
  }
  await flush();
  const { entity, observation, relation } = written;
  return {
    entities: entity,
    observations: observation,
    relations: relation,
    present,
    rejected,
    remarks,
  };
}
