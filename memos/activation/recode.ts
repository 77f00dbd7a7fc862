import type { StoredState } from "../inference/engine.js";
import { type ContainerHeader, readContainer, writeContainer } from "./container.js";
import { decodePayload } from "./decode.js";
import { PRESSES, type Press } from "./press/index.js";
import type { StateFile } from "./state.js";
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
  return writePressed(header, state, path, press, press.name === "mikv" ? { headSize } : {});
}

/** A state in a container of its own, as a press with these options keeps it. @throws as `compressed`. */
export async function writePressed(
  header: ContainerHeader,
  state: StateFile,
  path: string,
  press: Press,
  options: Readonly<Record<string, unknown>>,
): Promise<{ sha256: string; bytes: number; codec: string }> {
  const { name, parameters, chunks } = await press.encode(state, options);
  const payloadBytes = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const written = await writeContainer(
    path,
    { ...header, codec: { name, parameters: { ...parameters } }, payloadBytes },
    chunks,
  );
  return { ...written, codec: name };
}
