import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import {
  cubeIdSchema,
  cubeTypeSchema,
  LIMITS,
  type MemCube,
  ownerScope,
  type Scope,
  textOf,
} from "../../memcube/index.js";
import { type ChatModel, MemOS, type NewMemory, type Trace, traceSchema } from "../../memos/index.js";
import { orNothing } from "../orNothing.js";
import { IDENTITY } from "../types/index.js";
import { controller } from "./controller.js";
import { CONTROLLER, CONTROLLER_LIMITS } from "./limits.js";
import { MADE_TYPES } from "./memory.js";

/** A memory that was made, or would be, by its words. */
const madeAgainSchema = z.strictObject({
  type: cubeTypeSchema,
  /** Absent for one that is forgotten since. */
  text: z.string().optional(),
  /** Memories that were read. */
  from: z.array(cubeIdSchema),
});

/** What was decided once, and what would be decided now. */
export const replaySchema = z
  .strictObject({
    trace: traceSchema,
    /** Memories that were made once, and that would be made now. */
    made: z.array(madeAgainSchema),
    again: z.array(madeAgainSchema),
    same: z.boolean(),
    /** Why something would not be made, now. */
    refused: traceSchema.shape.refused,
    /** Memories that were read and are forgotten since: they are not read again. */
    gone: z.array(cubeIdSchema),
    by: traceSchema.shape.by,
    llmCalls: z.int().nonnegative(),
    llmTokens: z.int().nonnegative(),
  })
  .meta({ id: "Replay" });

export type MadeAgain = z.infer<typeof madeAgainSchema>;
export type Replay = z.infer<typeof replaySchema>;

/**
 * Decides once more about what a trace has read, at the versions that it read, and writes nothing: in a memory of its
 * own in a temporary folder, beside what had been made before. By rules, or by a model that is given: so a prompt, a
 * model or a rule can be tried on what has been.
 *
 * @throws MemosError NOT_FOUND for a trace that is not there.
 */
export async function replay(
  memos: MemOS,
  id: string,
  scope: Scope,
  { model }: { readonly model?: ChatModel } = {},
): Promise<Replay> {
  const trace = await memos.traces.get(id, scope);
  const read = await Promise.all(trace.read.map((one) => versionOf(memos, one, trace.scope)));
  const there = read.flatMap((cube) => cube ?? []);
  const made = await Promise.all(
    trace.made
      .filter(({ operation }) => operation === "add")
      .map(async ({ cube, version, type, from }) => {
        return madeAgain(type, from, await versionOf(memos, { cube, version }, trace.scope));
      }),
  );
  const decision = there.length === 0 ? NOTHING : await decided(there, await madeBefore(memos, trace), model);
  const words = (made: readonly MadeAgain[]) =>
    JSON.stringify(made.map(({ type, text, from }) => [type, text, [...from].sort()]).sort());
  return {
    trace,
    made,
    ...decision,
    gone: trace.read.map(({ cube }) => cube).filter((cube) => !there.some((one) => one.id === cube)),
    same: words(made) === words(decision.again),
  };
}

type Decided = Pick<Replay, "again" | "refused" | "by" | "llmCalls" | "llmTokens">;

const NOTHING: Decided = { again: [], refused: [], by: "rules", llmCalls: 0, llmTokens: 0 };

async function decided(
  read: readonly MemCube[],
  before: readonly MemCube[],
  model: ChatModel | undefined,
): Promise<Decided> {
  const [{ scope: place }] = read as [MemCube];
  const owner = ownerScope(place);
  const path = await mkdtemp(join(tmpdir(), "memos-replay-"));
  const reader = controller({ batch: { turns: CONTROLLER_LIMITS.turnsAtMost } });
  const scratch = await MemOS.open({ path, reader, ...(model === undefined ? {} : { model }) });
  try {
    if (before.length > 0) await scratch.add(before.map(asNew), owner);
    const { written } = await scratch.add(read.map(asNew), owner, { wait: "derived" });
    const original = new Map(written.map((one, index) => [one.id, read[index]?.id ?? ""]));
    const back = (ids: readonly string[]) => ids.flatMap((id) => original.get(id) ?? []);
    const { traces } = await scratch.traces.list(owner);
    const [last] = traces;
    if (last === undefined) return NOTHING;
    const again = await Promise.all(
      last.made
        .filter(({ operation }) => operation === "add")
        .map(async ({ cube, version, type, from }) => {
          return madeAgain(type, back(from), await versionOf(scratch, { cube, version }, owner));
        }),
    );
    const refused = last.refused.map((one) => ({ ...one, from: back(one.from) }));
    return { again, refused, by: last.by, llmCalls: last.llmCalls, llmTokens: last.llmTokens };
  } finally {
    await scratch.close();
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

function madeAgain(type: MadeAgain["type"], from: string[], cube: MemCube | undefined): MadeAgain {
  const text = cube === undefined ? undefined : textOf(cube);
  return { type, from, ...(text === undefined ? {} : { text }) };
}

/** What the controller had made when the trace began: it settles what is known, and what takes whose place. */
async function madeBefore(memos: MemOS, { at, scope, made }: Trace): Promise<MemCube[]> {
  const { cubes } = await memos.list(scope, {
    types: [...MADE_TYPES],
    asOf: at,
    order: "newest",
    limit: LIMITS.results,
  });
  const own = new Set(made.map(({ cube }) => cube));
  return cubes
    .filter(
      ({ id, attributes, provenance }) =>
        provenance.actor === CONTROLLER && attributes.metadata[IDENTITY] !== undefined && !own.has(id),
    )
    .reverse();
}

/** A memory as it was at a version; undefined for one that is forgotten or not to be seen. */
async function versionOf(
  memos: MemOS,
  { cube, version }: { readonly cube: string; readonly version: number },
  scope: Scope,
): Promise<MemCube | undefined> {
  const current = await orNothing(memos.get(cube, scope));
  const history = current === undefined ? undefined : await orNothing(memos.history(cube, scope));
  const wanted = history?.versions.find((one) => one.version === version);
  return current === undefined || wanted === undefined
    ? undefined
    : { ...current, ...wanted.content, version };
}

function asNew({ type, attributes, provenance, time, governance, payload }: MemCube): NewMemory {
  const { title, metadata } = attributes;
  const { sensitivity, visibility } = governance;
  return {
    text: payload.kind === "plaintext" ? payload.text : "",
    type,
    origin: provenance.origin,
    actor: provenance.actor,
    ...(title === undefined ? {} : { title }),
    metadata,
    occurredAt: time.occurredAt ?? time.recordedAt,
    governance: { sensitivity, visibility },
  };
}
