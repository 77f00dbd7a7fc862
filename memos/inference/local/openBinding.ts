import type { Llama } from "node-llama-cpp";
import { MemosError } from "../../../memcube/index.js";
import type { Binding } from "./binding.js";
import type { ProcessSettings } from "./protocol.js";

/** @throws MemosError ENGINE_UNAVAILABLE when no build that is installed runs on this machine. */
export async function openBinding(
  binding: Binding,
  { gpu, threads }: Pick<ProcessSettings, "gpu" | "threads">,
): Promise<Llama> {
  try {
    return await binding.getLlama({
      gpu,
      build: "never",
      skipDownload: true,
      // The library would take at least four: on two cores that is a hundred times slower.
      maxThreads: threads,
      progressLogs: false,
      logLevel: binding.LlamaLogLevel.error,
    });
  } catch (cause) {
    throw new MemosError("ENGINE_UNAVAILABLE", "No build of llama.cpp that is installed runs here.", {
      cause,
    });
  }
}
