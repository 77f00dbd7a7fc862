import { type MemCube, MemosError, type Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { orNothing } from "../orNothing.js";
import { SHARING_LIMITS } from "./limits.js";

/** A memory that is not handed over, and why. */
export interface Left {
  readonly cube: string;
  readonly reason: string;
}

/** What an agent has named. */
interface Named {
  readonly session?: string | undefined;
  readonly cubes: readonly string[];
  readonly linked: boolean;
}

/**
 * The memories that an agent hands over: the working memory of a session, those that it names, and what these link
 * to. All of it is in the agent's own space and read with its own rights; the rest is left, with the reason.
 *
 * @throws MemosError TOO_LARGE.
 */
export async function workingSet(
  view: MemOS,
  own: Scope,
  { session, cubes, linked }: Named,
): Promise<{ chosen: MemCube[]; left: Left[] }> {
  const named = [...new Set(cubes)];
  if (named.length > SHARING_LIMITS.handedOver) throw tooMany();
  const chosen = new Map<string, MemCube>();
  const left = new Map<string, string>();
  const take = (cube: MemCube, pulled: boolean) => {
    const reason = refusal(cube, pulled);
    if (reason === undefined) chosen.set(cube.id, cube);
    else left.set(cube.id, reason);
  };
  for (const cube of session === undefined ? [] : await working(view, { ...own, session })) take(cube, false);
  for (const id of named) {
    if (chosen.has(id)) continue;
    const cube = await orNothing(view.get(id, own));
    if (cube === undefined) left.set(id, NOT_THERE);
    else take(cube, false);
  }
  if (chosen.size > SHARING_LIMITS.handedOver) throw tooMany();
  const waiting = linked ? [...chosen.values()] : [];
  for (let cube = waiting.shift(); cube !== undefined; cube = waiting.shift())
    for (const { to } of cube.attributes.links ?? []) {
      if (chosen.has(to) || left.has(to)) continue;
      const found = await orNothing(view.get(to, own));
      if (found === undefined) left.set(to, NOT_THERE);
      else if (chosen.size === SHARING_LIMITS.handedOver) left.set(to, FULL);
      else take(found, true);
      if (chosen.has(to)) waiting.push(found as MemCube);
    }
  return { chosen: [...chosen.values()], left: [...left].map(([cube, reason]) => ({ cube, reason })) };
}

/** One reason for what is nowhere, elsewhere, forgotten or not to be read: which of these it is, is not told. */
const NOT_THERE = "It is not in the agent's own space, or not any more.";
const FULL = `A hand-over has ${SHARING_LIMITS.handedOver} memories at most.`;

function refusal(cube: MemCube, pulled: boolean): string | undefined {
  if (cube.type === "vault") return "Values of the vault are not handed over.";
  if (cube.payload.kind !== "plaintext") return "Only texts are handed over.";
  if (cube.governance.sensitivity === "secret") return "What is secret is not handed over.";
  if (cube.state !== "active")
    return `It is ${cube.state === "generated" ? "waiting for a review" : cube.state}.`;
  if (pulled && cube.governance.visibility === "private")
    return "It is private, and was not named: a link alone hands over what is shared.";
  return undefined;
}

function tooMany(): MemosError {
  return new MemosError("TOO_LARGE", `A hand-over has ${SHARING_LIMITS.handedOver} memories at most.`, {
    path: "cubes",
  });
}

async function working(view: MemOS, scope: Scope): Promise<MemCube[]> {
  const page = await view.list(scope, {
    types: ["working"],
    order: "oldest",
    limit: SHARING_LIMITS.handedOver,
  });
  if (page.cursor !== undefined) throw tooMany();
  return page.cubes;
}
