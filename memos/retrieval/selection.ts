import type * as z from "zod";
import { type CubeState, RECALLED_STATES, type Scope } from "../../memcube/index.js";
import type { searchOptionsSchema } from "../operations.js";
import type { Ledger, Permitted, Selection } from "../store/ledger.js";

export type Wanted = Partial<
  Pick<z.output<typeof searchOptionsSchema>, "types" | "where" | "asOf" | "archived" | "without">
> & { readonly states?: readonly CubeState[] | undefined; readonly permit?: Permitted };

const WITH_ARCHIVED: readonly CubeState[] = [...RECALLED_STATES, "archived"];

/** Which cubes a read is about: what exists, at which time, and what is to be left out. */
export async function selectionOf(ledger: Ledger, scope: Scope, wanted: Wanted): Promise<Selection> {
  const { types, where, archived, states, without } = wanted;
  const asOf = wanted.asOf === undefined ? undefined : Date.parse(wanted.asOf);
  return {
    scope,
    types,
    where,
    asOf,
    // What has expired since was there then.
    now: asOf ?? Date.now(),
    states: states ?? (archived === true ? WITH_ARCHIVED : undefined),
    permit: wanted.permit,
    without:
      without === undefined
        ? undefined
        : (await ledger.derivedFrom(scope.tenant, without)).map(({ key }) => key),
  };
}
