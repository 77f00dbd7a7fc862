import { MemosError } from "../../../memcube/index.js";
import type { StateFile, StateStream } from "../state.js";

/**
 * The one stream of a state of full attention, whose cells stand for the tokens of a text.
 *
 * @throws MemosError UNSUPPORTED for a state with several caches or streams, with a recurrent cache, or with positions
 * of several dimensions.
 */
export function soleStream({ blocks, recurrent }: StateFile): StateStream {
  const streams = blocks.flatMap((block) => block.streams.filter((stream) => stream !== undefined));
  const [stream] = streams;
  if (stream === undefined || streams.length > 1 || blocks.length > 1 || recurrent !== undefined)
    throw new MemosError("UNSUPPORTED", "Only a KV state with one cache of full attention can do this.");
  if (stream.extras !== undefined)
    throw new MemosError("UNSUPPORTED", "A KV state whose positions have several dimensions cannot do this.");
  return stream;
}
