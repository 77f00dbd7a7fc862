import type * as z from "zod";
import { remember, revise } from "../../../agents/index.js";
import { isMemosError, type MemCube, MemosError } from "../../../memcube/index.js";
import type { Filter, UpdatePatch } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import { forgetAll } from "../forgetAll.js";
import { CUSTOM_ID, documentOf, FILEPATH, summaryOf } from "./document.js";
import type { addInput, batchInput, bulkInput, listInput, updateInput } from "./fields.js";
import { filterOf, underPath } from "./filters.js";
import { SUPERMEMORY_LIMITS } from "./limits.js";
import { notHere } from "./notHere.js";
import { byCustomId, found, scopeOf, tagOf } from "./place.js";

type AddInput = z.output<typeof addInput>;
type UpdateInput = z.output<typeof updateInput>;

/** Steer how supermemory's service makes memories of documents. */
const WITHOUT_EFFECT = ["entityContext", "taskType"];

/** Documents are what was given; what was derived of them is a memory alone. */
const GIVEN: Filter = { not: { field: "origin", op: "eq", value: "inferred" } };

function assertText(content: string): void {
  if (/^https?:\/\/\S+$/.test(content.trim()))
    throw notHere("Addresses are not fetched here; send the text. Nothing was stored.");
}

function metadataFor(
  { metadata, customId, filepath }: UpdateInput,
  before: MemCube["attributes"]["metadata"] = {},
) {
  const own = (name: string, value: string | null | undefined) => {
    const kept = value ?? before[name];
    return kept === undefined ? {} : { [name]: kept };
  };
  return {
    ...(metadata ?? Object.fromEntries(Object.entries(before))),
    ...own(CUSTOM_ID, customId),
    ...own(FILEPATH, filepath),
  } as MemCube["attributes"]["metadata"];
}

/**
 * Remembers a document word for word: when it is answered it can be found, under the id that is told. One with the
 * `customId` of another becomes its next version.
 *
 * @throws MemosError INVALID_INPUT also when nothing was stored; UNSUPPORTED for an address.
 */
export async function addDocument(call: Call<AddInput>): Promise<{ id: string; status: string }> {
  const { memos, input, notes, signal } = call;
  assertText(input.content);
  const scope = scopeOf(call, input);
  const known = input.customId == null ? undefined : await byCustomId(memos, input.customId, scope, signal);
  if (known !== undefined) return change(call, known, input);
  notes.ignored(input, WITHOUT_EFFECT);
  const message = { role: "user" as const, content: input.content, metadata: metadataFor(input) };
  const receipt = await remember(memos, [message], scope, { signal });
  notes.addAll(receipt.warnings);
  if (receipt.sealed > 0) notes.add("sealed", `${receipt.sealed} secrets are in the vault.`);
  const [written] = receipt.written;
  if (written === undefined)
    throw new MemosError("INVALID_INPUT", `Nothing was stored. ${receipt.skipped[0]?.reason ?? ""}`, {
      path: "content",
    });
  if (written.quarantined === undefined) {
    // Whoever else has added it at the same instant looks as well: the first of them stays.
    const first = input.customId == null ? undefined : await byCustomId(memos, input.customId, scope, signal);
    if (first === undefined || first.id === written.id) return { id: written.id, status: "done" };
    await memos.forget(written.id, scope, { cause: `the same document as ${first.id}` });
    return change(call, first, input);
  }
  notes.add(
    "quarantined",
    `It is found by nobody until it is reviewed: ${written.quarantined.reasons.join(" ")}`,
  );
  return { id: written.id, status: "queued" };
}

/** Changes a document: its next version. @throws MemosError NOT_FOUND; UNSUPPORTED for another container. */
export async function updateDocument(call: Call<UpdateInput>) {
  const cube = await found(call, call.params["id"] ?? "", call.home);
  return change(call, cube, call.input);
}

async function change(call: Call<unknown>, cube: MemCube, input: UpdateInput) {
  const { memos, notes, signal } = call;
  const tag = tagOf(input);
  if (tag !== undefined && tag !== cube.scope.user)
    throw notHere("A document stays in its container; nothing was changed.");
  if (input.content != null) assertText(input.content);
  notes.ignored(input, WITHOUT_EFFECT);
  const { metadata } = cube.attributes;
  const patch: UpdatePatch = {
    ...(input.content == null ? {} : { text: input.content }),
    metadata: metadataFor(input, metadata),
  };
  const receipt = await revise(memos, cube.id, patch, cube.scope, { signal });
  notes.addAll(receipt.warnings);
  if (receipt.sealed > 0) notes.add("sealed", `${receipt.sealed} secrets are in the vault.`);
  return { id: cube.id, status: "done" };
}

/** Adds each on its own: one that is no good does not stop the others. */
export async function addDocuments(call: Call<z.output<typeof batchInput>>) {
  const { documents, content: _, ...shared } = call.input;
  const results = [];
  for (const document of documents) {
    const own = typeof document === "string" ? { content: document } : document;
    try {
      results.push(await addDocument({ ...call, input: { ...shared, ...own } }));
    } catch (error) {
      // Neither a refusal of the whole call nor a fault of the server is a fault of one document.
      if (!isMemosError(error) || ["INTERNAL", "FORBIDDEN", "READ_ONLY", "ABORTED"].includes(error.code))
        throw error;
      results.push({ id: "", status: "error", error: error.message, details: error.remedy });
    }
  }
  const failed = results.filter(({ status }) => status === "error").length;
  return { results, failed, success: results.length - failed };
}

export async function getDocument(call: Call<unknown>) {
  const cube = await found(call, call.params["id"] ?? "", call.home);
  return documentOf(call.memos, cube, call.home);
}

/** Forgets a document: out of every answer at once. @throws MemosError NOT_FOUND, also the second time. */
export async function deleteDocument(call: Call<unknown>): Promise<void> {
  const { id } = await found(call, call.params["id"] ?? "", call.home);
  await call.memos.forget(id, call.home, { signal: call.signal });
}

/** A page of documents, the newest first unless said otherwise. */
export async function listDocuments(call: Call<z.output<typeof listInput>>) {
  const { memos, input, signal } = call;
  if (input.sort === "updatedAt") throw notHere("Documents are sorted by `createdAt` alone.");
  const scope = scopeOf(call, input);
  const given = filterOf(input.filters);
  const where: Filter = {
    and: [
      GIVEN,
      ...(given === undefined ? [] : [given]),
      ...(input.filepath == null ? [] : [underPath(input.filepath)]),
    ],
  };
  const limit = input.limit ?? SUPERMEMORY_LIMITS.defaultPageSize;
  const page = input.page ?? 1;
  const skip = (page - 1) * limit;
  const { cubes: totalItems } = await memos.census(scope, { where, signal });
  const order = input.order === "asc" ? "oldest" : "newest";
  const cubes =
    skip >= totalItems ? [] : (await memos.list(scope, { where, limit, skip, order, signal })).cubes;
  const shown = input.includeContent === true ? documentOf : summaryOf;
  return {
    memories: await Promise.all(cubes.map((cube) => shown(memos, cube, scope))),
    pagination: { currentPage: page, limit, totalItems, totalPages: Math.ceil(totalItems / limit) },
  };
}

/** Forgets documents by id, by container or by path; what could not be is told, one by one. */
export async function deleteDocuments(call: Call<z.output<typeof bulkInput>>) {
  const { memos, tenant, home, input, notes, signal } = call;
  const { ids, containerTags, filepath } = input;
  if ([ids, containerTags, filepath ?? undefined].filter((one) => one !== undefined).length !== 1)
    throw new MemosError(
      "INVALID_INPUT",
      "Name one of ids, containerTags and filepath; nothing was deleted.",
    );
  let deletedCount = 0;
  if (filepath != null)
    deletedCount = await forgetAll(memos, { where: underPath(filepath) }, home, notes, signal);
  for (const user of containerTags ?? [])
    deletedCount += await forgetAll(memos, { all: true }, { tenant, user }, notes, signal);
  const errors: { id: string; error: string }[] = [];
  for (const id of new Set(ids))
    try {
      await memos.forget((await found(call, id, home)).id, home, { signal });
      deletedCount += 1;
    } catch (error) {
      if (!isMemosError(error, "NOT_FOUND") && !isMemosError(error, "CONFLICT")) throw error;
      errors.push({ id, error: error.message });
    }
  return {
    success: errors.length === 0,
    deletedCount,
    ...(ids === undefined ? {} : { errors }),
    ...(containerTags === undefined ? {} : { containerTags }),
  };
}
