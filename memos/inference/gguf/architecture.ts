/** What a model is for: conversation, or vectors of texts. */
export type ModelPurpose = "chat" | "embedding";

/**
 * Architectures that are accepted, as `general.architecture` names them. llama.cpp knows more; what is not here has
 * a kind of cache that the state files of this program do not cover, or is no model of text.
 */
const PURPOSES: ReadonlyMap<string, ModelPurpose> = new Map([
  ...[
    "llama",
    "mistral3",
    "qwen2",
    "qwen2moe",
    "qwen3",
    "qwen3moe",
    "gemma",
    "gemma2",
    "gemma3",
    "phi2",
    "phi3",
    "granite",
    "olmo2",
    "smollm3",
    "stablelm",
    "starcoder2",
    "internlm2",
    "command-r",
    "cohere2",
    "exaone",
    "falcon",
    "glm4",
  ].map((name) => [name, "chat"] as const),
  ...["bert", "nomic-bert", "jina-bert-v2", "gemma-embedding"].map((name) => [name, "embedding"] as const),
]);

/** What an architecture is for; undefined for one that is not accepted. */
export function purposeOf(architecture: string): ModelPurpose | undefined {
  return PURPOSES.get(architecture);
}
