import type { Ledger } from "../ledger.js";

type Instant<Method extends keyof Ledger> = (...args: Parameters<Ledger[Method]>) => number | undefined;

const selected = ({ asOf }: { readonly asOf?: number | undefined }) => asOf;

/** The reads that may be of the past, and the instant that each call says; undefined for one of now. */
const INSTANTS: { readonly [Method in keyof Ledger]?: Instant<Method> } = {
  get: (_id, _scope, asOf) => asOf,
  getMany: (_ids, _scope, asOf) => asOf,
  byKeys: (_keys, _scope, asOf) => asOf,
  list: selected,
  census: selected,
  select: selected,
  core: selected,
  recent: selected,
  differences: (_scope, from) => from,
  titled: selected,
  surroundings: selected,
  edgesOf: selected,
  naming: selected,
  hubs: selected,
  facts: (_question, _query, asOf) => asOf,
  factsAbout: (_question, _cubes, asOf) => asOf,
  keysOf: selected,
  keysAfter: selected,
};

/** Tells of the arguments of a method whether they ask for the past; undefined for a method that never does. */
export function pastOf(method: keyof Ledger): ((args: readonly unknown[]) => boolean) | undefined {
  const instant = INSTANTS[method] as ((...given: readonly unknown[]) => number | undefined) | undefined;
  return instant === undefined ? undefined : (args) => instant(...args) !== undefined;
}
