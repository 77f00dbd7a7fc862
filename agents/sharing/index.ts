export { conflicts } from "./conflicts.js";
export { handOver } from "./handOver.js";
export { endHandOver, handOvers } from "./handOvers.js";
export { SHARING_LIMITS } from "./limits.js";
export {
  type Conflict,
  type ConflictOptions,
  type Conflicts,
  conflictOptionsSchema,
  conflictSchema,
  conflictsSchema,
  type EndedHandOver,
  endedHandOverSchema,
  type HandOverInput,
  type HandOverReceipt,
  type HandOvers,
  handOverInputSchema,
  handOverReceiptSchema,
  handOversSchema,
  type JoinOptions,
  joinOptionsSchema,
  type Member,
  memberSchema,
  type ResolveOptions,
  resolveOptionsSchema,
  type TeamName,
} from "./operations.js";
export { resolveConflict } from "./resolve.js";
export { type Shared, shareMemory } from "./shareMemory.js";
export { type Team, team } from "./team.js";
