import { timesIn } from "../../graph/extraction/index.js";
import type { MemCube, Scope } from "../../memcube/index.js";
import { textOf } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { happened, inTimeOrder, spanFilter } from "../happened.js";
import { AGENT_LIMITS } from "./limits.js";
import type { SpokenTime } from "./spokenTime.js";

const DAY = 86_400_000;

/**
 * What happened in a time, in order: what was recorded or is dated then, and what was told in the days after and
 * speaks of a time within it ("I went hiking on Saturday", said on Monday).
 */
export async function happenedIn(
  memos: MemOS,
  owner: Scope,
  { from, to }: Pick<SpokenTime, "from" | "to">,
  signal: AbortSignal | undefined,
): Promise<MemCube[]> {
  const told = new Date(Date.parse(to) + AGENT_LIMITS.toldWithinDays * DAY).toISOString();
  const { cubes } = await memos.list(owner, {
    types: ["episodic"],
    limit: AGENT_LIMITS.scannedInTime,
    order: "oldest",
    where: spanFilter(from, told),
    signal,
  });
  return cubes
    .filter((cube) => {
      const at = happened(cube);
      if (Date.parse(at) < Date.parse(to)) return true;
      const text = (textOf(cube) ?? "").slice(0, AGENT_LIMITS.toldCharacters);
      return timesIn(text, new Date(at)).some((time) => time.from >= from && time.to <= to);
    })
    .sort(inTimeOrder);
}
