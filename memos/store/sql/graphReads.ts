import type { CubeId } from "../../../memcube/index.js";
import {
  type CubeEdges,
  type CubeText,
  type FactQuery,
  MENTION,
  type Question,
  type StoredFact,
  type StoredLink,
  type Surroundings,
  type TitledCube,
} from "../graphLedger.js";
import type { Connection } from "./connection.js";
import { SEARCHABLE } from "./cubeRows.js";
import { LINK_KINDS } from "./graphWrites.js";

/** An entity that more cubes name than this tells nothing about any of them: it leads only to those about it. */
export const HUB_CUBES = 200;

/** Characters of a text that are read for what they say about a question. */
const READ_CHARACTERS = 20_000;

interface MentionRow {
  readonly entity: number;
  readonly role: number;
  readonly cube: number;
  readonly start: number;
  readonly end: number;
}

/** Whether a state is one of those asked for; the usual ones are compared without a list that is bound. */
function counts(state: string): string {
  const recalled = SEARCHABLE.map((name) => `'${name}'`).join(",");
  return `(CASE WHEN @states IS NULL THEN ${state} IN (${recalled}) ELSE instr(@states, ${state}) > 0 END)`;
}

const SCOPED = `c.tenant = @tenant AND (@user IS NULL OR c.user = @user) AND (@agent IS NULL OR c.agent = @agent)
  AND (@app IS NULL OR c.app = @app) AND (@session IS NULL OR c.session = @session)
  AND (CASE WHEN @past IS NULL
    THEN ${counts("c.state")} AND (c.expires_at IS NULL OR c.expires_at > @now)
    ELSE c.recorded_at <= @past AND c.state <> 'forgotten' AND EXISTS (
      SELECT 1 FROM versions then_ WHERE then_.key = c.key
        AND then_.version = (SELECT max(w.version) FROM versions w WHERE w.key = c.key AND w.recorded_at <= @past)
        AND ${counts("json_extract(then_.content, '$.state')")}
        AND coalesce(unixepoch(json_extract(then_.content, '$.governance.expiresAt'), 'subsec') * 1000 > @past, TRUE)) END)
  AND (@without IS NULL OR c.key NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(@without)))
  AND (@types IS NULL OR c.type IN (SELECT value FROM json_each(@types)))
  AND (@permit IS NULL
    OR c.type || '/' || c.sensitivity || '/' || c.visibility IN (SELECT value FROM json_each(@permit)))`;

/**
 * Reads of the graph around some cubes, as plain prepared statements. `CROSS JOIN` keeps SQLite from starting
 * with all cubes of the tenant.
 */
export class GraphReads {
  readonly #namedBy;
  readonly #cubesOf;
  readonly #titled;
  readonly #text;
  readonly #links;
  readonly #mentions;
  readonly #allLinks;
  readonly #naming;
  readonly #hubs;
  readonly #facts;
  readonly #factsAbout;
  readonly #keysOf;
  readonly #keysAfter;

  constructor({ db }: Connection) {
    // Many numbers in one string: a row costs more to hand over than to find.
    this.#namedBy = db.prepare(
      `SELECT group_concat(listed.entity, ' ') AS listed
       FROM (SELECT CAST(entity AS TEXT) AS entity FROM mentions m WHERE m.cube = ? ORDER BY m.entity, m.role) AS listed`,
    );
    this.#cubesOf = db.prepare(
      `SELECT e.key AS at, (SELECT group_concat(listed.cube || ' ' || listed.role || ' ' || listed.start, ' ') FROM (
         SELECT m.cube AS cube, m.role AS role, m.start AS start FROM mentions m CROSS JOIN cubes c ON c.key = m.cube
         WHERE m.entity = CAST(e.value AS INTEGER) AND ${SCOPED} ORDER BY m.role, m.cube LIMIT ${HUB_CUBES + 1}) AS listed) AS listed
       FROM json_each(@entities) e ORDER BY e.key`,
    );
    this.#titled = db.prepare(
      `SELECT m.cube AS cube, m.entity AS entity FROM json_each(@entities) e
       CROSS JOIN mentions m ON m.entity = CAST(e.value AS INTEGER) AND m.role = 0 CROSS JOIN cubes c ON c.key = m.cube
       WHERE ${SCOPED} ORDER BY e.key, m.cube LIMIT ${HUB_CUBES}`,
    );
    this.#text = db.prepare(
      `SELECT coalesce(substr(json_extract(v.content, '$.payload.text'), 1, ${READ_CHARACTERS}), '') AS text,
         coalesce(json_extract(v.content, '$.attributes.title'), '') AS title
       FROM cubes c JOIN versions v ON v.key = c.key AND v.version = c.version WHERE c.key = ?`,
    );
    this.#mentions = db.prepare(
      `SELECT m.cube AS cube, m.entity AS entity, m.role AS role, m.start AS start, m."end" AS "end"
       FROM json_each(@cubes) k CROSS JOIN cubes c ON c.key = CAST(k.value AS INTEGER) CROSS JOIN mentions m ON m.cube = c.key
       WHERE ${SCOPED} ORDER BY k.key, m.entity, m.role`,
    );
    this.#allLinks = db.prepare(
      `SELECT e.from_key AS "from", e.to_key AS "to", e.kind AS kind, e.weight AS weight, e.by AS by, e.why AS why
       FROM json_each(@cubes) k CROSS JOIN edges e ON e.from_key = CAST(k.value AS INTEGER) CROSS JOIN cubes c ON c.key = e.to_key
       WHERE ${SCOPED}
       UNION SELECT e.from_key, e.to_key, e.kind, e.weight, e.by, e.why
       FROM json_each(@cubes) k CROSS JOIN edges e ON e.to_key = CAST(k.value AS INTEGER) CROSS JOIN cubes c ON c.key = e.from_key
       WHERE ${SCOPED} ORDER BY 1, 2, 3, 5`,
    );
    this.#naming = db.prepare(
      `SELECT entity, cube, role FROM (
         SELECT m.entity AS entity, m.cube AS cube, m.role AS role,
           row_number() OVER (PARTITION BY m.entity ORDER BY m.role, m.cube) AS place
         FROM json_each(@entities) e CROSS JOIN mentions m ON m.entity = CAST(e.value AS INTEGER)
         CROSS JOIN cubes c ON c.key = m.cube WHERE ${SCOPED}) placed
       WHERE place <= @limit ORDER BY entity, place`,
    );
    this.#hubs = db.prepare(
      `SELECT m.entity AS entity
       FROM (SELECT c.key AS key FROM cubes c WHERE ${SCOPED} ORDER BY c.key DESC LIMIT @newest) k
       CROSS JOIN mentions m ON m.cube = k.key WHERE m.role < 2
       GROUP BY m.entity HAVING count(*) > 1 ORDER BY count(*) DESC, m.entity LIMIT @limit`,
    );
    const facts = (by: string, from = "facts f") =>
      db.prepare(
        `SELECT f.number, f.cube, c.id AS cubeId, f.by, f.subject, f.relation, f.object,
         f.subject_name AS subjectName, f.object_name AS objectName, f.single, f.start, f."end",
         f.valid_from AS validFrom, f.valid_to AS validTo, f.recorded_at AS recordedAt, f.serial, f.opens,
         c.occurred_at AS occurredAt
       FROM ${from} CROSS JOIN cubes c ON c.key = f.cube
       WHERE ${by} AND (@relation IS NULL OR f.relation = @relation) AND (CASE WHEN @asOf IS NULL THEN f.retired_at IS NULL
              ELSE f.recorded_at <= @asOf AND (f.retired_at IS NULL OR f.retired_at > @asOf) END)
         AND ${SCOPED} ORDER BY f.recorded_at DESC, f.cube DESC, f.number DESC LIMIT @limit`,
      );
    // One statement for each index.
    this.#facts = {
      subject: facts("f.subject = @wanted"),
      subjects: facts("f.subject IN (SELECT CAST(value AS INTEGER) FROM json_each(@wanted))"),
      object: facts("f.object = @wanted"),
      cubes: facts("f.cube IN (SELECT CAST(value AS INTEGER) FROM json_each(@wanted))"),
    };
    this.#factsAbout = facts(
      "TRUE",
      `(SELECT DISTINCT s.subject, s.relation FROM facts s
        WHERE s.cube IN (SELECT CAST(value AS INTEGER) FROM json_each(@wanted)) AND s.single = 1) g
       CROSS JOIN facts f ON f.subject = g.subject AND f.relation = g.relation`,
    );
    this.#keysOf = db.prepare(
      `SELECT c.id AS id, c.key AS key FROM json_each(@ids) i CROSS JOIN cubes c ON c.id = i.value WHERE ${SCOPED} ORDER BY i.key`,
    );
    this.#keysAfter = db.prepare(
      `SELECT c.key AS key FROM cubes c WHERE c.key > @after AND ${SCOPED} ORDER BY c.key LIMIT @limit`,
    );
    this.#links = db.prepare(
      `SELECT e.to_key AS cube, e.weight AS weight FROM edges e CROSS JOIN cubes c ON c.key = e.to_key
       WHERE e.from_key = @key AND e.kind IN (${LINKS}) AND ${SCOPED}
       UNION SELECT e.from_key, e.weight FROM edges e CROSS JOIN cubes c ON c.key = e.from_key
       WHERE e.to_key = @key AND e.kind IN (${LINKS}) AND ${SCOPED} ORDER BY 1, 2 LIMIT ${HUB_CUBES}`,
    );
  }

  titled(question: Question, entities: Float64Array): TitledCube[] {
    return this.#titled.all({
      ...bound(question),
      entities: JSON.stringify([...entities]),
    }) as unknown as TitledCube[];
  }

  edgesOf(question: Question, cubes: readonly number[]): CubeEdges {
    const asked = { ...bound(question), cubes: JSON.stringify(cubes) };
    const rows = this.#mentions.all(asked) as (MentionRow & { cube: number })[];
    const mentions = Float64Array.from(
      rows.flatMap((row) => [row.cube, row.entity, row.role, row.start, row.end]),
    );
    return { mentions, links: this.#allLinks.all(asked) as unknown as StoredLink[] };
  }

  naming(question: Question, entities: Float64Array, limit: number) {
    const asked = { ...bound(question), entities: JSON.stringify([...entities]), limit };
    return this.#naming.all(asked) as unknown as { entity: number; cube: number; role: number }[];
  }

  hubs(question: Question, newest: number, limit: number): number[] {
    const rows = this.#hubs.all({ ...bound(question), newest, limit }) as { entity: number }[];
    return rows.map(({ entity }) => entity);
  }

  facts(question: Question, query: FactQuery, asOf: number | undefined, limit: number): StoredFact[] {
    const statement = this.#facts[query.by];
    const rows = statement.all({
      ...bound(question),
      wanted: wanted(query),
      relation: query.relation ?? null,
      asOf: asOf ?? null,
      limit,
    });
    return inOrderOfArrival(rows);
  }

  factsAbout(
    question: Question,
    cubes: readonly number[],
    asOf: number | undefined,
    limit: number,
  ): StoredFact[] {
    const wanted = JSON.stringify(cubes);
    const asked = { ...bound(question), wanted, relation: null, asOf: asOf ?? null, limit };
    return inOrderOfArrival(this.#factsAbout.all(asked));
  }

  keysOf(question: Question, ids: readonly string[]) {
    return this.#keysOf.all({ ...bound(question), ids: JSON.stringify(ids) }) as unknown as {
      id: CubeId;
      key: number;
    }[];
  }

  keysAfter(question: Question, after: number, limit: number): number[] {
    return (this.#keysAfter.all({ ...bound(question), after, limit }) as { key: number }[]).map(
      ({ key }) => key,
    );
  }

  surroundings(question: Question, seeds: readonly number[]): Surroundings {
    const scope = bound(question);
    const named = new Set<number>();
    for (const key of seeds) {
      const { listed } = this.#namedBy.get(key) as { listed: string | null };
      for (const entity of listed?.split(" ") ?? []) named.add(Number(entity));
    }
    const entities = Float64Array.from(named);
    const frequencies = new Int32Array(entities.length);
    const mentions: number[] = [];
    for (const row of this.#cubesOf.all({ ...scope, entities: JSON.stringify([...entities]) }) as unknown[]) {
      const { at, listed } = row as { at: number; listed: string | null };
      const numbers = listed === null ? [] : listed.split(" ").map(Number);
      const frequency = numbers.length / (MENTION - 1);
      frequencies[at] = frequency;
      for (let next = 0; next < numbers.length; next += MENTION - 1) {
        const [cube, role, start] = [numbers[next], numbers[next + 1], numbers[next + 2]] as number[];
        if (frequency > HUB_CUBES && (role as number) > 0) break;
        mentions.push(at, cube as number, role as number, start as number);
      }
    }
    const links: number[] = [];
    for (const key of seeds)
      for (const { cube, weight } of this.#links.all({ ...scope, key }) as { cube: number; weight: number }[])
        links.push(key, cube, weight);
    return {
      entities,
      frequencies,
      mentions: Int32Array.from(mentions),
      texts: this.texts(seeds),
      links: Float64Array.from(links),
    };
  }

  texts(cubes: readonly number[]): CubeText[] {
    return cubes.map((key) => (this.#text.get(key) ?? { text: "", title: "" }) as unknown as CubeText);
  }
}

function wanted(query: FactQuery): number | string {
  if (query.by === "cubes") return JSON.stringify(query.cubes);
  return query.by === "subjects" ? JSON.stringify(query.entities) : query.entity;
}

/** The statements ask for the latest first, so that a limit cuts off what is oldest. */
function inOrderOfArrival(rows: unknown[]): StoredFact[] {
  return (rows as (Omit<StoredFact, "single" | "opens"> & { single: number; opens: number })[])
    .map((row) => ({ ...row, single: Boolean(row.single), opens: Boolean(row.opens) }))
    .reverse();
}

const LINKS = LINK_KINDS.map((kind) => `'${kind}'`).join(",");

function bound({ scope, now, types, asOf, states, without, permit }: Question) {
  return {
    tenant: scope.tenant,
    user: scope.user ?? null,
    agent: scope.agent ?? null,
    app: scope.app ?? null,
    session: scope.session ?? null,
    now,
    past: asOf ?? null,
    states: states?.join(" ") ?? null,
    without: without === undefined ? null : JSON.stringify(without),
    types: types === undefined ? null : JSON.stringify(types),
    permit: permit === undefined ? null : JSON.stringify(permit),
  };
}
