export {
  type ChatAgent,
  type ChatAgentOptions,
  type Continued,
  chatAgent,
  type SayOptions,
  sayOptionsSchema,
} from "./chatAgent.js";
export { AGENT_LIMITS } from "./limits.js";
