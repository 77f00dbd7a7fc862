import { v7 } from "uuid";
import * as z from "zod";

/** UUID version 7 (RFC 9562): sorts by creation time, never changes. */
export const cubeIdSchema = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    "must be a cube id (UUIDv7)",
  )
  .meta({ id: "CubeId", example: "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b" });

export type CubeId = z.infer<typeof cubeIdSchema>;

export function newCubeId(): CubeId {
  return v7();
}
