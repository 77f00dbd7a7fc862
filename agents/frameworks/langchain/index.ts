export { MemosChatHistory } from "./chatHistory.js";
export { type MemoryMetadata, MemosRetriever, type MemosRetrieverInput } from "./retriever.js";
export { memoryTools } from "./tools.js";
