export { openApiDocument } from "./openapi.js";
export { createServer, type Server, type ServerOptions } from "./server.js";
