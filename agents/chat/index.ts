export {
  type ChatAgent,
  type ChatAgentOptions,
  chatAgent,
  type SayOptions,
  sayOptionsSchema,
} from "./chatAgent.js";
export { AGENT_LIMITS } from "./limits.js";
