import type { SkillEstimate } from "../../agents/skills/skill.js";

/** "5 of 6 times; 48 % to 94 % expected". */
export function estimateText({ worked, failed, outdated, low, high }: SkillEstimate): string {
  const percent = (rate: number) => `${Math.round(rate * 100)} %`;
  const uses = worked + failed;
  const so = uses === 0 ? "never tried" : `${worked} of ${uses} times`;
  const past = outdated === 0 ? "" : `; called outdated ${outdated} ${outdated === 1 ? "time" : "times"}`;
  return `${so}; ${percent(low)} to ${percent(high)} expected${past}`;
}
