import { agents } from "./agents.js";
import { classify } from "./classify.js";
import { facts } from "./facts.js";
import { haystack } from "./haystack.js";
import { channels, locomo } from "./locomo.js";
import { multiHop } from "./retrieval.js";
import { sessions } from "./sessions.js";
import { sort } from "./sort.js";
import type { Suite } from "./suite.js";

/** Every suite. */
export const SUITES: readonly Suite[] = [
  ...facts,
  ...classify,
  ...sort,
  agents,
  haystack,
  sessions,
  locomo,
  channels,
  ...multiHop,
];
