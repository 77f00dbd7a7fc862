export {
  BATCH_LIMITS,
  type BatchGroup,
  type BatchOptions,
  type BatchPlan,
  type PlannedRequest,
  planBatches,
} from "./plan.js";
export { type BatchRequest, type BatchResult, type BatchRun, runBatch } from "./run.js";
export { type CacheSettings, simulatePrefill } from "./simulation.js";
