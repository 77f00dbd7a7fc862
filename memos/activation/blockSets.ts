import * as z from "zod";
import { type CubeId, contentHash, cubeIdSchema, LIMITS, type Scope } from "../../memcube/index.js";
import { type Block as PlacementBlock, tierSchema } from "../lifecycle/placement/policy.js";
import { parse } from "../parse.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import type { CubeSet } from "./block.js";
import { admit, type BlockCandidate, kindOf, type LeftOut } from "./candidate.js";
import { againstHot } from "./hotMark.js";
import { Packing } from "./packing.js";

const tokens = z.int().min(1).max(LIMITS.contextTokens);
const amount = z.number().nonnegative();

export const blockSettingsSchema = z
  .strictObject({
    /** Of a compiled state, as the engine stores it. */
    bytesPerToken: z.int().positive(),
    /** Of all sets of a scope together: every prompt begins with them. */
    tokens: tokens.default(4_096),
    /** Of one set of hot cubes. */
    setTokens: tokens.default(1_024),
    /** A cube comes in at this heat, and stays until it is below that. */
    enterHeat: amount.default(2),
    leaveHeat: amount.default(1),
    /** A cube that changes oftener than this does not come in; one that changes oftener than that leaves. */
    enterChangesPerWeek: amount.default(0.5),
    leaveChangesPerWeek: amount.default(2),
  })
  .refine((value) => value.leaveHeat <= value.enterHeat, "leaveHeat is above enterHeat")
  .refine(
    (value) => value.leaveChangesPerWeek >= value.enterChangesPerWeek,
    "leaveChangesPerWeek is below enterChangesPerWeek",
  )
  .meta({ id: "BlockSettings" });

export type BlockSettings = z.input<typeof blockSettingsSchema>;

/** What must be remembered of a set until the sets are made again. */
export const rememberedSetSchema = z
  .strictObject({ id: z.string().min(1).max(256), tier: tierSchema, cubes: z.array(cubeIdSchema) })
  .meta({ id: "RememberedSet" });

export type RememberedSet = z.infer<typeof rememberedSetSchema>;

export interface BlockSet extends CubeSet {
  /** What the placement policy decides on. */
  readonly placement: PlacementBlock;
}

export interface BlockSets {
  readonly sets: readonly BlockSet[];
  readonly leftOut: readonly LeftOut[];
}

export interface BlockSurroundings {
  /** Whose prompts begin with the block; a cube outside it is in no set. */
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The sets as they were made last, with the tiers that they are in now. */
  readonly previous: readonly RememberedSet[];
  readonly counter: TokenCounter;
}

/**
 * The sets of cubes that the prompts of a scope may begin with: core cubes, pinned ones (priority above 0), and
 * hot ones that seldom change. Deterministic, and slow to move: a hot cube comes in at one mark and leaves below a
 * lower one, it stays in the set that it came into, and newcomers go into the last set or a new one, so that what
 * stands before keeps its bytes.
 *
 * @param candidates some hundred, the hottest of a scope: each that is hot enough is counted.
 * @throws MemosError INVALID_INPUT for settings that are not valid.
 */
export function blockSets(
  candidates: readonly BlockCandidate[],
  { scope, now, previous, counter }: BlockSurroundings,
  settings: BlockSettings,
): BlockSets {
  const wanted = parse(blockSettingsSchema, settings);
  const name = contentHash(scope).slice(0, 16);
  const leftOut: LeftOut[] = [];
  const leaveOut = ({ cube }: BlockCandidate, reason: LeftOut["reason"]) =>
    leftOut.push({ cube: cube.id, reason });
  const admitted = admit(candidates, scope, now, leaveOut);
  const packing = new Packing(wanted, counter);

  for (const kind of ["core", "pinned"] as const) {
    packing.begin(`${name}/${kind}`, kind);
    for (const candidate of admitted)
      if (kindOf(candidate.cube) === kind && !packing.put(candidate)) leaveOut(candidate, "room");
  }

  // Those that are in a set stay in it, and make up the order of the sets.
  const hot = new Map<CubeId, BlockCandidate>();
  for (const candidate of admitted)
    if (kindOf(candidate.cube) === "hot") hot.set(candidate.cube.id, candidate);
  const moving: BlockCandidate[] = [];
  const before = previous.filter(({ id }) => hotNumber(id, name) > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, cubes } of before) {
    packing.begin(id, "hot");
    for (const cube of [...cubes].sort()) {
      const candidate = hot.get(cube);
      if (candidate === undefined) continue;
      hot.delete(cube);
      const reason = againstHot(candidate, true, wanted);
      if (reason !== undefined) leaveOut(candidate, reason);
      else if (!packing.fitsLast(candidate)) moving.push(candidate);
      else if (!packing.put(candidate)) leaveOut(candidate, "room");
    }
  }

  for (const candidate of hot.values()) {
    const reason = againstHot(candidate, false, wanted);
    if (reason !== undefined) leaveOut(candidate, reason);
    else moving.push(candidate);
  }
  moving.sort((a, b) => b.heat - a.heat || (a.cube.id < b.cube.id ? -1 : 1));
  let number = hotNumber(before.at(-1)?.id ?? "", name);
  for (const candidate of moving) {
    if (!packing.fitsAlone(candidate)) leaveOut(candidate, "large");
    else if (!packing.hasRoom(candidate)) leaveOut(candidate, "room");
    else {
      if (!packing.fitsLast(candidate))
        packing.begin(`${name}/hot-${String(++number).padStart(6, "0")}`, "hot");
      packing.put(candidate);
    }
  }
  return { sets: placed(packing, previous, wanted.bytesPerToken), leftOut };
}

/** The number of a hot set of this scope, 0 for every other. */
function hotNumber(id: string, name: string): number {
  const prefix = `${name}/hot-`;
  return id.startsWith(prefix) ? Number(id.slice(prefix.length)) : 0;
}

function placed(packing: Packing, previous: readonly RememberedSet[], bytesPerToken: number): BlockSet[] {
  const tiers = new Map(previous.map(({ id, tier }) => [id, tier]));
  let changesPerWeek = 0;
  return packing.drafts.flatMap((draft): BlockSet[] => {
    const { id, kind, members } = draft;
    if (members.length === 0) return [];
    const size = packing.tokensOf(draft);
    // A change of what stands before a set makes its state worthless as well.
    changesPerWeek += members.reduce((sum, { candidate }) => sum + candidate.changesPerWeek, 0);
    const placement: PlacementBlock = {
      id,
      tokens: size,
      bytes: size * bytesPerToken,
      // Together they are used at least as often as the most used of them.
      usesPerDay: Math.max(...members.map(({ candidate }) => candidate.usesPerDay)),
      changesPerWeek,
      tier: tiers.get(id) ?? "plaintext",
    };
    const cubes = members.map(({ candidate }) => candidate.cube).sort((a, b) => (a.id < b.id ? -1 : 1));
    return [{ id, kind, cubes, placement }];
  });
}
