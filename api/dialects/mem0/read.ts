import { LIMITS } from "../../../memcube/index.js";
import type { Filter } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import type { ListInput, SearchInput } from "./fields.js";
import { selected, type UnknownKeys } from "./filters.js";
import { MEM0_LIMITS } from "./limits.js";
import { type Mem0Memory, memoriesOf, scored } from "./memory.js";

type Shown = Readonly<Record<string, unknown>>;

export interface Listed {
  readonly count: number;
  readonly page: number;
  readonly size: number;
  readonly results: readonly Shown[];
}

/** A page of memories, the newest first. `whole` is how many there are of one where no page is asked for. */
export async function list(
  { memos, tenant, input, notes, signal }: Call<ListInput>,
  unknownKeys: UnknownKeys,
  whole: number = MEM0_LIMITS.defaultPageSize,
): Promise<Listed> {
  notes.ignored(input, ["latest_only", "show_expired", "enable_graph"]);
  const { scope, where } = selected(tenant, input, input.filters, unknownKeys, conditions(input));
  const wanted = {
    ...(where === undefined ? {} : { where }),
    signal,
  };
  const page = input.page ?? 1;
  const size = input.page_size ?? input.top_k ?? input.limit ?? whole;
  const skip = (page - 1) * size;
  const { cubes: count } = await memos.census(scope, wanted);
  const cubes = skip >= count ? [] : (await memos.list(scope, { ...wanted, limit: size, skip })).cubes;
  const results = (await memoriesOf(memos, cubes, scope)).map((memory) => projected(memory, input.fields));
  return { count, page, size, results };
}

/** Memories for a query, best first. */
export async function search(
  { memos, tenant, input, notes, signal }: Call<SearchInput>,
  unknownKeys: UnknownKeys,
): Promise<Shown[]> {
  notes.ignored(input, [
    "rerank",
    "reference_date",
    "show_expired",
    "enable_graph",
    "only_metadata_based_search",
  ]);
  const { scope, where } = selected(tenant, input, input.filters, unknownKeys, conditions(input));
  const k = Math.min(input.top_k ?? input.limit ?? 10, LIMITS.results);
  const { hits, receipt } = await memos.search(input.query, scope, {
    k,
    explain: true,
    ...(where === undefined ? {} : { where }),
    signal,
  });
  notes.addAll(receipt.warnings);
  const best = hits.reduce((highest, { score }) => Math.max(highest, score), 0);
  const { threshold } = input;
  if (threshold !== undefined && threshold !== null && threshold > 0)
    notes.add("threshold", "Scores are shares of the best one, and so is the threshold.");
  const memories = await memoriesOf(
    memos,
    hits.map(({ cube }) => cube),
    scope,
  );
  return hits.flatMap((hit, index) => {
    if (input.latest_only === true && hit.superseded !== undefined) return [];
    const shown = scored(memories[index] as Mem0Memory, hit, best);
    return shown.score < (threshold ?? 0) ? [] : [projected(shown, input.fields)];
  });
}

/** What reads say beside `filters`. */
function conditions(input: ListInput | SearchInput): Filter[] {
  const metadata = Object.entries(input.metadata ?? {}).map(
    ([key, value]) => ({ field: `metadata.${key}`, op: Array.isArray(value) ? "in" : "eq", value }) as Filter,
  );
  const { categories } = input;
  const dates = "start_date" in input ? input : {};
  return [
    ...metadata,
    ...(categories === undefined || categories === null || categories.length === 0
      ? []
      : [{ field: "tags", op: "in" as const, value: categories }]),
    ...(dates.start_date ? [{ field: "recordedAt", op: "gte" as const, value: dates.start_date }] : []),
    ...(dates.end_date ? [{ field: "recordedAt", op: "lte" as const, value: dates.end_date }] : []),
  ];
}

/** The fields that are asked for, and the id. */
function projected(memory: Mem0Memory, fields: readonly string[] | null | undefined): Shown {
  if (fields === undefined || fields === null || fields.length === 0) return { ...memory };
  const wanted = new Set(["id", ...fields]);
  return Object.fromEntries(Object.entries(memory).filter(([name]) => wanted.has(name)));
}
