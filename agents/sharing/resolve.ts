import { entityKey } from "../../graph/extraction/index.js";
import { sha256Schema } from "../../memcube/hash.js";
import { cubeIdSchema, LIMITS, type Link, MemosError, type Scope } from "../../memcube/index.js";
import type { MemOS, WriteReceipt } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { conflicts, SETTLED, settledIn } from "./conflicts.js";
import { type Conflict, type ResolveOptions, resolveOptionsSchema } from "./operations.js";

/**
 * Decides a conflict in favour of one memory: one version of it states the value from now on, where it does not hold
 * already, and links to the others as contradicted, with the reason. Nothing is deleted or rewritten, and
 * `memos.undo` of that memory takes the decision back. A later statement of another value is a new conflict.
 *
 * @throws MemosError NOT_FOUND for a conflict that is not there any more, INVALID_INPUT for a memory that is not
 * part of it, CONFLICT when the memory was changed meanwhile, FORBIDDEN for who may not change it.
 *
 * @example
 * const [conflict] = (await conflicts(memos, space)).conflicts;
 * const { cube } = conflict.values[0];
 * await resolveConflict(memos, conflict.id, cube, space, { reason: "said by the owner" });
 * await memos.undo(cube, space); // the conflict is open again
 */
export async function resolveConflict(
  memos: MemOS,
  id: string,
  choice: string,
  space: Scope,
  options: ResolveOptions,
): Promise<WriteReceipt> {
  const { reason, ifVersion } = parse(resolveOptionsSchema, options);
  const wanted = parse(sha256Schema, id);
  const chosen = parse(cubeIdSchema, choice);
  const conflict = (await conflicts(memos, space, { settled: true })).conflicts.find(
    (one) => one.id === wanted,
  );
  if (conflict === undefined)
    throw new MemosError("NOT_FOUND", "There is no such conflict in this space, or not any more.", {
      path: "id",
    });
  const value = conflict.values.find(({ cube }) => cube === chosen);
  if (value === undefined)
    throw new MemosError("INVALID_INPUT", "The chosen memory is not part of this conflict.", {
      path: "choice",
    });
  const cube = await memos.get(chosen, space);
  if (settledIn(cube).includes(conflict.id) && value.holds)
    throw new MemosError("CONFLICT", "This conflict was decided for this memory already.", {
      path: "choice",
    });
  const { facts = [], links = [], metadata } = cube.attributes;
  return memos.update(
    chosen,
    {
      ...(value.holds
        ? {}
        : {
            facts: [
              ...facts,
              {
                subject: conflict.subject,
                relation: conflict.relation,
                object: value.value,
                validFrom: new Date().toISOString(),
              },
            ],
          }),
      links: withRivals(links, rivalsOf(conflict, value.value), reason),
      metadata: { ...metadata, [SETTLED]: [...new Set([...settledIn(cube), conflict.id])] },
    },
    space,
    {
      ifVersion: ifVersion ?? cube.version,
      cause: `conflict settled: ${reason}`.slice(0, LIMITS.causeCharacters),
    },
  );
}

/** The memories that state another value. */
export function rivalsOf({ values }: Conflict, value: string): string[] {
  return values.filter((other) => entityKey(other.value) !== entityKey(value)).map(({ cube }) => cube);
}

/** With a `contradicts` link to each of these. */
export function withRivals(links: readonly Link[], rivals: readonly string[], why: string): Link[] {
  const others = links.filter(({ to, kind }) => kind !== "contradicts" || !rivals.includes(to));
  return [
    ...others,
    ...rivals.map((to): Link => ({ to, kind: "contradicts", ...(why === "" ? {} : { why }) })),
  ].slice(-LIMITS.links);
}
