export type { MemCube, PortableCube, Scope, Version } from "../memcube/index.js";
export { type ErrorCode, isMemosError, MemosError } from "../memcube/index.js";
export { Activations } from "./activation/activations.js";
export * from "./activation/operations.js";
export { type ApiKeyOptions, ApiKeys } from "./apiKeys.js";
export * from "./batch.js";
export { CHAT_LIMITS } from "./chat/limits.js";
export * from "./chat/operations.js";
export type { ChatParts, ChatRecall, ChatTool, KeptConversation, RecallRequest } from "./chat/parts.js";
export { type ExtractionQuestion, NOTES_QUESTION } from "./extraction/index.js";
export type { NoteExtraction, NotesRead } from "./extraction/noteExtraction.js";
export type { Reader, Reading, ReadingResult } from "./extraction/reader.js";
export * from "./filter.js";
export * from "./governance/firewall/index.js";
export * from "./governance/index.js";
export * from "./governance/vault/vault.js";
export * from "./inference/index.js";
export { Knowledge } from "./knowledge/knowledge.js";
export * from "./knowledge/operations.js";
export { Consolidation } from "./lifecycle/consolidation/consolidation.js";
export type {
  Distillate,
  Distiller,
  Episode,
  Evidence,
  Insights,
} from "./lifecycle/consolidation/distiller.js";
export * from "./lifecycle/consolidation/operations.js";
export { Forgetting } from "./lifecycle/forgetting/forgetting.js";
export * from "./lifecycle/forgetting/operations.js";
export * from "./lifecycle/heat.js";
export { Lifecycle } from "./lifecycle/lifecycle.js";
export * from "./lifecycle/operations.js";
export * from "./lifecycle/policy.js";
export { TimeMachine } from "./lifecycle/timeMachine.js";
export type { Logger } from "./logger.js";
export {
  MemOS,
  type OpenOptions,
  type ReaderHost,
  type ReaderMaker,
  type RebuildOptions,
  type SignalOption,
} from "./memos.js";
export { migrateLedger, undoMigration } from "./migration/migrateLedger.js";
export * from "./migration/operations.js";
export { type Embedded, MODEL_LIMITS, type ModelList, Models } from "./models.js";
export { NEAREST_LIMITS } from "./nearest/limits.js";
export * from "./nearest/operations.js";
export * from "./operations.js";
export { ORDER_LIMITS } from "./order/limits.js";
export * from "./order/operations.js";
export { Adapters } from "./parametric/adapters.js";
export * from "./parametric/operations.js";
export type { Trained, Trainer, TrainerReport, TrainingJob } from "./parametric/trainer.js";
export { parse } from "./parse.js";
export { Jobs } from "./scheduler/jobs.js";
export * from "./scheduler/operations.js";
export { verifyWebhook, type WebhookOptions, Webhooks } from "./scheduler/webhooks.js";
export type { HandlerOptions, JobContext } from "./scheduler/worker.js";
export * from "./store/backup/index.js";
export type { RebuildProgress } from "./store/index/flusher.js";
export { OBJECT_LIMITS } from "./store/objects/limits.js";
export type { Collected } from "./store/objects/orphans.js";
export type { ObjectOptions } from "./store/objects/settings.js";
export { type Observer, type Outcome, observe, type Running } from "./telemetry/observing.js";
export * from "./traces/operations.js";
export { Traces } from "./traces/traces.js";
export { type Vitals, vitalsSchema } from "./vitals.js";
