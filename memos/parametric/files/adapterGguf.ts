import { MemosError } from "../../../memcube/index.js";
import type { Adapter } from "./adapter.js";
import type { BaseShape } from "./baseShape.js";

export type AdapterGgufType = "F32" | "F16";

export async function writeAdapterGguf(
  _path: string,
  _adapter: Adapter,
  _base: BaseShape,
  _type: AdapterGgufType,
): Promise<{ sha256: string; bytes: number }> {
  throw new MemosError("INTERNAL", "not built yet");
}

export async function readAdapterGguf(_path: string, _base: BaseShape): Promise<Adapter> {
  throw new MemosError("INTERNAL", "not built yet");
}
