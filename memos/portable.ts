import {
  contentHash,
  contentOf,
  firstBrokenVersion,
  MemosError,
  type PortableCube,
  portableCubeSchema,
} from "../memcube/index.js";
import { parse } from "./parse.js";

/** An exported cube that can be trusted: of the right shape, its chain intact, its content that of the last version. */
export function validPortable(value: PortableCube): PortableCube {
  const portable = parse(portableCubeSchema, value);
  const { cube, versions } = portable;
  if (firstBrokenVersion(cube.id, versions) !== null)
    throw new MemosError("INVALID_INPUT", `The version chain of cube ${cube.id} is broken.`);
  const last = versions.at(-1);
  if (last?.version !== cube.version || contentHash(last.content) !== contentHash(contentOf(cube)))
    throw new MemosError("INVALID_INPUT", `Cube ${cube.id} is not what its last version says.`);
  if (cube.payload.kind !== "plaintext")
    throw new MemosError("INVALID_INPUT", `Cube ${cube.id} needs its blobs: import its .memcube file.`);
  return portable;
}
