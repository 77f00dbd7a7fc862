import type { Question, SeedText, Surroundings, TitledCube } from "../graphLedger.js";
import type { Connection } from "./connection.js";
import { SEARCHABLE } from "./cubeRows.js";
import { LINK_KINDS } from "./graphWrites.js";

/** An entity that more cubes name than this tells nothing about any of them: it leads only to those about it. */
export const HUB_CUBES = 200;

/** Characters of a seed's text that are read for what it says about the question. */
const SEED_CHARACTERS = 20_000;

interface MentionRow {
  readonly entity: number;
  readonly role: number;
  readonly cube: number;
  readonly start: number;
  readonly end: number;
}

const SCOPED = `c.tenant = @tenant AND (@user IS NULL OR c.user = @user) AND (@agent IS NULL OR c.agent = @agent)
  AND (@app IS NULL OR c.app = @app) AND (@session IS NULL OR c.session = @session)
  AND c.state IN (${SEARCHABLE.map((state) => `'${state}'`).join(",")})
  AND (c.expires_at IS NULL OR c.expires_at > @now)
  AND (@types IS NULL OR c.type IN (SELECT value FROM json_each(@types)))`;

/**
 * Reads of the graph around some cubes, as plain prepared statements. `CROSS JOIN` keeps SQLite from starting
 * with all cubes of the tenant.
 */
export class GraphReads {
  readonly #mentionsOf;
  readonly #cubesOf;
  readonly #titled;
  readonly #text;
  readonly #links;

  constructor({ db }: Connection) {
    this.#mentionsOf = db.prepare('SELECT entity, role, cube, start, "end" FROM mentions WHERE cube = ?');
    // One row for each entity, its cubes in one string: a row costs more to hand over than to find.
    this.#cubesOf = db.prepare(
      `SELECT e.key AS at, (SELECT group_concat(listed.cube || ' ' || listed.role, ' ') FROM (
         SELECT m.cube AS cube, m.role AS role FROM mentions m CROSS JOIN cubes c ON c.key = m.cube
         WHERE m.entity = e.value AND ${SCOPED} ORDER BY m.role LIMIT ${HUB_CUBES + 1}) AS listed) AS listed
       FROM json_each(@entities) e`,
    );
    this.#titled = db.prepare(
      `SELECT m.cube AS cube, m.entity AS entity FROM json_each(@entities) e
       CROSS JOIN mentions m ON m.entity = e.value AND m.role = 0 CROSS JOIN cubes c ON c.key = m.cube
       WHERE ${SCOPED} LIMIT ${HUB_CUBES}`,
    );
    this.#text = db.prepare(
      `SELECT coalesce(substr(json_extract(v.content, '$.payload.text'), 1, ${SEED_CHARACTERS}), '') AS text,
         coalesce(json_extract(v.content, '$.attributes.title'), '') AS title
       FROM cubes c JOIN versions v ON v.key = c.key AND v.version = c.version WHERE c.key = ?`,
    );
    this.#links = db.prepare(
      `SELECT e.to_key AS cube, e.weight AS weight FROM edges e CROSS JOIN cubes c ON c.key = e.to_key
       WHERE e.from_key = @key AND e.kind IN (${LINKS}) AND ${SCOPED}
       UNION SELECT e.from_key, e.weight FROM edges e CROSS JOIN cubes c ON c.key = e.from_key
       WHERE e.to_key = @key AND e.kind IN (${LINKS}) AND ${SCOPED} LIMIT ${HUB_CUBES}`,
    );
  }

  titled(question: Question, entities: Float64Array): TitledCube[] {
    return this.#titled.all({
      ...bound(question),
      entities: JSON.stringify([...entities]),
    }) as unknown as TitledCube[];
  }

  surroundings(question: Question, seeds: readonly number[], others: readonly number[]): Surroundings {
    const scope = bound(question);
    const numbers = new Map<number, number>();
    const places: number[] = [];
    for (const [seed, key] of seeds.entries())
      for (const row of this.#mentionsOf.all(key) as MentionRow[]) {
        let at = numbers.get(row.entity);
        if (at === undefined) {
          at = numbers.size;
          numbers.set(row.entity, at);
        }
        places.push(at, seed, row.role, row.start, row.end);
      }
    const frequencies = new Int32Array(numbers.size);
    const mentions: number[] = [];
    const entities = JSON.stringify([...numbers.keys()]);
    for (const row of this.#cubesOf.all({ ...scope, entities }) as unknown[]) {
      const { at, listed } = row as { at: number; listed: string | null };
      const cubes = listed === null ? [] : listed.split(" ").map(Number);
      const frequency = cubes.length / 2;
      frequencies[at] = frequency;
      for (let next = 0; next < cubes.length; next += 2) {
        const role = cubes[next + 1] as number;
        if (frequency > HUB_CUBES && role > 0) break;
        mentions.push(at, cubes[next] as number, role);
      }
    }
    const links: number[] = [];
    for (const key of [...seeds, ...others])
      for (const { cube, weight } of this.#links.all({ ...scope, key }) as { cube: number; weight: number }[])
        links.push(key, cube, weight);
    return {
      entities: Float64Array.from(numbers.keys()),
      frequencies,
      mentions: Int32Array.from(mentions),
      places: Int32Array.from(places),
      texts: seeds.map((key) => (this.#text.get(key) ?? { text: "", title: "" }) as unknown as SeedText),
      links: Float64Array.from(links),
    };
  }
}

const LINKS = LINK_KINDS.map((kind) => `'${kind}'`).join(",");

function bound({ scope, now, types }: Question) {
  return {
    tenant: scope.tenant,
    user: scope.user ?? null,
    agent: scope.agent ?? null,
    app: scope.app ?? null,
    session: scope.session ?? null,
    now,
    types: types === undefined ? null : JSON.stringify(types),
  };
}
