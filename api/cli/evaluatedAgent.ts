import type { Command } from "commander";
import * as z from "zod";
import type { Agent } from "../../eval/agents/agent.js";
import { agentKey } from "./config.js";
import { createEmbedder } from "./embedder.js";
import { configurationOf } from "./store.js";
import { UsageError } from "./usageError.js";

const AGENTS = ["memos", "memos-rest", "long-context", "bm25", "vector", "grep", "mem0", "openai"] as const;

/** Tokens that the model behind an endpoint is taken to have room for: the largest that is sold. */
const ENDPOINT_CONTEXT_TOKENS = 2_000_000;

/** The options that name a system under test. */
export const agentChoice = {
  agent: z.enum(AGENTS),
  url: z.url({ protocol: /^https?$/ }).optional(),
  agentModel: z.string().min(1).optional(),
};

export type AgentChoice = z.output<z.ZodObject<typeof agentChoice>>;

/** Makes the system under test that was chosen. */
export async function createAgent(command: Command, { agent, url, agentModel }: AgentChoice): Promise<Agent> {
  const embedder = () => createEmbedder(configurationOf(command).embedder);
  const address = () => {
    if (url === undefined) throw new UsageError(`--agent ${agent} needs --url, the address of its server.`);
    return { url, key: agentKey() };
  };
  switch (agent) {
    case "memos":
      return (await import("../../eval/agents/memos.js")).memosAgent(await embedder());
    case "memos-rest":
      return (await import("../../eval/agents/rest.js")).restAgent(address());
    case "long-context":
      return (await import("../../eval/agents/longContext.js")).longContextAgent();
    case "bm25":
      return (await import("../../eval/agents/bm25.js")).bm25Agent();
    case "vector":
      return (await import("../../eval/agents/vector.js")).vectorAgent(await embedder());
    case "grep":
      return (await import("../../eval/agents/grep.js")).grepAgent();
    case "mem0":
      return (await import("../../eval/agents/mem0.js")).mem0Agent(address());
    case "openai": {
      const { url: baseURL, key = "none" } = address();
      if (agentModel === undefined)
        throw new UsageError("--agent openai needs --agent-model, the name of the model to ask.");
      const { OpenAIEngine } = await import("../../memos/inference/index.js");
      const { chatAgent } = await import("../../eval/agents/chat.js");
      const options = { baseURL, apiKey: key, model: agentModel, contextTokens: ENDPOINT_CONTEXT_TOKENS };
      return chatAgent(new OpenAIEngine(options));
    }
  }
}
