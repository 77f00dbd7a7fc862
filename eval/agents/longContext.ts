import type { Agent, AgentMemory, Chunk } from "./agent.js";

/** The whole text, whatever is asked: the upper bound of what can be found, at the price of all its tokens. */
export function longContextAgent(): Agent {
  return {
    name: "long-context",
    flavour: "longContext",
    settings: {},
    open: async () => new WholeText(),
    close: async () => {},
  };
}

export class WholeText implements AgentMemory {
  protected readonly chunks: Chunk[] = [];

  async memorise(chunk: Chunk): Promise<void> {
    this.chunks.push(chunk);
  }

  /** One passage, which is everything. */
  async retrieve(): Promise<string[]> {
    return this.chunks.length === 0 ? [] : [this.chunks.map(({ text }) => text).join("\n")];
  }

  async close(): Promise<void> {}
}
