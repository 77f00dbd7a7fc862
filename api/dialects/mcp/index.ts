export { KnowledgeGraph } from "./graph/knowledgeGraph.js";
export { MCP_METHODS, MCP_PATH, mcpHandler } from "./http.js";
export { MCP_LIMITS } from "./limits.js";
export { createMemoryServer, type MemoryServer } from "./mcpServer.js";
export { serveStdio } from "./stdio.js";
