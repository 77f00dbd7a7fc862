import type { EntityResult, FactResult, MemOS, Scope } from "../../../memos/index.js";
import { inLedger } from "../support.js";

export const PEOPLE = ["Ana Ferreira", "Tomas Reyes", "Keiko Mori"];
export const PLACES = ["Lisbon", "Port Aveline", "Zürich"];

interface Picture {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly entities: readonly EntityResult[];
  readonly facts: readonly FactResult[];
}

/** Everything that the graph of a scope says, in a form that can be compared. */
export async function picture(memos: MemOS, scope: Scope): Promise<Picture> {
  const { graph } = await memos.graph.export(scope);
  const { nodes, edges } = graph.export();
  const byName = <Row extends object>(rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort();
  const names = [...PEOPLE, ...PLACES];
  return {
    nodes: byName(nodes),
    edges: byName(edges.map(({ key: _, ...edge }) => edge)),
    entities: await Promise.all(names.map((name) => memos.graph.entity(name, scope))),
    facts: await Promise.all(
      PEOPLE.flatMap((person) =>
        ["lives in", "born in", "employer"].map((relation) => memos.graph.fact(person, relation, scope)),
      ),
    ),
  };
}

/** Every row of the ledger that belongs to the graph, as text; the numbers that facts happen to have left out. */
export function rowsOfGraph(path: string): string[] {
  return inLedger(path, (db) =>
    ["mentions", "facts", "edges"].flatMap((table) =>
      (db.prepare(`SELECT * FROM ${table}`).all() as object[])
        .map((row) => `${table} ${JSON.stringify({ ...row, number: undefined })}`)
        .sort(),
    ),
  );
}
