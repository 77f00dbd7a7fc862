import type * as z from "zod";
import { revise } from "../../../agents/index.js";
import { type MemCube, MemosError, textOf } from "../../../memcube/index.js";
import { parse, type UpdatePatch, updatePatchSchema } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import { forgetAll } from "../forgetAll.js";
import { CUSTOM_ID, FILEPATH } from "./document.js";
import type { forgetInput, updateMemoryInput } from "./fields.js";
import { found, saying, scopeOf } from "./place.js";

interface Which {
  readonly containerTag: string;
  readonly id?: string | null | undefined;
  readonly content?: string | null | undefined;
}

/** The memories that an input names, by id or by what they say. @throws MemosError NOT_FOUND, INVALID_INPUT. */
async function named(call: Call<Which>): Promise<MemCube[]> {
  const { id, content } = call.input;
  if ((id == null) === (content == null))
    throw new MemosError("INVALID_INPUT", "Name one of id and content; nothing was changed.", { path: "id" });
  const scope = scopeOf(call, call.input);
  return id == null ? saying(call, content ?? "", scope) : [await found(call, id, scope)];
}

/** Forgets a memory, by id or all that say exactly this. @throws MemosError NOT_FOUND, also the second time. */
export async function forget(call: Call<z.output<typeof forgetInput>>) {
  const { memos, input, notes, signal } = call;
  const cubes = await named(call);
  const scope = scopeOf(call, input);
  const [first] = cubes;
  if (cubes.length === 1 && first !== undefined) {
    await memos.forget(first.id, scope, { ...(input.reason == null ? {} : { cause: input.reason }), signal });
    return { id: first.id, forgotten: true };
  }
  await forgetAll(memos, { ids: cubes.map(({ id }) => id) }, scope, notes, signal);
  notes.add("same", `${cubes.length} memories said this, and all are forgotten.`);
  return { id: first?.id ?? "", forgotten: true };
}

/** Changes what a memory says: its next version, under the same id. @throws MemosError NOT_FOUND, CONFLICT. */
export async function updateMemory(call: Call<z.output<typeof updateMemoryInput>>) {
  const { memos, input, notes, signal } = call;
  const [cube, another] = await named(call);
  if (another !== undefined || cube === undefined)
    throw new MemosError("CONFLICT", "Several memories say this; name one by its id. Nothing was changed.", {
      path: "content",
    });
  const scope = scopeOf(call, input);
  notes.ignored(input, ["forgetReason"]);
  notes.ignored(input.temporalContext ?? {}, ["documentDate"]);
  const [occurredAt] = input.temporalContext?.eventDate ?? [];
  const own = Object.entries(cube.attributes.metadata).filter(
    ([key]) => key === CUSTOM_ID || key === FILEPATH,
  );
  const patch: UpdatePatch = {
    text: input.newContent,
    ...(occurredAt === undefined ? {} : { occurredAt }),
    ...(input.metadata == null
      ? {}
      : { metadata: { ...input.metadata, ...Object.fromEntries(own) } as MemCube["attributes"]["metadata"] }),
  };
  // Before anything is changed, so that a text that is none moves no end of life.
  parse(updatePatchSchema, patch);
  if (input.forgetAfter !== undefined)
    await memos.lifecycle.govern(cube.id, { expiresAt: input.forgetAfter }, scope, { signal });
  const receipt = await revise(memos, cube.id, patch, scope, { signal });
  notes.addAll(receipt.warnings);
  if (receipt.sealed > 0) notes.add("sealed", `${receipt.sealed} secrets are in the vault.`);
  const after = await memos.get(cube.id, scope);
  return {
    id: after.id,
    memory: textOf(after) ?? "",
    version: after.version,
    createdAt: after.time.recordedAt,
    forgetAfter: after.governance.expiresAt ?? null,
    forgetReason: null,
    // A memory keeps its id here, so its versions have no other memory as a parent.
    parentMemoryId: null,
    rootMemoryId: after.id,
  };
}
