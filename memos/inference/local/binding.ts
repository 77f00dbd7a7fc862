import { MemosError } from "../../../memcube/index.js";

export type Binding = typeof import("node-llama-cpp");

/**
 * The binding of llama.cpp. Only the process of the engine loads it: native code that fails ends its process.
 *
 * @throws MemosError ENGINE_UNAVAILABLE when the package is not installed.
 */
export async function loadBinding(): Promise<Binding> {
  try {
    return await import("node-llama-cpp");
  } catch (cause) {
    throw new MemosError("ENGINE_UNAVAILABLE", "The package node-llama-cpp is not installed.", { cause });
  }
}
