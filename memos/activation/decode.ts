import { checkState } from "./checkState.js";
import type { ContainerHeader } from "./container.js";
import { PRESSES } from "./press/index.js";
import type { StateFile } from "./state.js";
import { parseState } from "./stateFile.js";
import { stateInvalid } from "./stateInvalid.js";

/** The payload is the state's file as llama.cpp writes it. */
export const RAW_CODEC = "raw";

/** Tokens that a model may have where nobody says how many it has. */
const ANY_VOCABULARY = 2 ** 31;

/**
 * The state in a container, as the engine wrote it or out of a press.
 *
 * @param vocabulary tokens that the model has.
 * @throws MemosError STATE_INVALID for a payload that its codec does not give, and for a codec that is not known.
 */
export async function decodePayload(
  header: ContainerHeader,
  payload: Uint8Array,
  vocabulary = ANY_VOCABULARY,
): Promise<StateFile> {
  const { name, parameters } = header.codec;
  if (name === RAW_CODEC) return parseState(payload, header.layout, { vocabulary });
  const press = PRESSES.get(name);
  if (press === undefined)
    throw stateInvalid(`The state was stored with the codec ${name}, which is not known.`);
  const state = await press.decode(payload, parameters, { maxBytes: header.stateBytes });
  checkState(state, { vocabulary });
  return state;
}
