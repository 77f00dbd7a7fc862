import type { Scope } from "../../../memcube/index.js";

/** A scope beside its tenant as one string: what is compiled or trained is used where it was made for. */
export function ownerOf({ user, agent, app, session }: Scope): string {
  return JSON.stringify([user ?? null, agent ?? null, app ?? null, session ?? null]);
}

export function scopeFrom(tenant: string, owner: string): Scope {
  const [user, agent, app, session] = JSON.parse(owner) as (string | null)[];
  const named = Object.entries({ user, agent, app, session }).filter(([, value]) => value != null);
  return { tenant, ...Object.fromEntries(named) } as Scope;
}

/** The owners of a scope and of all that are wider, with the tenant's own first. */
export function ownersAround({ user, agent, app, session }: Scope): string[] {
  let owners: (string | null)[][] = [[]];
  for (const part of [user, agent, app, session])
    owners = owners.flatMap((owner) => [[...owner, null], ...(part === undefined ? [] : [[...owner, part]])]);
  return owners.map((owner) => JSON.stringify(owner));
}

/** A scope as the columns of a row, or as what a statement compares them with. */
export function scopeColumns({ tenant, user, agent, app, session }: Scope) {
  return {
    tenant,
    user: user ?? null,
    agent: agent ?? null,
    app: app ?? null,
    session: session ?? null,
  };
}
