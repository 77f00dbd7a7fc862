import { type Team, team } from "../../../agents/index.js";
import type { MemOS, OpenOptions } from "../../../memos/index.js";
import { type Lifetime, openMemos } from "../../memos/support.js";

export const TENANT = "acme";

export function agent(id: string, tenant = TENANT) {
  return { tenant, kind: "agent", id } as const;
}

export interface Crew {
  readonly memos: MemOS;
  readonly path: string;
  readonly crew: Team;
  readonly planner: MemOS;
  readonly writer: MemOS;
}

/** A team of a planner and a writer, who may both write. */
export async function crewOf(t: Lifetime, options: Partial<OpenOptions> = {}): Promise<Crew> {
  const { memos, path } = await openMemos(t, options);
  const crew = team(memos, { tenant: TENANT, name: "launch" });
  await crew.join("planner", { may: "write" });
  await crew.join("writer", { may: "write" });
  return { memos, path, crew, planner: memos.as(agent("planner")), writer: memos.as(agent("writer")) };
}
