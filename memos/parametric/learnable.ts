import { type CubeId, type MemCube, MemosError, type Scope, sha256, textOf } from "../../memcube/index.js";
import { barred, type ManifestEntry } from "../activation/block.js";
import { bySubjectAndRelation, statementsInTime } from "../knowledge/facts.js";
import { selectionOf } from "../retrieval/selection.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Ledger, Located } from "../store/ledger.js";
import { ADAPTER_LIMITS } from "./limits.js";
import type { LeftOut } from "./manifest.js";
import type { Fact, Source } from "./trainingSet/index.js";

/** Cubes that are read at once. */
const PAGE = 200;

/** Statements about the facts of as many cubes; what is more is not learned as a fact, only as a text. */
const STATEMENTS = 10_000;

/** Memories that may be learned, and those that may not. */
export interface Learnable {
  readonly located: readonly Located[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Cubes of a scope that could be learned: these, or all of it.
 *
 * @param ids without, everything that is recalled; `gone` says what a cube is that is not there any more.
 * @throws MemosError NOT_FOUND for a cube that is not in the scope, TOO_LARGE for more than can be planned.
 */
export async function learnable(
  ledger: Ledger,
  scope: Scope,
  ids?: readonly CubeId[],
  gone: "refused" | "skipped" = "refused",
): Promise<Learnable> {
  const found = ids === undefined ? await allOf(ledger, scope) : await these(ledger, scope, ids, gone);
  const leftOut: LeftOut[] = [];
  const now = Date.now();
  const located = found.filter(({ cube }) => {
    const reason = barred(cube) ?? notNow(cube, now) ?? (textOf(cube)?.trim() === "" ? "empty" : undefined);
    if (reason !== undefined) leftOut.push({ cube: cube.id, reason });
    return reason === undefined;
  });
  return { located, leftOut };
}

/** What does not hold at present is not learned, whatever it says. */
function notNow({ time }: MemCube, now: number): "superseded" | "state" | undefined {
  if (time.validTo !== undefined && Date.parse(time.validTo) <= now) return "superseded";
  return time.validFrom !== undefined && Date.parse(time.validFrom) > now ? "state" : undefined;
}

async function allOf(ledger: Ledger, scope: Scope): Promise<Located[]> {
  const selection = await selectionOf(ledger, scope, {});
  const found: Located[] = [];
  for (let after: number | undefined; ; ) {
    const page = await ledger.list(selection, { limit: PAGE, order: "oldest", after });
    found.push(...page);
    if (found.length > ADAPTER_LIMITS.planned)
      throw new MemosError(
        "TOO_LARGE",
        `There are more than ${ADAPTER_LIMITS.planned} memories: name those to be learned.`,
        { path: "cubes" },
      );
    after = page.at(-1)?.key;
    if (page.length < PAGE) return found;
  }
}

async function these(
  ledger: Ledger,
  scope: Scope,
  ids: readonly CubeId[],
  gone: "refused" | "skipped",
): Promise<Located[]> {
  const question = { scope, now: Date.now() };
  const wanted = [...new Set(ids)].sort();
  const found: Located[] = [];
  for (let first = 0; first < wanted.length; first += PAGE) {
    const page = wanted.slice(first, first + PAGE);
    const keys = await ledger.keysOf(question, page);
    found.push(
      ...(await ledger.byKeys(
        keys.map(({ key }) => key),
        scope,
        undefined,
      )),
    );
    const missing = page.find((id) => !keys.some((one) => one.id === id));
    if (missing !== undefined && gone === "refused")
      throw new MemosError("NOT_FOUND", `There is no cube ${missing} to be learned in this scope.`, {
        path: "cubes",
      });
  }
  return found.sort((a, b) => a.key - b.key);
}

/** Memories with what the ledger knows of them: the facts that they state, and whether all of these hold. */
export async function sourcesOf(
  ledger: Ledger,
  scope: Scope,
  located: readonly Located[],
  now: number,
): Promise<Source[]> {
  const sources: Source[] = [];
  const question = { scope, now };
  for (let first = 0; first < located.length; first += PAGE) {
    const page = located.slice(first, first + PAGE);
    const cubes = page.map(({ key }) => key);
    const [stated, about] = await Promise.all([
      ledger.facts(question, { by: "cubes", cubes }, undefined, STATEMENTS),
      ledger.factsAbout(question, cubes, undefined, STATEMENTS),
    ]);
    const all = [...new Map([...stated, ...about].map((fact) => [fact.number, fact])).values()];
    const placed = bySubjectAndRelation(all).flatMap((group) => statementsInTime(group, now));
    const of = new Map<number, (typeof placed)[number][]>();
    for (const one of placed) {
      const { cube } = one.fact.stored;
      of.set(cube, [...(of.get(cube) ?? []), one]);
    }
    sources.push(
      ...(await mapInSlices(page, ({ key, cube }): Source => {
        const own = of.get(key) ?? [];
        const facts = own
          .filter(({ status }) => status === "current")
          .map(({ fact }) => fact.stored)
          .sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || a.number - b.number)
          .map(
            ({ subjectName, relation, objectName }): Fact => ({
              subject: subjectName,
              relation,
              object: objectName,
            }),
          );
        return { cube, facts, superseded: own.some(({ status }) => status !== "current") };
      })),
    );
  }
  return sources;
}

/** A cube as a manifest names it. */
export function entryOf(cube: MemCube): ManifestEntry {
  return { cube: cube.id, version: cube.version, sha256: sha256(textOf(cube) ?? "") };
}
