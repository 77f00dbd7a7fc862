import * as z from "zod";
import { type Scope, scopeSchema } from "../../../memcube/index.js";
import type { Filter } from "../../../memos/filter.js";

/** What mem0 calls whom a memory is of, and the part of our scope that it is. */
export const ENTITY_PARTS = {
  user_id: "user",
  agent_id: "agent",
  app_id: "app",
  run_id: "session",
} as const;

export type EntityField = keyof typeof ENTITY_PARTS;
export type Part = (typeof ENTITY_PARTS)[EntityField];

export const ENTITY_FIELDS = Object.keys(ENTITY_PARTS) as EntityField[];

/** The kinds as routes spell them. */
export const ENTITY_TYPES = { user: "user", agent: "agent", app: "app", run: "session" } as const;

/** Stands for every name. */
export const ANY = "*";

const name = scopeSchema.shape.tenant.nullish();

export const entityFields = { user_id: name, agent_id: name, app_id: name, run_id: name };

export type Entities = { readonly [Field in EntityField]?: string | null | undefined };

/** True of memories that have any name in this part. */
export function named(part: Part): Filter {
  // Every name comes after the empty one, and no name compares with nothing.
  return { field: part, op: "gte", value: "" };
}

/** The scope that entity ids name. */
export function scopeOf(tenant: string, entities: Entities): Scope {
  const parts = ENTITY_FIELDS.flatMap((field) => {
    const value = entities[field];
    return value === undefined || value === null ? [] : [[ENTITY_PARTS[field], value]];
  });
  return { tenant, ...Object.fromEntries(parts) };
}

/** The entity ids of a scope, as answers have them. */
export function entitiesOf({ user, agent, app, session }: Scope) {
  return {
    user_id: user ?? null,
    agent_id: agent ?? null,
    app_id: app ?? null,
    run_id: session ?? null,
    // Lists of mem0 call it so.
    session_id: session ?? null,
  };
}

export const entityTypeSchema = z.enum(["user", "agent", "app", "run"]);
