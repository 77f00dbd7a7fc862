export { adapterName } from "./adapterName.js";
export * from "./batching/index.js";
export {
  type ChatAnswer,
  type ChatModel,
  type ChatRequest,
  OpenAIChatModel,
  type OpenAIChatModelOptions,
} from "./chatModel.js";
export type { Embedder, EmbedderFingerprint, EmbedOptions } from "./embedder.js";
export type {
  AdapterUse,
  AnsweredTokens,
  ChatMessage,
  Compiled,
  CompileRequest,
  DecideOptions,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  EngineModel,
  GenerateEvent,
  GenerateRequest,
  Prefix,
  PrefixCapabilities,
  StoredState,
  TokenUse,
  ToolDefinition,
} from "./engine.js";
export { EngineChatModel } from "./engineChatModel.js";
export { HashingEmbedder } from "./hashing.js";
export type { SavedSlot } from "./llamaServer.js";
export { LlamaServerEngine, type LlamaServerOptions, type SlotRequest } from "./llamaServerEngine.js";
export type { LMCacheOptions } from "./lmcache.js";
export { LocalEngine } from "./local/localEngine.js";
export type { LocalEngineOptions } from "./local/options.js";
export { NoneEmbedder } from "./none.js";
export { OpenAIEmbedder, type OpenAIEmbedderOptions } from "./openai.js";
export { OpenAIEngine, type OpenAIEngineOptions } from "./openaiEngine.js";
export { StaticEmbedder } from "./static.js";
export { type KeepOptions, type KeptPrefix, keepPrefix, type Warmed, warm } from "./warming.js";
