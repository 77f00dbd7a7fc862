import type { MemOS, NewMemory, OpenOptions, Scope } from "../../../../memos/index.js";
import { type InLedger, inLedger, type Lifetime, openMemos } from "../../support.js";

export const ANA = { tenant: "acme", user: "ana" };

/** A memory that consolidates whenever it is asked to. */
export function openIdle(t: Lifetime, options: Partial<OpenOptions> = {}) {
  return openMemos(t, { upkeep: false, consolidateAfterIdleMs: 0, ...options });
}

function tablesOf(db: InLedger): string[] {
  const names = {
    sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    postgres: "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY name",
  };
  return (db.prepare(names[db.dialect]).all() as { name: string }[]).map(({ name }) => name);
}

/** Every row of every table of a ledger. */
export function ledgerRows(path: string): Record<string, unknown[]> {
  return inLedger(path, (db) =>
    Object.fromEntries(tablesOf(db).map((name) => [name, db.prepare(`SELECT * FROM "${name}"`).all()])),
  );
}

const SENTENCES = [
  "I moved to Lisbon in March to work as an architect.",
  "How is the new flat by the river?",
  "The flat is small but the river and the light are beautiful.",
  "My sister Rita visits the river flat on Sundays.",
  "I began to learn Portuguese with a tutor in Lisbon.",
  "The architect office in Lisbon builds wooden schools.",
  "We plan to build a wooden school near Porto next year.",
  "Sounds great!",
];

/** The turns of a conversation of long ago. */
export function conversation(session: string, day = "2024-03-10", sentences = SENTENCES): NewMemory[] {
  return sentences.map((text, turn) => ({
    text,
    actor: turn % 2 === 0 ? "ana" : "bo",
    session,
    occurredAt: `${day}T10:${String(turn).padStart(2, "0")}:00.000Z`,
  }));
}

/** State and version of some cubes, or that they are not there. */
export async function statesOf(memos: MemOS, ids: readonly string[], scope: Scope): Promise<string[]> {
  return Promise.all(
    ids.map((id) =>
      memos.get(id, scope).then(
        ({ state }) => state,
        () => "gone",
      ),
    ),
  );
}
