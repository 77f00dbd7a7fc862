import type { StoredState } from "../inference/engine.js";
import { readContainer, writeContainer } from "./container.js";
import { decodePayload } from "./decode.js";
import { PRESSES } from "./press/index.js";
import { stateInvalid } from "./stateInvalid.js";

/**
 * Writes a stored state again, compressed. Runs in slices of some milliseconds.
 *
 * @param headSize numbers of one attention head; without it importance cannot be told and all tokens are kept alike.
 * @throws MemosError STATE_INVALID for a file that is not what was written, UNSUPPORTED for a state that the press
 * does not take, DISK_FULL.
 */
export async function compressed(
  source: StoredState,
  path: string,
  codec: "kivi" | "mikv",
  headSize: number | undefined,
): Promise<{ sha256: string; bytes: number; codec: string }> {
  const { header, payload } = await readContainer(source.path, { sha256: source.sha256 });
  const state = await decodePayload(header, payload);
  const press = PRESSES.get(headSize === undefined ? "kivi" : codec);
  if (press === undefined) throw stateInvalid(`There is no codec ${codec}.`);
  const { name, parameters, chunks } = await press.encode(state, press.name === "mikv" ? { headSize } : {});
  const payloadBytes = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const written = await writeContainer(
    path,
    { ...header, codec: { name, parameters: { ...parameters } }, payloadBytes },
    chunks,
  );
  return { ...written, codec: name };
}
