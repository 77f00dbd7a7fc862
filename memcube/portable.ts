import { z } from "zod";
import { memCubeSchema } from "./envelope.js";
import { versionSchema } from "./version.js";

/** A cube with all of its versions: what travels between stores. */
export const portableCubeSchema = z
  .strictObject({ cube: memCubeSchema, versions: z.array(versionSchema).min(1) })
  .meta({ id: "PortableCube" });

export type PortableCube = z.infer<typeof portableCubeSchema>;
