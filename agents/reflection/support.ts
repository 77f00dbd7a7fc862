import { isGrounded } from "../../memos/extraction/grounded.js";
import type { Episode } from "../../memos/index.js";
import { isStopWord, termsOf } from "../../memos/retrieval/analysis.js";
import { episodeText } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";

/** Words that claim more than episodes can bear out, unless one of them uses them. */
const ABSOLUTE =
  /\b(?:always|never|every(?:one|body|thing|where|day|time)?|nobody|nothing|all|forever|must)\b/giu;

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const MONTH = new RegExp(`\\b(?:${MONTHS.join("|")})\\b`, "gu");

/** Days around an episode that its "last week" or "tomorrow" may mean. */
const REACH_MS = 14 * 86_400_000;

/** Share of the telling words of an insight that its evidence has; the rest is how it is put. */
const SUPPORTED = 0.6;

/** Telling words of the evidence together that each episode named has at least: else it is named for nothing. */
const SHARED_TERMS = 1;

/**
 * Why a statement is not borne out by the episodes that it names: a sentence, or undefined where it is. Its numbers,
 * dates and names are theirs, most of its words are, and it claims no more than they do.
 */
export function unsupported(text: string, evidence: readonly Episode[]): string | undefined {
  if (text === "" || !text.isWellFormed() || text.includes("\u0000"))
    return "It says nothing that can be kept.";
  if (text.length > REFLECTION_LIMITS.insightCharacters) return "It is longer than was asked for.";
  if (evidence.length < REFLECTION_LIMITS.insightEvidence)
    return `It names fewer than ${REFLECTION_LIMITS.insightEvidence} episodes that bear it out.`;
  const cubes = evidence.map(({ cube, speaker }) => ({
    ...cube,
    provenance: { ...cube.provenance, actor: speaker },
  }));
  if (!isGrounded(text, cubes) || !monthsKnown(text, evidence))
    return "A number, a date or a name in it is in none of the episodes that it names.";
  const said = evidence.map((episode) => `${episode.speaker} ${episodeText(episode)}`.toLowerCase());
  const claims = text.toLowerCase().match(ABSOLUTE) ?? [];
  if (claims.some((claim) => !said.some((episode) => new RegExp(`\\b${claim}\\b`, "u").test(episode))))
    return "It claims more than the episodes that it names.";
  const terms = [...new Set(termsOf(text).filter((term) => !isStopWord(term)))];
  const theirs = said.map((episode) => new Set(termsOf(episode)));
  const supported = terms.filter((term) => theirs.some((episode) => episode.has(term)));
  if (supported.length === 0 || supported.length < terms.length * SUPPORTED)
    return "Most of its words are in none of the episodes that it names.";
  const idle = evidence.findIndex(({ speaker }, at) => {
    const name = new Set(termsOf(speaker));
    const shared = supported.filter((term) => !name.has(term) && theirs[at]?.has(term) === true);
    return shared.length < SHARED_TERMS;
  });
  return idle === -1 ? undefined : "It names an episode that has nothing of it.";
}

/** A month is one that an episode names, or in which it was, or nearly. */
function monthsKnown(text: string, evidence: readonly Episode[]): boolean {
  const known = evidence.flatMap((episode) => {
    const { occurredAt, recordedAt } = episode.cube.time;
    const at = Date.parse(occurredAt ?? recordedAt);
    const around = [at - REACH_MS, at, at + REACH_MS].map((time) => MONTHS[new Date(time).getUTCMonth()]);
    return [...around, ...(episodeText(episode).match(MONTH) ?? [])];
  });
  return (text.match(MONTH) ?? []).every((month) => known.includes(month));
}
