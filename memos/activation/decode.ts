import type { ContainerHeader } from "./container.js";
import type { StateFile } from "./state.js";
import { parseState } from "./stateFile.js";
import { stateInvalid } from "./stateInvalid.js";

/** The payload is the state's file as llama.cpp writes it. */
export const RAW_CODEC = "raw";

/**
 * The state in a container.
 *
 * @param vocabulary tokens that the model has.
 * @throws MemosError STATE_INVALID for a payload that its codec does not give, and for a codec that is not known.
 */
export async function decodePayload(
  header: ContainerHeader,
  payload: Uint8Array,
  vocabulary: number,
): Promise<StateFile> {
  if (header.codec.name === RAW_CODEC) return parseState(payload, header.layout, { vocabulary });
  throw stateInvalid(`The state was stored with the codec ${header.codec.name}, which is not known.`);
}
