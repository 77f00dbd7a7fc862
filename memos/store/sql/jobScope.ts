import type { Scope } from "../../../memcube/index.js";

interface ScopeColumns {
  readonly tenant: string;
  readonly user: string | null;
  readonly agent: string | null;
  readonly app: string | null;
  readonly session: string | null;
}

/** A scope as columns; a part that is not named is null, which as a parameter stands for any. */
export function columns(scope: Scope): ScopeColumns {
  return {
    tenant: scope.tenant,
    user: scope.user ?? null,
    agent: scope.agent ?? null,
    app: scope.app ?? null,
    session: scope.session ?? null,
  };
}

export function scopeFrom({ tenant, user, agent, app, session }: ScopeColumns): Scope {
  return {
    tenant,
    ...(user === null ? {} : { user }),
    ...(agent === null ? {} : { agent }),
    ...(app === null ? {} : { app }),
    ...(session === null ? {} : { session }),
  };
}
