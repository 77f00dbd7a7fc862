import { contradictionIn, MemosError, type PortableCube, portableCubeSchema } from "../memcube/index.js";
import { parse } from "./parse.js";

/** An exported cube that can be trusted: of the right shape, its chain intact, its content that of the last version. */
export function validPortable(value: PortableCube): PortableCube {
  const portable = parse(portableCubeSchema, value);
  const { cube } = portable;
  const contradiction = contradictionIn(portable);
  if (contradiction !== null) throw new MemosError("INVALID_INPUT", `${cube.id}: ${contradiction}`);
  if (cube.payload.kind !== "plaintext")
    throw new MemosError("INVALID_INPUT", `Cube ${cube.id} needs its blobs: import its .memcube file.`);
  return portable;
}
