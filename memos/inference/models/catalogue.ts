import * as z from "zod";
import { sha256Schema } from "../../../memcube/index.js";

export const catalogueEntrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  url: z.url({ protocol: /^https$/ }),
  /** To plan with; the server says the exact length. */
  aboutBytes: z.int().positive(),
  /** `null` where nobody who wrote this list could compute it. */
  sha256: sha256Schema.nullable(),
  licence: z.string().min(1),
  /** What it is good for. */
  purpose: z.string().min(1),
});

export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/**
 * Small instruct models to begin with. Their checksums are not part of this list: a download is checked against what
 * the server announces (its length, and the SHA-256 that Hugging Face sends along), and by its GGUF header.
 */
export const CATALOGUE: readonly CatalogueEntry[] = z.array(catalogueEntrySchema).parse([
  {
    name: "smollm2-360m",
    url: "https://huggingface.co/HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/resolve/main/smollm2-360m-instruct-q8_0.gguf",
    aboutBytes: 386_000_000,
    sha256: null,
    licence: "Apache-2.0",
    purpose: "the smallest: to try things out",
  },
  {
    name: "qwen2.5-0.5b",
    url: "https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/main/qwen2.5-0.5b-instruct-q4_k_m.gguf",
    aboutBytes: 491_000_000,
    sha256: null,
    licence: "Apache-2.0",
    purpose: "many languages, on any machine",
  },
  {
    name: "llama-3.2-1b",
    url: "https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
    aboutBytes: 808_000_000,
    sha256: null,
    licence: "Llama 3.2 Community License",
    purpose: "English chat",
  },
  {
    name: "qwen2.5-1.5b",
    url: "https://huggingface.co/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/main/qwen2.5-1.5b-instruct-q4_k_m.gguf",
    aboutBytes: 1_120_000_000,
    sha256: null,
    licence: "Apache-2.0",
    purpose: "chat and extraction, with 2 GB to spare",
  },
]);
