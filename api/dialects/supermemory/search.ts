import type * as z from "zod";
import { type MemCube, type Scope, textOf } from "../../../memcube/index.js";
import type { Filter, Hit, MemOS } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import { updatedAt } from "../updatedAt.js";
import { filepathOf, metadataOf, summaryOf } from "./document.js";
import type { documentSearchInput, profileInput, searchInput } from "./fields.js";
import { filterOf, underPath } from "./filters.js";
import { SUPERMEMORY_LIMITS } from "./limits.js";
import { notHere } from "./notHere.js";
import { found, scopeOf } from "./place.js";

interface Wanted {
  readonly q: string;
  readonly filters?: unknown;
  readonly filepath?: string | null | undefined;
  readonly limit?: number | null | undefined;
}

interface Scored {
  readonly hit: Hit;
  /** A share of the best score of the answer: ours compare within one answer alone. */
  readonly score: number;
}

async function scored(call: Call<unknown>, scope: Scope, wanted: Wanted, threshold = 0): Promise<Scored[]> {
  const given = filterOf(wanted.filters);
  const filters: Filter[] = [
    ...(given === undefined ? [] : [given]),
    ...(wanted.filepath == null ? [] : [underPath(wanted.filepath)]),
  ];
  const { hits, receipt } = await call.memos.search(wanted.q, scope, {
    k: wanted.limit ?? SUPERMEMORY_LIMITS.results,
    ...(filters.length === 0 ? {} : { where: { and: filters } }),
    signal: call.signal,
  });
  call.notes.addAll(receipt.warnings);
  const best = hits.reduce((highest, { score }) => Math.max(highest, score), 0);
  return hits
    .map((hit) => ({ hit, score: best > 0 ? hit.score / best : 0 }))
    .filter(({ score }) => score >= threshold);
}

/** Memories that fit a query, best first. */
export async function searchMemories(call: Call<z.output<typeof searchInput>>) {
  const started = performance.now();
  const { input, memos, notes } = call;
  notes.ignored(input, ["rerank", "rewriteQuery", "aggregate"]);
  const include = input.include ?? {};
  notes.ignored(include, ["summaries"]);
  if (include.forgottenMemories === true) throw notHere("What is forgotten is not shown.");
  const scope = scopeOf(call, input);
  const hits = await scored(call, scope, input, input.threshold ?? 0);
  const results = await Promise.all(
    hits.map(async ({ hit, score }) => {
      const { cube } = hit;
      const text = textOf(cube) ?? "";
      return {
        id: cube.id,
        ...(input.searchMode === "documents" ? { chunk: text } : { memory: text }),
        similarity: score,
        metadata: metadataOf(cube),
        updatedAt: await updatedAt(memos, cube, scope),
        version: cube.version,
        filepath: filepathOf(cube),
        ...(include.documents === true ? { documents: [await summaryOf(memos, cube, scope)] } : {}),
        ...(include.chunks === true
          ? { chunks: [{ content: text, documentId: cube.id, position: 0, score }] }
          : {}),
        ...(include.relatedMemories === true ? { context: await contextOf(memos, hit, scope) } : {}),
      };
    }),
  );
  return { results, timing: performance.now() - started, total: results.length };
}

/** What a memory said before, and what holds instead where it states what has changed since. */
async function contextOf(memos: MemOS, { cube, superseded }: Hit, scope: Scope) {
  const { versions } = cube.version === 1 ? { versions: [] } : await memos.history(cube.id, scope);
  const parents = versions.slice(0, -1).map(({ version, content, recordedAt }) => ({
    memory: textOf(content) ?? "",
    relation: "updates" as const,
    updatedAt: recordedAt,
    version: version - cube.version,
  }));
  const by: MemCube | undefined =
    superseded === undefined ? undefined : await memos.get(superseded.by, scope);
  const children =
    by === undefined
      ? []
      : [
          {
            memory: textOf(by) ?? "",
            relation: "updates" as const,
            updatedAt: by.time.recordedAt,
            version: 1,
          },
        ];
  return { parents, children, related: [] };
}

/** Documents that fit a query, in the shape of before. */
export async function searchDocuments(call: Call<z.output<typeof documentSearchInput>>) {
  const started = performance.now();
  const { input, memos, notes } = call;
  notes.ignored(input, [
    "rerank",
    "rewriteQuery",
    "documentThreshold",
    "categoriesFilter",
    "includeSummary",
    "onlyMatchingChunks",
  ]);
  const scope = scopeOf(call, input);
  // Within one document there is one text: it fits or it does not.
  const within = input.docId == null ? undefined : (await found(call, input.docId, scope)).id;
  const limit = within === undefined ? input.limit : 1_000;
  const hits = await scored(call, scope, { ...input, limit }, input.chunkThreshold ?? 0);
  const results = await Promise.all(
    hits
      .filter(({ hit }) => within === undefined || hit.cube.id === within)
      .map(async ({ hit: { cube }, score }) => {
        const content = textOf(cube) ?? "";
        const { createdAt, updatedAt, title, type, metadata } = await summaryOf(memos, cube, scope);
        return {
          documentId: cube.id,
          chunks: [{ content, isRelevant: true, score }],
          score,
          createdAt,
          updatedAt,
          title,
          type,
          metadata,
          ...(input.includeFullDocs === true ? { content } : {}),
        };
      }),
  );
  return { results, timing: performance.now() - started, total: results.length };
}

/** What lasts of somebody, and what was last: core and semantic memories, and the newest of the others. */
export async function profile(call: Call<z.output<typeof profileInput>>) {
  const { memos, tenant, input, signal } = call;
  const scope = { tenant, user: input.containerTag };
  const where = filterOf(input.filters);
  const wanted = { ...(where === undefined ? {} : { where }), signal };
  const texts = async (types: ["core", "semantic"] | ["episodic"], limit: number) => {
    const { cubes } = await memos.list(scope, { ...wanted, types, limit });
    return cubes.map((cube) => textOf(cube) ?? "");
  };
  const answer = {
    profile: {
      static: await texts(["core", "semantic"], SUPERMEMORY_LIMITS.profileStatic),
      dynamic: await texts(["episodic"], SUPERMEMORY_LIMITS.profileDynamic),
    },
  };
  if (input.q == null) return answer;
  const { containerTag, q, threshold, filters } = input;
  const searchResults = await searchMemories({ ...call, input: { containerTag, q, threshold, filters } });
  return { ...answer, searchResults };
}
