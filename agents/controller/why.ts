import { isMemosError, type MemCube, ownerScope, type Scope, textOf } from "../../memcube/index.js";
import type { HistoryResult, MemOS, Trace } from "../../memos/index.js";
import { CONTROLLER_LIMITS } from "./limits.js";

/** A memory that another was made of, or that was made of it. It has a text where it may be read in the scope. */
export interface Related {
  readonly id: string;
  readonly text?: string;
}

/** What one trace tells of one memory. */
export interface Reading {
  readonly trace: string;
  readonly at: string;
  readonly by: Trace["by"];
  /** What it was taken for when it was read, and why nothing more was made of it where nothing was. */
  readonly read?: Pick<Trace["read"][number], "version" | "types" | "reason">;
  /** How it was made or changed, and of what. */
  readonly made: readonly (Omit<Trace["made"][number], "cube" | "from"> & {
    readonly from: readonly Related[];
  })[];
  /** What was made of it. */
  readonly became: readonly (Omit<Trace["made"][number], "cube" | "from"> & { readonly memory: Related })[];
  /** What was not made of it, and why. */
  readonly refused: readonly Pick<Trace["refused"][number], "what" | "reason">[];
}

/** Why a memory is here and what became of it. */
export interface Why {
  readonly cube: MemCube;
  /** What the traces tell, the newest first; none where it was not read, or so long ago that they are gone. */
  readonly readings: readonly Reading[];
  /** What the memory itself says that it was made of. */
  readonly sources: readonly Related[];
  readonly versions: HistoryResult["versions"];
}

/**
 * Why a memory was remembered and what became of it: what the traces of the controller tell, else what its
 * provenance and its versions do. Of other memories it shows the text only where they lie in the scope.
 *
 * @throws MemosError NOT_FOUND, also for a memory of another scope.
 *
 * @example
 * const { written } = await memos.add("I'm a vegetarian.", scope, { wait: "derived" });
 * const { readings } = await why(memos, written[0].id, scope);
 */
export async function why(memos: MemOS, id: string, scope: Scope): Promise<Why> {
  const cube = await memos.get(id, scope);
  const { versions } = await memos.history(id, scope);
  // A batch is one owner's, whatever sessions its messages have.
  const { traces } = await memos.traces.list(ownerScope(cube.scope), {
    cube: cube.id,
    limit: CONTROLLER_LIMITS.traces,
  });
  const related = relating(memos, scope);
  return {
    cube,
    readings: await Promise.all(traces.map((trace) => readingOf(trace, cube.id, related))),
    sources: await Promise.all(
      [...new Set(cube.provenance.sources.map((source) => source.cube))].map(related),
    ),
    versions,
  };
}

type Relating = (id: string) => Promise<Related>;

async function readingOf(trace: Trace, id: string, related: Relating): Promise<Reading> {
  const read = trace.read.find(({ cube }) => cube === id);
  const [made, became] = await Promise.all([
    Promise.all(
      trace.made
        .filter(({ cube }) => cube === id)
        .map(async ({ cube: _, from, ...step }) => ({ ...step, from: await Promise.all(from.map(related)) })),
    ),
    Promise.all(
      trace.made
        .filter(({ cube, from }) => cube !== id && from.includes(id))
        .map(async ({ cube, from: _, ...step }) => ({ ...step, memory: await related(cube) })),
    ),
  ]);
  return {
    trace: trace.id,
    at: trace.at,
    by: trace.by,
    ...(read === undefined
      ? {}
      : {
          read: {
            version: read.version,
            types: read.types,
            ...(read.reason === undefined ? {} : { reason: read.reason }),
          },
        }),
    made,
    became,
    refused: trace.refused
      .filter(({ from }) => from.includes(id))
      .map(({ what, reason }) => ({ what, reason })),
  };
}

function relating(memos: MemOS, scope: Scope): Relating {
  return async (id) => {
    try {
      const text = textOf(await memos.get(id, scope));
      return text === undefined ? { id } : { id, text };
    } catch (error) {
      // Forgotten, or of another scope: its id is in the trace, its text is nobody's here.
      if (!isMemosError(error, "NOT_FOUND")) throw error;
      return { id };
    }
  };
}
