import type { Distillate, Episode, Evidence } from "../../memos/index.js";
import { sayingOf } from "../../memos/lifecycle/consolidation/nearDuplicate.js";
import { type Steps, stepsIn } from "../controller/rules/steps.js";
import { procedural } from "../types/index.js";
import { episodeText } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";
import { toolRunsIn } from "./toolRuns.js";

/** An account of how something was done. */
interface Way extends Steps {
  /** What two accounts of the same have in common. */
  readonly key: string;
  /** Accounts of one occasion count once. */
  readonly occasion: string;
  readonly evidence: readonly Evidence[];
}

/** An order is said in so many words, or is one of a list; a sentence with commas is none. */
const ORDERED =
  /\b(?:first|then|after that|afterwards|next|finally)\b|(?:→|->|=>)|^\s*(?:\d{1,3}[.)]|[-*•])\s/imu;

/** Whether a text gives steps in an order. */
export function isOrdered(text: string): boolean {
  return ORDERED.test(text) && stepsIn(text) !== undefined;
}

/**
 * What is done the same way, step by step, at least so many times: told by somebody, or done with tools, of which
 * only the names count. Accounts are the same when their steps are, in words and in order.
 */
export function repeatedSteps(episodes: readonly Episode[], atLeast: number): Distillate[] {
  const ways = [...episodes.flatMap((episode) => told(episode) ?? []), ...toolRunsIn(episodes).map(done)];
  const bySteps = new Map<string, Way[]>();
  for (const way of ways) bySteps.set(way.key, [...(bySteps.get(way.key) ?? []), way]);
  return [...bySteps].flatMap(([key, same]) => {
    const occasions = new Set(same.map(({ occasion }) => occasion)).size;
    return occasions < atLeast ? [] : (skillOf(key, same, occasions) ?? []);
  });
}

function told(episode: Episode): Way | undefined {
  const { cube } = episode;
  if (cube.provenance.origin === "tool" || cube.provenance.origin === "document") return undefined;
  const text = episodeText(episode);
  if (text.includes("?") || !ORDERED.test(text)) return undefined;
  const found = stepsIn(text);
  if (found === undefined || found.steps.length < 2 || found.steps.length > REFLECTION_LIMITS.steps)
    return undefined;
  const words = found.steps.map((step) => sayingOf(step).words.join(" "));
  // Steps without a word say nothing, and the same step over and over is no way.
  if (words.includes("") || new Set(words).size < 2) return undefined;
  return {
    ...found,
    key: `told: ${JSON.stringify(words)}`,
    occasion: cube.scope.session ?? cube.id,
    evidence: [{ cube }],
  };
}

function done({ tools, asked, cubes, session }: ReturnType<typeof toolRunsIn>[number]): Way {
  return {
    name: tools.join(" → "),
    preconditions: asked,
    steps: tools.map((tool) => `Use ${tool}`),
    key: `tools: ${JSON.stringify(tools)}`,
    occasion: session,
    evidence: cubes.map((cube) => ({ cube })),
  };
}

/** One skill of several accounts: under the conditions that all of them have. */
function skillOf(key: string, all: readonly Way[], occasions: number): Distillate | undefined {
  const latest = all.at(-1) as Way;
  const evidence = all.flatMap((way) => way.evidence).slice(-REFLECTION_LIMITS.evidence);
  const { data: content } = procedural.schema.safeParse({
    name: latest.name,
    kind: "workflow",
    preconditions: latest.preconditions.filter((condition) =>
      all.every(({ preconditions }) => preconditions.includes(condition)),
    ),
    steps: latest.steps,
  });
  if (content === undefined) return undefined;
  const { text, title, format, metadata } = procedural.draft(content);
  return {
    about: key,
    type: "procedural",
    ...(title === undefined ? {} : { title }),
    text: text ?? "",
    format: format === "markdown" ? "markdown" : "text",
    metadata: metadata as Record<string, string>,
    why: `The same steps were taken on ${occasions} occasions.`,
    evidence,
  };
}
