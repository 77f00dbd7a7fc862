import type { Embedder } from "../../memos/index.js";
import type { EmbedderChoice } from "./config.js";

/** Makes the embedder that was chosen. */
export async function createEmbedder(choice: EmbedderChoice): Promise<Embedder> {
  const { HashingEmbedder, NoneEmbedder, OpenAIEmbedder, StaticEmbedder } = await import(
    "../../memos/inference/index.js"
  );
  switch (choice.kind) {
    case "static":
      return StaticEmbedder.load();
    case "hashing":
      return new HashingEmbedder();
    case "none":
      return new NoneEmbedder();
    case "openai": {
      const { url: baseURL, model, dimension, key } = choice;
      return new OpenAIEmbedder({ baseURL, model, dimension, ...(key === undefined ? {} : { apiKey: key }) });
    }
  }
}
