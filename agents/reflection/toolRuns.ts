import type { MemCube } from "../../memcube/index.js";
import type { Episode } from "../../memos/index.js";
import { isStopWord, termsOf } from "../../memos/retrieval/analysis.js";
import { episodeText } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";

/** Tools that were used one after the other for one request. */
export interface ToolRun {
  readonly session: string;
  /** Their names in order; the same one several times in a row is one step. */
  readonly tools: readonly string[];
  /** Words of the request, each a condition that another run may have too. */
  readonly asked: readonly string[];
  readonly cubes: readonly MemCube[];
}

/** What stands for a tool without a name. */
const NAMELESS = /^(?:tool|function|assistant|system)$/iu;

/**
 * The runs of tools in sessions, from one message of the user to the next. What tools answered is not read: a web
 * page does not say how things are done.
 */
export function toolRunsIn(episodes: readonly Episode[]): ToolRun[] {
  const sessions = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const { session } = episode.cube.scope;
    if (session !== undefined) sessions.set(session, [...(sessions.get(session) ?? []), episode]);
  }
  return [...sessions].flatMap(([session, turns]) => runsOf(session, turns));
}

function runsOf(session: string, turns: readonly Episode[]): ToolRun[] {
  const runs: ToolRun[] = [];
  let request: Episode | undefined;
  let cubes: MemCube[] = [];
  const end = () => {
    const tools = cubes
      .map(({ provenance }) => provenance.actor)
      .filter((name, at, names) => name !== names[at - 1]);
    const usable = new Set(tools).size > 1 && tools.length <= REFLECTION_LIMITS.steps;
    if (usable && !tools.some((name) => NAMELESS.test(name)))
      runs.push({ session, tools, asked: request === undefined ? [] : wordsOf(request), cubes });
    cubes = [];
  };
  for (const turn of turns) {
    if (turn.cube.provenance.origin === "tool") cubes.push(turn.cube);
    else if (turn.cube.provenance.origin === "user") {
      end();
      request = turn;
    }
  }
  end();
  return runs;
}

function wordsOf(request: Episode): string[] {
  const words =
    episodeText(request)
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}-]{3,}/gu) ?? [];
  const telling = words.filter((word) => !termsOf(word).every(isStopWord));
  return [...new Set(telling)].map((word) => `Asked about: ${word}`);
}
