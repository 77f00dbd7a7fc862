import * as z from "zod";
import { GGML } from "../../inference/gguf/ggmlType.js";
import { Pace } from "../../pace.js";
import { checkState } from "../checkState.js";
import { STATE_LIMITS } from "../limits.js";
import type { KvLayer, StateBlock, StateFile, StateStream } from "../state.js";
import { stateInvalid } from "../stateInvalid.js";
import { headBytes, readHead, type StreamHead, writeHead } from "./head.js";
import { packPart, partBytes, unpackPart } from "./lanes.js";
import { type LayerPlan, layerPlans, type Precision } from "./layerPlan.js";
import { PRESS_LIMITS } from "./limits.js";
import type { DecodeOptions, PressedState } from "./press.js";
import { SectionReader, SectionWriter } from "./sections.js";
import { isWithinLimits, shapeOf, stateShapeSchema, streamsOf } from "./shape.js";

/** Cells, or channels, that share a step. */
export const groupSchema = z.int().min(PRESS_LIMITS.group.min).max(PRESS_LIMITS.group.max);

const parametersSchema = z.strictObject({
  precise: z.literal([8, 16]),
  coarse: z.literal([2, 4, 8]),
  keyGroup: groupSchema,
  valueGroup: groupSchema,
  shape: stateShapeSchema,
  /** Stored bytes of each section. */
  sections: z.array(z.int().nonnegative().max(STATE_LIMITS.containerBytes)).max(2 + PRESS_LIMITS.layers),
});

/** Says which cells of a stream are kept precisely: 1 for each that is. */
export type Choice = (stream: StateStream) => Promise<Uint8Array>;

/**
 * Encodes a state in two precisions. The payload is a row of sections, each squeezed if that makes it smaller:
 *
 *     the head (head.ts); the recurrent cache
 *     of every stream: the keys of every layer, then the values of every layer (precise part, coarse part)
 */
export async function encodeMixed(
  name: string,
  state: StateFile,
  precision: Precision,
  choose: Choice,
): Promise<PressedState> {
  const shape = shapeOf(state);
  const streams = state.blocks.flatMap((block) => block.streams.filter((stream) => stream !== undefined));
  const precise: Uint8Array[] = [];
  for (const stream of streams) precise.push(await choose(stream));
  const writer = new SectionWriter();
  await writer.add(writeHead(state, streams, precise));
  await writer.add(state.recurrent ?? new Uint8Array(0));
  const pace = new Pace();
  for (const [i, shaped] of streamsOf(shape).entries()) {
    const { keys, values } = streams[i] as StateStream;
    const plans = layerPlans(shaped, precise[i] as Uint8Array, precision);
    for (const [layer, { data }] of [...keys, ...values].entries()) {
      const { parts, bytes } = plans[layer] as LayerPlan;
      const section = new Uint8Array(bytes);
      let at = 0;
      for (const part of parts) {
        await packPart(data, part, section, at, pace);
        at += partBytes(part);
      }
      await writer.add(section);
    }
  }
  const chunks = await writer.end();
  const sections = chunks.map((chunk) => chunk.length);
  return { name, parameters: { ...precision, shape, sections }, chunks };
}

/** @throws MemosError STATE_INVALID for whatever `encodeMixed` does not make. */
export async function decodeMixed(
  payload: Uint8Array,
  parameters: unknown,
  { maxBytes = PRESS_LIMITS.stateBytes }: DecodeOptions = {},
): Promise<StateFile> {
  const parsed = parametersSchema.safeParse(parameters);
  if (!parsed.success)
    throw stateInvalid("The parameters of the compressed state are not those of its codec.", parsed.error);
  const { shape, sections, ...precision } = parsed.data;
  const limit = Math.min(maxBytes, PRESS_LIMITS.stateBytes, PRESS_LIMITS.expansion * payload.length);
  if (!isWithinLimits(shape, limit))
    throw stateInvalid("The compressed state says of itself that it is larger than it may be.");
  const shapes = streamsOf(shape);
  const read = new SectionReader(payload, sections);
  const head = readHead(await read.next(headBytes(shape, shapes)), shape, shapes);
  const recurrent = await read.next(shape.recurrent ?? 0);
  const layers = await decodeLayers(
    read,
    shapes.flatMap((stream, i) => layerPlans(stream, (head.streams[i] as StreamHead).precise, precision)),
  );
  read.end();
  let stream = 0;
  let layer = 0;
  const rowsOf = (sizes: readonly number[]): KvLayer[] =>
    sizes.map((rowBytes) => ({ type: GGML.F16, rowBytes, data: layers[layer++] as Uint8Array }));
  const blocks = shape.blocks.map(
    ({ streams }): StateBlock => ({
      streams: streams.map((shaped): StateStream | undefined => {
        if (shaped === null) return undefined;
        const { positions, extras } = head.streams[stream++] as StreamHead;
        const { transposed } = shaped;
        return { positions, extras, transposed, keys: rowsOf(shaped.keys), values: rowsOf(shaped.values) };
      }),
    }),
  );
  const state = {
    tokens: head.tokens,
    blocks,
    recurrent: shape.recurrent === null ? undefined : new Uint8Array(recurrent),
  };
  checkState(state);
  return state;
}

/** Decodes every layer in half precision; while one is decoded, another thread opens the section of the next. */
async function decodeLayers(read: SectionReader, plans: readonly LayerPlan[]): Promise<Uint8Array[]> {
  const pace = new Pace();
  const layers: Uint8Array[] = [];
  const open = (layer: number) => {
    const plan = plans[layer];
    return plan === undefined ? undefined : read.next(plan.bytes);
  };
  let next = open(0);
  for (const [layer, { rawBytes: size, parts }] of plans.entries()) {
    const coded = (await next) as Uint8Array;
    next = open(layer + 1);
    const out = new Uint16Array(size / 2);
    let at = 0;
    for (const part of parts) {
      await unpackPart(coded, at, part, out, pace);
      at += partBytes(part);
    }
    layers.push(new Uint8Array(out.buffer));
  }
  return layers;
}
