import { channels, locomo } from "./locomo.js";
import { multiHop } from "./retrieval.js";
import { sessions } from "./sessions.js";
import type { Suite } from "./suite.js";

/** Every suite, the quick ones first. */
export const SUITES: readonly Suite[] = [...multiHop, sessions, locomo, channels];
