import { MemosError, type Scope } from "../../../memcube/index.js";
import type { Occurrence, RecordedEvent, Webhook } from "../jobLedger.js";
import type { Connection } from "./connection.js";
import type { SqlDatabase } from "./database.js";
import { columns, scopeFrom } from "./jobScope.js";

/** Events that are kept; the oldest go first. */
export const EVENTS_KEPT = 100_000;

/** How often the oldest are looked for, in events. */
const TRIM_EVERY = 1_000;

interface EventRow {
  readonly sequence: number;
  readonly tenant: string;
  readonly user: string | null;
  readonly agent: string | null;
  readonly app: string | null;
  readonly session: string | null;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly at: number;
}

interface WebhookRow {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly kinds: string;
  readonly secret: string;
  readonly cursor: number;
  readonly pending: number;
  readonly created_at: number;
}

/** What has happened, appended in the transaction in which it happened. */
export class EventLog {
  readonly #statements;
  #deliver: (webhook: { id: string; tenant: string }, at: number) => void = () => {};

  constructor({ db }: Connection) {
    this.#statements = prepare(db);
  }

  /** What is done when a webhook has something to be told and nobody is at it. */
  onDue(deliver: (webhook: { id: string; tenant: string }, at: number) => void): void {
    this.#deliver = deliver;
  }

  append(occurrences: readonly Occurrence[]): void {
    const numbers = occurrences.map(({ kind, scope, subject, detail, at }) =>
      this.#statements.append.run({ ...columns(scope), kind, subject, detail: JSON.stringify(detail), at }),
    );
    for (const tenant of new Set(occurrences.map(({ scope }) => scope.tenant)))
      for (const webhook of this.#statements.idle.all(tenant) as unknown as WebhookRow[]) {
        const kinds: string[] = JSON.parse(webhook.kinds);
        const first = occurrences.find(({ scope, kind }) => scope.tenant === tenant && wants(kinds, kind));
        if (first !== undefined) this.#due(webhook, first.at);
      }
    // Asked for last: by then a database over a wire has answered.
    const last = Number(numbers.at(-1)?.lastInsertRowid ?? 0);
    if (last % TRIM_EVERY < numbers.length) this.#statements.trim.run(last - EVENTS_KEPT);
  }

  #due({ id, tenant }: Pick<WebhookRow, "id" | "tenant">, at: number): void {
    this.#statements.setPending.run(1, id);
    this.#deliver({ id, tenant }, at);
  }

  events(scope: Scope, after: number, limit: number): RecordedEvent[] {
    const rows = this.#statements.after.all({ ...columns(scope), after, limit }) as unknown as EventRow[];
    return rows.map(eventFrom);
  }

  lastEvent(): number {
    return (this.#statements.last.get() as { sequence: number }).sequence;
  }

  saveWebhook({ id, tenant, url, kinds, secret, createdAt }: Webhook & { secret: string }): void {
    const cursor = this.lastEvent();
    this.#statements.saveWebhook.run({
      id,
      tenant,
      url,
      kinds: JSON.stringify(kinds),
      secret,
      cursor,
      createdAt,
    });
  }

  webhooks(tenant: string): Webhook[] {
    return (this.#statements.webhooks.all(tenant) as unknown as WebhookRow[]).map(webhookFrom);
  }

  dropWebhook(id: string, tenant: string): void {
    if (this.#statements.dropWebhook.run(id, tenant).changes === 0)
      throw new MemosError("NOT_FOUND", `There is no webhook ${id}.`);
  }

  /** What a webhook is to be told next; undefined when it is not there any more. */
  delivery(id: string, tenant: string, limit: number) {
    const row = this.#statements.webhook.get(id, tenant) as unknown as WebhookRow | undefined;
    if (row === undefined) return undefined;
    const kinds: string[] = JSON.parse(row.kinds);
    const looked = this.events({ tenant }, row.cursor, limit);
    return {
      webhook: webhookFrom(row),
      secret: row.secret,
      events: looked.filter(({ kind }) => wants(kinds, kind)),
      through: looked.at(-1)?.sequence ?? row.cursor,
    };
  }

  /** Moves on; when there is more to be told, another delivery is due. */
  delivered(id: string, tenant: string, through: number, at: number): void {
    this.#statements.setCursor.run(through, id, tenant);
    const [next] = this.events({ tenant }, through, 1);
    if (next !== undefined) this.#due({ id, tenant }, at);
  }
}

function prepare(db: SqlDatabase) {
  return {
    append: db.prepare(`INSERT INTO events (tenant, user, agent, app, session, kind, subject, detail, at)
      VALUES (@tenant, @user, @agent, @app, @session, @kind, @subject, @detail, @at)`),
    trim: db.prepare("DELETE FROM events WHERE sequence <= ?"),
    after: db.prepare(`SELECT * FROM events WHERE sequence > @after AND tenant = @tenant
      AND (@user IS NULL OR user = @user) AND (@agent IS NULL OR agent = @agent)
      AND (@app IS NULL OR app = @app) AND (@session IS NULL OR session = @session)
      ORDER BY sequence LIMIT @limit`),
    last: db.prepare("SELECT coalesce(max(seq), 0) AS sequence FROM sqlite_sequence WHERE name = 'events'"),
    idle: db.prepare("SELECT * FROM webhooks WHERE tenant = ? AND pending = 0 ORDER BY id"),
    setPending: db.prepare("UPDATE webhooks SET pending = ? WHERE id = ?"),
    setCursor: db.prepare("UPDATE webhooks SET cursor = ?, pending = 0 WHERE id = ? AND tenant = ?"),
    saveWebhook:
      db.prepare(`INSERT INTO webhooks (id, tenant, url, kinds, secret, cursor, pending, created_at)
      VALUES (@id, @tenant, @url, @kinds, @secret, @cursor, 0, @createdAt)`),
    webhooks: db.prepare("SELECT * FROM webhooks WHERE tenant = ? ORDER BY created_at, id"),
    webhook: db.prepare("SELECT * FROM webhooks WHERE id = ? AND tenant = ?"),
    dropWebhook: db.prepare("DELETE FROM webhooks WHERE id = ? AND tenant = ?"),
  };
}

/** Whether a list of kinds, with `*` for any end, has one in it. */
export function wants(kinds: readonly string[], kind: string): boolean {
  return kinds.some((wanted) =>
    wanted.endsWith("*") ? kind.startsWith(wanted.slice(0, -1)) : wanted === kind,
  );
}

function eventFrom(row: EventRow): RecordedEvent {
  const { sequence, kind, subject, at } = row;
  return { sequence, kind, scope: scopeFrom(row), subject, detail: JSON.parse(row.detail), at };
}

function webhookFrom({ id, tenant, url, kinds, created_at: createdAt }: WebhookRow): Webhook {
  return { id, tenant, url, kinds: JSON.parse(kinds), createdAt };
}
