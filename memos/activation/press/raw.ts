import * as z from "zod";
import { parse } from "../../parse.js";
import type { StateFile } from "../state.js";
import { parseState, type StateLayout, writeState } from "../stateFile.js";
import { stateInvalid } from "../stateInvalid.js";
import { PRESS_LIMITS } from "./limits.js";
import type { Press } from "./press.js";

const noOptionsSchema = z.strictObject({});

const parametersSchema = z.strictObject({
  layout: z.strictObject({
    blocks: z.literal([1, 2]),
    extras: z.boolean(),
    values: z.boolean(),
    recurrent: z.boolean(),
  }),
});

/** The state file as it is: nothing is computed, and what is decoded is a view of the payload. */
export const raw: Press = {
  name: "raw",
  what: "The state file as llama.cpp has it, of every type and shape.",
  source: "llama.cpp, llama_state_seq_save_file, version 3",
  lossless: true,
  async encode(state, options = {}) {
    parse(noOptionsSchema, options);
    return { name: "raw", parameters: { layout: layoutOf(state) }, chunks: writeState(state) };
  },
  async decode(payload, parameters, { maxBytes = PRESS_LIMITS.stateBytes } = {}) {
    const parsed = parametersSchema.safeParse(parameters);
    if (!parsed.success)
      throw stateInvalid("The parameters of the state are not those of its codec.", parsed.error);
    if (payload.length > maxBytes) throw stateInvalid("The state is larger than it may be.");
    return parseState(payload, parsed.data.layout);
  },
};

function layoutOf({ blocks, recurrent }: StateFile): StateLayout {
  const streams = blocks.flatMap((block) => block.streams.filter((stream) => stream !== undefined));
  return {
    blocks: blocks.length === 2 ? 2 : 1,
    extras: streams.some(({ extras }) => extras !== undefined),
    values: streams.some(({ values }) => values.length > 0),
    recurrent: recurrent !== undefined,
  };
}
