import {
  type CubeId,
  contentHash,
  type MemCube,
  ownerScope,
  type Scope,
  sameOwner,
  textOf,
} from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { Consolidable, ConsolidationLedger } from "../../store/consolidationLedger.js";
import { asFloats } from "../../store/index/row.js";
import type { Store } from "../../store/store.js";
import { CONSOLIDATOR } from "./actor.js";
import { distillateHash, evidenceCubes, isUntouched, madeOf } from "./distilledCube.js";
import type { Distillate, Distiller, Episode } from "./distiller.js";
import { momentOf } from "./madeCubes.js";
import { cosine, sayingOf } from "./nearDuplicate.js";
import { CONSOLIDATION_LIMITS } from "./operations.js";
import type { DraftOf, Found, Search } from "./proposing.js";

/** Episodes of one step through a scope. */
const EPISODES_AT_ONCE = 500;

/** Cosine of two episodes from which a model is asked about them together. */
const RELATED_COSINE = 0.3;

/** A draft that says what is to be written, or nothing where an earlier statement only goes. */
export interface DistilDraft extends DraftOf<"distil"> {
  readonly distillate: Distillate | undefined;
}

export interface InsightDraft extends DraftOf<"insight"> {
  readonly episodes: readonly Episode[];
}

/**
 * Looks for what episodes come to. Statements by rules are held against those that are there, so that nothing is
 * said twice, what has new evidence is said anew, and what is borne out no more goes to the archive. Writes nothing.
 */
export class Distilling {
  readonly #store: Store;
  readonly #distiller: Distiller | undefined;
  readonly #hasModel: boolean;

  constructor(store: Store, distiller: Distiller | undefined, hasModel: boolean) {
    this.#store = store;
    this.#distiller = distiller;
    this.#hasModel = hasModel;
  }

  /**
   * What rules find. A statement belongs to an owner and not to a session: of a session alone nothing is distilled.
   */
  async *statements(search: Search): AsyncGenerator<Found<DistilDraft>> {
    const distiller = this.#distiller;
    if (distiller === undefined || search.scope.session !== undefined) return;
    const { scope, now, signal } = search;
    const { ledger } = this.#store;
    const byOwner = new Map<string, { readonly owner: Scope; readonly read: Consolidable[] }>();
    // What was said earlier may have lost all its evidence.
    byOwner.set(nameOf(scope), { owner: scope, read: [] });
    for (let before = Number.MAX_SAFE_INTEGER, left = CONSOLIDATION_LIMITS.distilledEpisodes; left > 0; ) {
      throwIfAborted(signal);
      const limit = Math.min(EPISODES_AT_ONCE, left);
      const page = await ledger.consolidable(scope, now, { of: "episodes", before, limit });
      for (const one of page) {
        const { session: _, ...owner } = one.cube.scope;
        const group = byOwner.get(nameOf(owner));
        if (group === undefined) byOwner.set(nameOf(owner), { owner, read: [one] });
        else group.read.push(one);
      }
      yield { drafts: [], through: 0 };
      if (page.length < limit) break;
      before = page.at(-1)?.key ?? 0;
      left -= page.length;
    }
    for (const { owner, read } of byOwner.values()) {
      throwIfAborted(signal);
      const earlier = await distilledOf(ledger, owner, now);
      const known = new Set(read.map(({ cube }) => cube.id));
      const sources = earlier.flatMap(({ cube }) => cube.provenance.sources.map((source) => source.cube));
      const ids = [...new Set(sources)].filter((id) => !known.has(id));
      const older = ids.length === 0 ? [] : await ledger.consolidable(owner, now, { of: "episodes", ids });
      const episodes = [...read, ...older].sort((a, b) => a.key - b.key);
      const found = await distiller.statements(await this.#episodes(episodes));
      yield { drafts: differences(found, earlier, episodes), through: 0 };
    }
  }

  /**
   * Episodes that are about the same, with a new one among them: what a model is asked about, once. Each new one is
   * in one cluster, the first that it is near.
   */
  async *insights(search: Search): AsyncGenerator<Found<InsightDraft>> {
    const { scope, now, signal } = search;
    if (this.#distiller === undefined || !this.#hasModel || scope.session !== undefined) return;
    const taken = new Set<number>();
    for (let after = search.after; ; ) {
      const page = await this.#store.ledger.consolidable(scope, now, {
        of: "texts",
        after,
        limit: EPISODES_AT_ONCE / 10,
      });
      for (const one of page) {
        throwIfAborted(signal);
        after = one.key;
        const cluster = taken.has(one.key) || !isEpisode(one.cube) ? [] : await this.#cluster(one, search);
        const days = new Set(cluster.map(({ cube }) => momentOf(cube).slice(0, 10)));
        if (cluster.length < CONSOLIDATION_LIMITS.insightEpisodesAtLeast || days.size < 2) continue;
        for (const { key } of cluster) taken.add(key);
        yield { drafts: [await this.#insight(cluster)], through: after };
      }
      yield { drafts: [], through: after };
      if (page.length < EPISODES_AT_ONCE / 10) return;
    }
  }

  async #cluster(one: Consolidable, { scope, now }: Search): Promise<Consolidable[]> {
    const vector = this.#vectorOf(one);
    if (vector === null || !sayingOf(textOf(one.cube) ?? "").telling) return [];
    const owner = ownerScope(one.cube.scope);
    const { candidates } = await this.#store.index.search({
      scope: owner,
      terms: [],
      phrases: [],
      vector,
      types: ["episodic"],
      now,
      keys: undefined,
      historic: [],
      also: [],
      limit: 2 * CONSOLIDATION_LIMITS.insightEpisodes,
    });
    const keys = candidates.map(({ key }) => key).filter((key) => key !== one.key);
    const others = await this.#store.ledger.consolidable(scope, now, { of: "texts", keys });
    // A search finds what lies inside its scope, which may be another user's or agent's.
    const near = others
      .filter(({ cube }) => sameOwner(cube.scope, owner))
      .map((other) => ({ other, vector: this.#vectorOf(other) }))
      .flatMap((item) =>
        item.vector === null ? [] : [{ other: item.other, near: cosine(vector, item.vector) }],
      )
      .filter(({ other, near }) => near >= RELATED_COSINE && isEpisode(other.cube))
      .sort((a, b) => b.near - a.near)
      .slice(0, CONSOLIDATION_LIMITS.insightEpisodes - 1);
    return [one, ...near.map(({ other }) => other)].sort((a, b) => a.key - b.key);
  }

  #vectorOf({ vector, embedder }: Consolidable): Float32Array | null {
    return vector === null || embedder !== this.#store.embedder ? null : asFloats(vector);
  }

  async #insight(cluster: readonly Consolidable[]): Promise<InsightDraft> {
    const cubes = cluster.map(({ cube }) => cube);
    const ids = cubes.map(({ id }) => id);
    return {
      proposal: {
        kind: "insight",
        id: contentHash({ kind: "insight", cubes: ids }),
        cubes: ids,
        why: `${cubes.length} episodes are about the same.`,
        makes: { type: "semantic", by: "model" },
      },
      cubes,
      keys: cluster.map(({ key }) => key),
      episodes: await this.#episodes(cluster),
    };
  }

  /** A merged episode was said by whoever said its parents. */
  #episodes(found: readonly Consolidable[]): Promise<Episode[]> {
    return Promise.all(
      found.map(async ({ cube }) => {
        const { actor, sources } = cube.provenance;
        const [source] = sources;
        if (actor !== CONSOLIDATOR || source === undefined) return { cube, speaker: actor };
        const { session: _, ...owner } = cube.scope;
        const parent = await this.#store.ledger.get(source.cube, owner, undefined).catch(() => undefined);
        return { cube, speaker: parent?.provenance.actor ?? actor };
      }),
    );
  }
}

/** What has to be written so that an owner has the statements that were found and no others. */
function differences(
  found: readonly Distillate[],
  earlier: readonly Consolidable[],
  episodes: readonly Consolidable[],
): DistilDraft[] {
  const keys = new Map(episodes.map(({ cube, key }) => [cube.id, key]));
  const current = new Map<string, MemCube[]>();
  const untouchable = new Set<string>();
  const said = new Set<string>();
  for (const { cube } of earlier) {
    const made = madeOf(cube);
    if (made === undefined) continue;
    said.add(made.hash);
    if (cube.provenance.model !== undefined || cube.state === "archived" || cube.state === "expired")
      continue;
    if (isOurs(cube)) current.set(made.about, [...(current.get(made.about) ?? []), cube]);
    else untouchable.add(made.about);
  }
  const drafts: DistilDraft[] = [];
  for (const distillate of found) {
    const { about } = distillate;
    const hash = distillateHash(distillate);
    const before = current.get(about) ?? [];
    current.delete(about);
    const same = before.find((cube) => madeOf(cube)?.hash === hash);
    if (same !== undefined) {
      for (const cube of before) if (cube !== same) drafts.push(retired(cube, "Another one says the same."));
    } else if (!untouchable.has(about) && !said.has(hash)) drafts.push(distilled(distillate, before, keys));
  }
  for (const cube of [...current.values()].flat())
    drafts.push(retired(cube, "What it was made of does not bear it out any more."));
  for (const { cube } of earlier)
    if (cube.provenance.model !== undefined && isOurs(cube))
      if (cube.provenance.sources.some((source) => !keys.has(source.cube)))
        drafts.push(retired(cube, "Some of what it was made of is gone."));
  return drafts;
}

/** Whether a statement is as it was made and nobody keeps it. */
function isOurs(cube: MemCube): boolean {
  const { readonly, retention } = cube.governance;
  return cube.state === "active" && !readonly && retention !== "legal-hold" && isUntouched(cube);
}

function distilled(
  distillate: Distillate,
  replaced: readonly MemCube[],
  keys: ReadonlyMap<CubeId, number>,
): DistilDraft {
  const cubes = evidenceCubes(distillate);
  const { type, title, text, why, about } = distillate;
  return {
    proposal: {
      kind: "distil",
      id: contentHash({ kind: "distil", about, made: distillateHash(distillate) }),
      cubes: cubes.map(({ id }) => id),
      why,
      makes: { type, ...(title === undefined ? {} : { title }), text },
      replaces: replaced.map(({ id }) => id),
    },
    cubes: [...cubes, ...replaced],
    keys: cubes.flatMap(({ id }) => keys.get(id) ?? []),
    distillate,
  };
}

function retired(cube: MemCube, why: string): DistilDraft {
  return {
    proposal: {
      kind: "distil",
      id: contentHash({ kind: "retire", cube: cube.id }),
      cubes: [cube.id],
      why,
      replaces: [cube.id],
    },
    cubes: [cube],
    keys: [],
    distillate: undefined,
  };
}

function isEpisode({ type, provenance }: MemCube): boolean {
  return type === "episodic" && provenance.origin !== "inferred";
}

/** What was distilled for exactly this owner, and is not forgotten or replaced. */
export async function distilledOf(
  ledger: Pick<ConsolidationLedger, "consolidable">,
  { session: _, ...owner }: Scope,
  now: number,
): Promise<Consolidable[]> {
  const limit = CONSOLIDATION_LIMITS.distilled;
  const all = await ledger.consolidable(owner, now, { of: "distilled", limit });
  return all.filter(({ cube }) => nameOf(cube.scope) === nameOf(owner));
}

function nameOf({ tenant, user, agent, app }: Scope): string {
  return JSON.stringify([tenant, user ?? null, agent ?? null, app ?? null]);
}
