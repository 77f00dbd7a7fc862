import * as z from "zod";
import { LIMITS } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

const name = nameText(LIMITS.nameCharacters);

/** Where a document comes from: a path, bytes with a name, or a stream of bytes with a name. */
export const resourceSourceSchema = z.union([
  z.string().min(1),
  z.strictObject({
    name,
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, "must be bytes"),
  }),
  z.strictObject({
    name,
    stream: z.custom<AsyncIterable<Uint8Array>>(isStream, "must be a stream of bytes"),
  }),
]);

export type ResourceSource = z.input<typeof resourceSourceSchema>;
