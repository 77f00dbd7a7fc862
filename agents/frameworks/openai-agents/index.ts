export { MemosSession } from "./session.js";
export { memoryTools } from "./tools.js";
