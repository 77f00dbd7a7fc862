/** Something that a client goes on with in later requests. */
export interface Session {
  /** Who may: a digest of the key and the scope that it began with. */
  readonly holder: string;
  readonly tenant: string;
  /** True while the client listens. */
  readonly listening: boolean;
  close(): Promise<void>;
}

interface Limits {
  readonly sessions: number;
  readonly tenantSessions: number;
  readonly sessionIdleMs: number;
}

/** Sessions by id, in the order in which they were used: a bounded number, and none for long that nobody uses. */
export class Sessions<S extends Session> {
  readonly #sessions = new Map<string, { session: S; usedAt: number }>();
  readonly #limits: Limits;
  readonly #now: () => number;

  constructor(limits: Limits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of an id, for its holder alone: to everybody else it is unknown. */
  use(id: string, holder: string): S | undefined {
    this.#sweep();
    const entry = this.#sessions.get(id);
    if (entry === undefined || entry.session.holder !== holder) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, { session: entry.session, usedAt: this.#now() });
    return entry.session;
  }

  /** Takes a new session in; where there are too many, of its tenant or in all, the one used longest ago ends. */
  add(id: string, session: S): void {
    this.#sweep();
    const ofTenant = [...this.#sessions].filter(
      ([
        ,
        {
          session: { tenant },
        },
      ]) => tenant === session.tenant,
    );
    if (ofTenant.length >= this.#limits.tenantSessions) this.#end(leastNeeded(ofTenant));
    if (this.#sessions.size >= this.#limits.sessions) this.#end(leastNeeded([...this.#sessions]));
    this.#sessions.set(id, { session, usedAt: this.#now() });
  }

  remove(id: string): void {
    this.#sessions.delete(id);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ session }) => session.close()));
    this.#sessions.clear();
  }

  #sweep(): void {
    const before = this.#now() - this.#limits.sessionIdleMs;
    for (const [id, { session, usedAt }] of this.#sessions)
      if (usedAt < before && !session.listening) this.#end(id);
  }

  #end(id: string | undefined): void {
    if (id === undefined) return;
    const entry = this.#sessions.get(id);
    this.#sessions.delete(id);
    // Its streams end; there is nothing to wait for.
    void entry?.session.close();
  }
}

/** Of those in the order in which they were used. */
function leastNeeded(sessions: readonly [string, { session: Session }][]): string | undefined {
  return (sessions.find(([, { session }]) => !session.listening) ?? sessions[0])?.[0];
}
