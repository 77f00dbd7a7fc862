import { readFile, stat } from "node:fs/promises";
import * as z from "zod";
import { MemosError, type Scope } from "../../../../memcube/index.js";
import { type MemOS, type NewMemory, whenSchema } from "../../../../memos/index.js";
import { endOf } from "../../../dialects/mem0/memory.js";
import { storable } from "./conversation.js";
import { IMPORT_LIMITS } from "./limits.js";
import { type SkippedReason, Skips } from "./skips.js";
import { type Imported, writeOnce } from "./writeOnce.js";

const name = z.string().nullish();

/** A memory as mem0's API and exports have it, in the spelling of Python or of TypeScript. */
const memorySchema = z.looseObject({
  id: z.string(),
  memory: z.string(),
  user_id: name,
  agent_id: name,
  app_id: name,
  run_id: name,
  userId: name,
  agentId: name,
  appId: name,
  runId: name,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  categories: z.array(z.string()).nullish(),
  created_at: z.string().nullish(),
  createdAt: z.string().nullish(),
  expiration_date: z.string().nullish(),
  expirationDate: z.string().nullish(),
});

type Mem0Memory = z.output<typeof memorySchema>;

export interface Mem0Report {
  readonly added: number;
  readonly present: number;
  readonly skipped: readonly SkippedReason[];
}

/**
 * Imports memories of mem0: a list, `{ results: […] }`, or one a line. Ids of users, agents, applications and runs are
 * those of the file, and where it has none, those of `scope`.
 *
 * @throws MemosError INVALID_INPUT for a file that is none of these; then nothing was written.
 */
export async function importMem0(
  memos: MemOS,
  path: string,
  scope: Scope,
  options: { signal: AbortSignal; onMemory: (done: number, total: number) => void },
): Promise<Mem0Report> {
  const skips = new Skips();
  const values = valuesIn(await contentOf(path), path);
  const byScope = new Map<string, { scope: Scope; items: Imported[] }>();
  for (const [index, value] of values.entries()) {
    const read = memorySchema.safeParse(value);
    if (!read.success) {
      skips.add(`memory ${index + 1}`, "It does not have the form of mem0's memories.");
      continue;
    }
    const owner = ownerOf(read.data, scope);
    const memory = memoryOf(read.data);
    if (typeof memory === "string") {
      skips.add(read.data.id, memory);
      continue;
    }
    const key = JSON.stringify(owner);
    const group = byScope.get(key) ?? { scope: owner, items: [] };
    group.items.push({ id: `mem0:${read.data.id}`.slice(0, 512), memory });
    byScope.set(key, group);
  }
  if (values.length > 0 && byScope.size === 0 && skips.all.length === 1)
    throw new MemosError("INVALID_INPUT", `${path}: ${skips.all[0]?.reason} Nothing was imported.`);
  let [added, present, done] = [0, 0, 0];
  for (const group of byScope.values()) {
    const result = await writeOnce(memos, group.items, group.scope, options.signal);
    for (const { id, reason } of result.skipped) skips.add(id, reason);
    added += result.added;
    present += result.present;
    done += group.items.length;
    options.onMemory(done, values.length);
  }
  return { added, present, skipped: skips.all };
}

async function contentOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > IMPORT_LIMITS.wholeBytes)
      throw new MemosError("TOO_LARGE", `${path} is over ${IMPORT_LIMITS.wholeBytes} bytes; split it.`);
    return (await readFile(path, "utf8")).replace(/^\ufeff/, "");
  } catch (cause) {
    if (cause instanceof MemosError) throw cause;
    throw new MemosError("INVALID_INPUT", `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function valuesIn(text: string, path: string): unknown[] {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole;
  const { results, memories, memory } = (whole ?? {}) as Record<string, unknown>;
  if (Array.isArray(results)) return results;
  if (Array.isArray(memories)) return memories;
  if (whole !== undefined && memory !== undefined) return [whole];
  if (whole !== undefined) throw new MemosError("INVALID_INPUT", `${path} holds no memories of mem0.`);
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const value = parsed(line);
    if (value === undefined)
      throw new MemosError(
        "INVALID_INPUT",
        `${path} is not JSON, and line ${index + 1} is not either; nothing was imported.`,
      );
    return [value];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function ownerOf(given: Mem0Memory, scope: Scope): Scope {
  const part = (field: keyof Scope, ...names: (string | null | undefined)[]) => {
    const value = names.find((one) => typeof one === "string" && one !== "") ?? scope[field];
    return value === undefined ? {} : { [field]: value };
  };
  return {
    tenant: scope.tenant,
    ...part("user", given.user_id, given.userId),
    ...part("agent", given.agent_id, given.agentId),
    ...part("app", given.app_id, given.appId),
    ...part("session", given.run_id, given.runId),
  };
}

/** A memory of ours, or why it is passed over. */
function memoryOf(given: Mem0Memory): NewMemory | string {
  const text = storable(given.memory);
  if (text.trim() === "") return "without words";
  const day = z.iso.date().safeParse((given.expiration_date ?? given.expirationDate)?.slice(0, 10));
  if (day.success && Date.parse(endOf(day.data)) <= Date.now()) return "expired";
  const created = whenSchema.safeParse(given.created_at ?? given.createdAt);
  const tags = [...new Set(given.categories ?? [])];
  return {
    text,
    // mem0's memories are what a model made of what was said.
    origin: "document",
    ...(created.success ? { occurredAt: created.data } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(day.success ? { governance: { expiresAt: endOf(day.data) } } : {}),
    metadata: { ...flat(given.metadata ?? {}), import_source: "mem0" },
  };
}

/** Metadata here has no objects in it: they are kept as JSON. */
function flat(metadata: Readonly<Record<string, unknown>>): NonNullable<NewMemory["metadata"]> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, value]) => {
      if (value === null || value === undefined) return [];
      const simple = ["string", "number", "boolean"].includes(typeof value);
      return [[key, simple ? (value as string | number | boolean) : JSON.stringify(value)]];
    }),
  );
}
