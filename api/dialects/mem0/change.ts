import { revise } from "../../../agents/index.js";
import { MemosError, type Scope } from "../../../memcube/index.js";
import { type ForgetSelector, parse, type UpdatePatch, updatePatchSchema } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import { forgetAll } from "../forgetAll.js";
import { ANY, ENTITY_FIELDS, ENTITY_PARTS, type Entities, named, scopeOf } from "./entities.js";
import { endOf, known, type Mem0Memory, memoryOf } from "./memory.js";

interface Change {
  readonly text?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  readonly timestamp?: string | null | undefined;
  readonly expiration_date?: string | null | undefined;
}

/**
 * Changes a memory; what it said before stays in its history, and secrets of what it says now go into the vault.
 *
 * @throws MemosError NOT_FOUND; INVALID_INPUT where nothing is to change.
 */
export async function update(
  call: Pick<Call<unknown>, "memos" | "signal" | "notes">,
  id: string,
  change: Change,
  scope: Scope,
): Promise<Mem0Memory> {
  const { memos, signal } = call;
  const patch = patchOf(change);
  const { expiration_date: day } = change;
  if (patch === undefined && day === undefined)
    throw new MemosError(
      "INVALID_INPUT",
      "Nothing is to change: name text, metadata, timestamp or expiration_date.",
    );
  const cube = known(id);
  // First, as it alone can be refused for what the memory is to become.
  if (day !== undefined)
    await memos.lifecycle.govern(cube, { expiresAt: day === null ? null : endOf(day) }, scope, { signal });
  if (patch !== undefined) await changeOne(call, cube, patch, scope);
  return memoryOf(memos, await memos.get(cube, scope), scope);
}

async function changeOne(
  { memos, notes, signal }: Pick<Call<unknown>, "memos" | "signal" | "notes">,
  id: string,
  patch: UpdatePatch,
  scope: Scope,
): Promise<void> {
  const { warnings, sealed } = await revise(memos, id, patch, scope, { signal });
  notes.addAll(warnings);
  if (sealed > 0) notes.add("sealed", `${sealed} secrets are in the vault.`);
}

/** What is to change of a memory, or nothing. */
function patchOf({ text, metadata, timestamp }: Change): UpdatePatch | undefined {
  const patch: UpdatePatch = {
    ...(typeof text === "string" ? { text } : {}),
    ...(timestamp === undefined || timestamp === null ? {} : { occurredAt: timestamp }),
    ...(metadata === undefined || metadata === null
      ? {}
      : { metadata: metadata as NonNullable<UpdatePatch["metadata"]> }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Changes many: all are looked at first, so that a wrong one changes none. */
export async function updateMany(
  call: Pick<Call<unknown>, "memos" | "signal" | "home" | "notes">,
  changes: readonly (Change & { readonly memory_id: string })[],
): Promise<number> {
  const { memos, home } = call;
  const patches = [];
  for (const change of changes) {
    await memos.get(known(change.memory_id), home);
    const patch = patchOf(change);
    if (patch === undefined)
      throw new MemosError("INVALID_INPUT", "Nothing is to change of one: name text or metadata.", {
        path: "memories",
      });
    patches.push({ id: change.memory_id, patch: parse(updatePatchSchema, patch) });
  }
  for (const { id, patch } of patches) await changeOne(call, id, patch, home);
  return patches.length;
}

/** Forgets many: all are looked for first, so that a wrong id forgets none. */
export async function deleteMany(call: Call<unknown>, given: readonly string[]): Promise<number> {
  const { memos, home, notes, signal } = call;
  const ids = [...new Set(given.map(known))];
  for (const id of ids) await memos.get(id, home);
  return forgetAll(memos, { ids }, home, notes, signal);
}

/**
 * Forgets all memories of the named entities; `*` stands for every name of its kind.
 *
 * @throws MemosError INVALID_INPUT where no entity is named.
 */
export async function deleteAll(
  { memos, tenant, notes, signal }: Call<unknown>,
  entities: Entities,
): Promise<number> {
  const given = ENTITY_FIELDS.filter((field) => entities[field] !== undefined && entities[field] !== null);
  if (given.length === 0)
    throw new MemosError(
      "INVALID_INPUT",
      "Whose memories? Name at least one of user_id, agent_id, app_id and run_id; nothing was deleted.",
      { path: "user_id" },
    );
  const any = given.filter((field) => entities[field] === ANY);
  const scope = scopeOf(
    tenant,
    Object.fromEntries(
      given.filter((field) => !any.includes(field)).map((field) => [field, entities[field]]),
    ),
  );
  // All four are mem0's word for everything, also what has no name.
  const everything = any.length === 0 || any.length === ENTITY_FIELDS.length;
  const selector: ForgetSelector = everything
    ? { all: true }
    : { where: { or: any.map((field) => named(ENTITY_PARTS[field])) } };
  return forgetAll(memos, selector, scope, notes, signal);
}
