import { and, eq, lte, type SQL, sql } from "drizzle-orm";
import {
  type Behaviour,
  type CubeState,
  type MemCube,
  RECALLED_STATES,
  type Scope,
  scopeContains,
  type Version,
} from "../../../memcube/index.js";
import { type Label, type Labelled, labelOf } from "../../governance/label.js";
import { coldAt } from "../../lifecycle/heat.js";
import type { IndexedCube, Selection } from "../ledger.js";
import { contentInstant, filterSql } from "./filterSql.js";
import { cubes, type vectors, versions } from "./schema.js";

export type CubeRow = typeof cubes.$inferSelect;
export type VersionRow = typeof versions.$inferSelect;

/** States in which a cube is in the index and in the graph. */
export const SEARCHABLE: readonly CubeState[] = RECALLED_STATES;

/** How many turns before and after one in its session help to find it. */
export const NEIGHBOUR_REACH = 2;

export function milliseconds(instant: string | undefined): number | null {
  return instant === undefined ? null : Date.parse(instant);
}

/** The columns of a cube's head, from the cube. */
export function headColumns(cube: MemCube) {
  return {
    type: cube.type,
    state: cube.state,
    occurredAt: milliseconds(cube.time.occurredAt),
    validFrom: milliseconds(cube.time.validFrom),
    validTo: milliseconds(cube.time.validTo),
    sensitivity: cube.governance.sensitivity,
    visibility: cube.governance.visibility,
  };
}

type LabelColumns = Pick<CubeRow, "type" | "sensitivity" | "visibility">;

/** Whether a reader may see a cube, by its head and by the content in question. */
export function permitted(
  permit: readonly Label[] | undefined,
  { type, ...governance }: LabelColumns,
  content?: Labelled,
): boolean {
  return (
    permit === undefined ||
    (permit.includes(labelOf({ type, governance })) &&
      (content === undefined || permit.includes(labelOf(content))))
  );
}

export function scopeOf(row: Pick<CubeRow, "tenant" | "user" | "agent" | "app" | "session">): Scope {
  return {
    tenant: row.tenant,
    ...(row.user === null ? {} : { user: row.user }),
    ...(row.agent === null ? {} : { agent: row.agent }),
    ...(row.app === null ? {} : { app: row.app }),
    ...(row.session === null ? {} : { session: row.session }),
  };
}

export function visibleFrom(
  scope: Scope,
  row: Pick<CubeRow, "state" | "tenant" | "user" | "agent" | "app" | "session">,
): boolean {
  return row.state !== "forgotten" && scopeContains(scope, scopeOf(row));
}

export function cubeFrom(
  row: CubeRow,
  version: Pick<VersionRow, "version" | "content">,
  duplicateOf: string | null,
): MemCube {
  return {
    id: row.id,
    scope: scopeOf(row),
    ...version.content,
    provenance: row.provenance,
    behaviour: behaviourOf(row),
    version: version.version,
    ...(duplicateOf === null ? {} : { duplicateOf }),
  };
}

function behaviourOf(row: CubeRow): Behaviour {
  const { priority, heat, useCount, lastUsedAt, useful, wrong, outdated } = row;
  return {
    priority,
    heat,
    useCount,
    ...(lastUsedAt === null ? {} : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
    feedback: { useful, wrong, outdated },
  };
}

/** The columns of a cube's use, from the cube. */
export function behaviourColumns({ behaviour, time }: MemCube) {
  const { priority, heat, useCount, lastUsedAt, feedback } = behaviour;
  const at = milliseconds(lastUsedAt);
  return {
    priority,
    heat,
    useCount,
    lastUsedAt: at,
    ...feedback,
    coldAt: coldAt({ heat, at }, Date.parse(time.recordedAt)),
  };
}

export function versionFrom(row: VersionRow): Version {
  return {
    version: row.version,
    content: row.content,
    actor: row.actor,
    operation: row.operation,
    cause: row.cause,
    recordedAt: new Date(row.recordedAt).toISOString(),
    hash: row.hash,
    previousHash: row.previousHash,
  };
}

export function indexedFrom(
  row: CubeRow,
  content: VersionRow["content"],
  neighbours: readonly string[],
  vector: Pick<typeof vectors.$inferSelect, "vector" | "embedder"> | null,
): IndexedCube {
  const { attributes, payload } = content;
  return {
    key: row.key,
    id: row.id,
    scope: scopeOf(row),
    type: content.type,
    recordedAt: row.recordedAt,
    expiresAt: row.expiresAt,
    duplicateOf: row.duplicateOf,
    title: attributes.title ?? "",
    text: payload.kind === "plaintext" ? payload.text : "",
    labels: [row.actor, ...labelsOf(attributes)].join(" "),
    neighbours,
    vector: vector?.vector ?? null,
    embedder: vector?.embedder ?? null,
  };
}

/** Words of the attributes that are not the text's own: what rules made of it would only count twice. */
function labelsOf({ keywords, tags, context, authors }: VersionRow["content"]["attributes"]): string[] {
  return [
    ...(authors.keywords === "rule" ? [] : keywords),
    ...(authors.tags === "rule" ? [] : tags),
    ...(authors.context === "rule" ? [] : [context ?? ""]),
  ];
}

/** The version of each cube that a reader at `asOf` sees; the current one without it. */
export function versionAt(asOf: number | undefined): SQL {
  if (asOf === undefined)
    return sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`;
  return sql`${versions.key} = ${cubes.key} AND ${versions.version} = (
    SELECT max(v.version) FROM versions AS v WHERE v.key = ${cubes.key} AND v.recorded_at <= ${asOf})`;
}

/** The cubes of a scope, whatever their state. */
export function withinScope(scope: Scope): SQL {
  return and(
    eq(cubes.tenant, scope.tenant),
    scope.user === undefined ? undefined : eq(cubes.user, scope.user),
    scope.agent === undefined ? undefined : eq(cubes.agent, scope.agent),
    scope.app === undefined ? undefined : eq(cubes.app, scope.app),
    scope.session === undefined ? undefined : eq(cubes.session, scope.session),
  ) as SQL;
}

/** Everything that decides whether a cube belongs to a selection; needs `versions` joined by `versionAt`. */
export function selectionSql(selection: Selection): SQL {
  const { scope, asOf, now, without } = selection;
  const states = JSON.stringify(selection.states ?? RECALLED_STATES);
  const conditions: (SQL | undefined)[] = [
    withinScope(scope),
    selection.where === undefined ? undefined : filterSql(selection.where, asOf !== undefined),
  ];
  const type = asOf === undefined ? sql`${cubes.type}` : sql`json_extract(${versions.content}, '$.type')`;
  if (selection.types !== undefined)
    conditions.push(sql`${type} IN (SELECT value FROM json_each(${JSON.stringify(selection.types)}))`);
  if (without !== undefined)
    conditions.push(
      sql`${cubes.key} NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(${JSON.stringify(without)}))`,
    );
  if (asOf === undefined)
    conditions.push(
      sql`${cubes.state} IN (SELECT value FROM json_each(${states}))`,
      sql`(${cubes.expiresAt} IS NULL OR ${cubes.expiresAt} > ${now})`,
    );
  else
    conditions.push(
      lte(cubes.recordedAt, asOf),
      sql`${cubes.state} <> 'forgotten'`,
      sql`json_extract(${versions.content}, '$.state') IN (SELECT value FROM json_each(${states}))`,
      sql`coalesce(${contentInstant("governance.expiresAt")} > ${asOf}, TRUE)`,
      sql`coalesce(${contentInstant("time.validFrom")} <= ${asOf}, TRUE)`,
      sql`coalesce(${contentInstant("time.validTo")} > ${asOf}, TRUE)`,
    );
  if (selection.permit !== undefined) conditions.push(...permitSql(selection.permit, asOf !== undefined));
  return and(...conditions) as SQL;
}

/** Only cubes whose label a reader may see, now and (`past`) in the version in question. */
export function permitSql(permit: readonly Label[], past: boolean): SQL[] {
  const labels = JSON.stringify(permit);
  const now = sql`${cubes.type} || '/' || ${cubes.sensitivity} || '/' || ${cubes.visibility}`;
  return (past ? [now, contentLabel(sql`${versions.content}`)] : [now]).map(
    (label) => sql`(${label}) IN (SELECT value FROM json_each(${labels}))`,
  );
}

/** Only cubes all of whose versions a reader may see. */
export function wholeChainSql(permit: readonly Label[]): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM versions AS link WHERE link.key = ${cubes.key}
    AND (${contentLabel(sql`link.content`)}) NOT IN (SELECT value FROM json_each(${JSON.stringify(permit)})))`;
}

function contentLabel(content: SQL): SQL {
  const part = (path: string) => sql`json_extract(${content}, ${path})`;
  return sql`${part("$.type")} || '/' || ${part("$.governance.sensitivity")} || '/' || ${part("$.governance.visibility")}`;
}
