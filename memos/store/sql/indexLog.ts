import { and, eq, gt, sql } from "drizzle-orm";
import { MemosError, titledText } from "../../../memcube/index.js";
import type { Backlog, Change, Flushed, LogHead, Partition } from "../ledger.js";
import type { Connection } from "./connection.js";
import { SEARCHABLE } from "./cubeRows.js";
import type { EmbeddedThrough } from "./embeddedThrough.js";
import type { IndexedCubes } from "./indexedCubes.js";
import { cubes, embedders, lexicon, outbox, partitions, vectors, versions } from "./schema.js";

const p = (name: string) => sql.placeholder(name);

/**
 * The outbox and what has been taken out of it.
 *
 *     sequence   1 2 3 4 5 6 7 8 9
 *     tenant     a a b a b b a a b
 *                    └────────── flushedThrough of a = 4: base of a holds 1 2 4, delta of a is 7 8
 *
 * An entry is deleted when every partition of its tenant has it in its base.
 */
export class IndexLog {
  readonly #connection: Connection;
  readonly #indexed: IndexedCubes;
  readonly #embedded: EmbeddedThrough;
  readonly #statements;

  constructor(connection: Connection, indexed: IndexedCubes, embedded: EmbeddedThrough) {
    this.#connection = connection;
    this.#indexed = indexed;
    this.#embedded = embedded;
    const { orm } = connection;
    this.#statements = {
      live: orm
        .select()
        .from(partitions)
        .where(and(eq(partitions.tenant, p("tenant")), eq(partitions.state, "live")))
        .prepare(),
      partition: orm
        .select()
        .from(partitions)
        .where(eq(partitions.number, p("number")))
        .prepare(),
      after: orm
        .select()
        .from(outbox)
        .where(gt(outbox.sequence, p("after")))
        .orderBy(outbox.sequence)
        .limit(p("limit"))
        .prepare(),
      pending: orm
        .select()
        .from(outbox)
        .where(and(eq(outbox.tenant, p("tenant")), gt(outbox.sequence, p("after"))))
        .orderBy(outbox.sequence)
        .limit(p("limit"))
        .prepare(),
      frequencies: orm
        .select({ term: lexicon.term, rows: lexicon.rows })
        .from(lexicon)
        .where(
          sql`${lexicon.partition} = ${p("partition")} AND ${lexicon.term} IN (SELECT CAST(value AS INTEGER) FROM json_each(${p("terms")}))`,
        )
        .prepare(),
      count: orm
        .insert(lexicon)
        .values({ partition: p("partition"), term: p("term"), rows: p("delta") })
        .onConflictDoUpdate({
          target: [lexicon.partition, lexicon.term],
          set: { rows: sql`${lexicon.rows} + excluded.rows` },
        })
        .prepare(),
    };
  }

  /** Sequence number of the last entry ever made, also when it has been taken out since. */
  #last(): number {
    const row = this.#connection.db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get() as
      | { seq: number }
      | undefined;
    return row?.seq ?? 0;
  }

  head(tenant: string): LogHead {
    return { partition: this.#statements.live.get({ tenant }) ?? null, sequence: this.#last() };
  }

  changesAfter(sequence: number, limit: number): { changes: Change[]; sequence: number } {
    const last = this.#last();
    const entries = this.#statements.after.all({ after: sequence, limit });
    return {
      changes: entries.map((entry) => this.#indexed.change(entry)),
      sequence: entries.length < limit ? last : (entries.at(-1)?.sequence ?? last),
    };
  }

  pending(
    tenant: string,
    after: number,
    limit: number,
  ): { changes: Change[]; through: number; read: number } {
    const entries = this.#statements.pending.all({ tenant, after, limit });
    const lastOfKey = new Map(entries.map((entry) => [entry.key, entry]));
    return {
      changes: [...lastOfKey.values()].map((entry) => this.#indexed.change(entry)),
      through: entries.at(-1)?.sequence ?? after,
      read: entries.length,
    };
  }

  backlog(): Backlog[] {
    return this.#connection.orm
      .select({ tenant: outbox.tenant, entries: sql<number>`count(*)` })
      .from(outbox)
      .groupBy(outbox.tenant)
      .orderBy(outbox.tenant)
      .all();
  }

  frequencies(partition: number, terms: Float64Array): Int32Array {
    const found = new Map(
      this.#statements.frequencies
        .all({ partition, terms: JSON.stringify([...terms]) })
        .map((row) => [row.term, row.rows]),
    );
    return Int32Array.from(terms, (term) => found.get(term) ?? 0);
  }

  embedder(fingerprint: { hash: string; name: string; dimension: number }): number {
    const { orm } = this.#connection;
    const { hash, name, dimension } = fingerprint;
    const known = orm.select().from(embedders).where(eq(embedders.hash, hash)).get();
    if (known !== undefined) return known.number;
    return Number(orm.insert(embedders).values({ hash, name, dimension }).run().lastInsertRowid);
  }

  /** The embedder's number without writing it; -1 when this store has never used it. */
  knownEmbedder(hash: string): number {
    return this.#connection.orm.select().from(embedders).where(eq(embedders.hash, hash)).get()?.number ?? -1;
  }

  partitions(): Partition[] {
    return this.#connection.orm.select().from(partitions).all();
  }

  openPartition(tenant: string, embedder: number, state: "live" | "building"): Partition {
    const { orm } = this.#connection;
    const found = orm
      .select()
      .from(partitions)
      .where(and(eq(partitions.tenant, tenant), eq(partitions.state, state)))
      .get();
    if (found !== undefined) return found;
    // A live partition starts with the whole outbox before it, a building one copies the cubes themselves
    // and needs only what is written from now on.
    const flushedThrough = state === "live" ? 0 : this.#last();
    const dimension =
      orm.select().from(embedders).where(eq(embedders.number, embedder)).get()?.dimension ?? 0;
    orm
      .insert(partitions)
      .values({
        tenant,
        state,
        embedder,
        dimension,
        baseVersion: 0,
        flushedThrough,
        cursor: 0,
        rows: 0,
        terms: 0,
      })
      .run();
    return this.openPartition(tenant, embedder, state);
  }

  flushed(flush: Flushed): void {
    const { orm } = this.#connection;
    const partition = this.#statements.partition.get({ number: flush.partition });
    if (partition?.baseVersion !== flush.replaces)
      throw new MemosError("CONFLICT", "The index partition was changed by another process meanwhile.");
    const { baseVersion, flushedThrough, cursor, rows, terms } = flush;
    orm
      .update(partitions)
      .set({ baseVersion, flushedThrough, cursor, rows, terms })
      .where(eq(partitions.number, flush.partition))
      .run();
    for (const [index, term] of flush.lexicon.terms.entries())
      this.#statements.count.run({
        partition: flush.partition,
        term,
        delta: flush.lexicon.deltas[index] ?? 0,
      });
    if (flush.lexicon.deltas.some((delta) => delta < 0))
      orm
        .delete(lexicon)
        .where(sql`${lexicon.partition} = ${flush.partition} AND ${lexicon.rows} <= 0`)
        .run();
    this.#trim(partition.tenant);
  }

  #trim(tenant: string): void {
    this.#connection.orm
      .delete(outbox)
      .where(
        sql`${outbox.tenant} = ${tenant} AND ${outbox.sequence} <=
          (SELECT min(flushed_through) FROM partitions WHERE tenant = ${tenant})`,
      )
      .run();
  }

  promote(number: number): number | null {
    const { orm } = this.#connection;
    const building = this.#statements.partition.get({ number });
    if (building === undefined) throw new MemosError("CONFLICT", "The partition being built is gone.");
    const live = this.#statements.live.get({ tenant: building.tenant });
    if (live !== undefined) this.dropPartition(live.number);
    orm.update(partitions).set({ state: "live" }).where(eq(partitions.number, number)).run();
    this.#trim(building.tenant);
    return live?.number ?? null;
  }

  dropPartition(number: number): void {
    const { orm } = this.#connection;
    orm.delete(lexicon).where(eq(lexicon.partition, number)).run();
    orm.delete(partitions).where(eq(partitions.number, number)).run();
  }

  /** Keeps vectors that were made later; with `reindex` their rows go to the index again. */
  saveVectors(
    tenant: string,
    embedder: number,
    rows: readonly { key: number; vector: Uint8Array }[],
    reindex: boolean,
  ): void {
    const { orm } = this.#connection;
    this.#embedded.forgetOthers(embedder);
    for (const { key, vector } of rows) {
      const value = Buffer.from(vector);
      orm
        .insert(vectors)
        .values({ key, embedder, vector: value })
        // A vector of this embedder that is there by now belongs to a newer text.
        .onConflictDoUpdate({
          target: vectors.key,
          set: { embedder, vector: value },
          setWhere: sql`${vectors.embedder} <> ${embedder}`,
        })
        .run();
      if (reindex) orm.insert(outbox).values({ tenant, key, operation: "put" }).run();
    }
  }

  withoutVector(
    tenant: string,
    embedder: number,
    afterKey: number,
    limit: number,
  ): { key: number; text: string }[] {
    return this.#connection.orm
      .select({
        key: cubes.key,
        title: sql<string | null>`json_extract(${versions.content}, '$.attributes.title')`,
        text: sql<string>`json_extract(${versions.content}, '$.payload.text')`,
      })
      .from(cubes)
      .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
      .leftJoin(vectors, eq(vectors.key, cubes.key))
      .where(
        sql`${cubes.tenant} = ${tenant} AND ${cubes.key} > ${afterKey}
          AND ${cubes.state} IN (SELECT value FROM json_each(${JSON.stringify(SEARCHABLE)}))
          AND ${vectors.embedder} IS NOT ${embedder}
          AND json_extract(${versions.content}, '$.payload.kind') = 'plaintext'`,
      )
      .orderBy(cubes.key)
      .limit(limit)
      .all()
      .map(({ key, title, text }) => ({ key, text: titledText(title ?? undefined, text) }));
  }
}
