import { MemosError } from "../../../memcube/index.js";
import type { Adapter } from "./adapter.js";

/** PEFT's two files, in the folder that was named. */
export interface PeftFiles {
  readonly weights: { readonly path: string; readonly sha256: string; readonly bytes: number };
  readonly config: { readonly path: string; readonly sha256: string; readonly bytes: number };
}

export async function readPeft(_folder: string): Promise<Adapter> {
  throw new MemosError("INTERNAL", "not built yet");
}

export async function writePeft(_folder: string, _adapter: Adapter, _baseName: string): Promise<PeftFiles> {
  throw new MemosError("INTERNAL", "not built yet");
}
