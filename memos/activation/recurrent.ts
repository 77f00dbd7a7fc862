import { ggmlLayout } from "../inference/gguf/ggmlType.js";
import { ByteReader } from "./byteReader.js";
import { STATE_LIMITS } from "./limits.js";
import { stateInvalid } from "./stateInvalid.js";

/**
 * Checks the recurrent cache that ends the state of a hybrid model, without taking it apart:
 *
 *     u32 cells ; cells × { i32 position ; u32 0 }
 *     u32 0 ; u32 layers
 *     rows of R, then as many of S: { i32 type ; u64 row ; cells × row bytes }   (only layers that are recurrent)
 *
 * How many layers are recurrent is nowhere in the file: it is those without attention, or all where all have it.
 *
 * @param attention layers that have attention.
 * @throws MemosError STATE_INVALID.
 */
export function checkRecurrent(bytes: Uint8Array, tokens: number, attention: number): void {
  const reader = new ByteReader(bytes);
  const cells = reader.count("recurrent cells", 8, STATE_LIMITS.tokens);
  for (let cell = 0; cell < cells; cell++) {
    const position = reader.i32();
    if (position < 0 || position >= tokens || reader.u32() !== 0)
      throw stateInvalid("A recurrent cell of the state is not one of a single sequence.");
  }
  if (reader.u32() !== 0)
    throw stateInvalid("The recurrent part of the state is transposed, which is not known.");
  const layers = reader.count("recurrent layers", 0, STATE_LIMITS.layers);
  let rows = 0;
  for (; reader.left > 0; rows++) {
    const layout = ggmlLayout(reader.i32());
    const rowBytes = reader.u64();
    if (layout === undefined || rowBytes > STATE_LIMITS.rowBytes || rowBytes % layout.bytes !== 0)
      throw stateInvalid("A recurrent row of the state has no sensible type and length.");
    reader.bytes(cells * rowBytes);
  }
  if (rows !== 2 * (attention === layers ? layers : layers - attention))
    throw stateInvalid("The recurrent part of the state does not have the rows of its layers.");
}
