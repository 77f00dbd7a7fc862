import fc from "fast-check";

/** What can happen to bytes: bits that flip, an end that is missing, fields with extreme numbers, pieces put elsewhere. */
export type Mutation =
  | { readonly kind: "flip"; readonly places: readonly (readonly [number, number])[] }
  | { readonly kind: "cut"; readonly share: number }
  | { readonly kind: "word"; readonly place: number; readonly value: number }
  | { readonly kind: "splice"; readonly from: number; readonly to: number; readonly length: number }
  | { readonly kind: "insert"; readonly place: number; readonly bytes: Uint8Array };

const place = fc.nat();

/** Most fields are at the beginning. */
const early = fc.oneof(fc.nat({ max: 128 }), place);

const EXTREMES = [0, 1, 2, 3, 255, 65_535, 2 ** 30, 2 ** 31 - 1, -(2 ** 31), -1, -2];

export const arbitraryMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constant("flip" as const),
    places: fc.array(fc.tuple(early, fc.nat({ max: 7 })), { minLength: 1, maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant("cut" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant("word" as const), place: early, value: fc.constantFrom(...EXTREMES) }),
  fc.record({
    kind: fc.constant("splice" as const),
    from: place,
    to: early,
    length: fc.integer({ min: 1, max: 64 }),
  }),
  fc.record({
    kind: fc.constant("insert" as const),
    place: early,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  }),
);

/** The bytes after that; sometimes the same as before. */
export function mutated(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const changed = Buffer.from(bytes);
  switch (mutation.kind) {
    case "flip":
      for (const [at, bit] of mutation.places)
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << bit);
      return changed;
    case "cut":
      return changed.subarray(0, Math.floor(mutation.share * changed.length));
    case "word":
      changed.writeInt32LE(mutation.value, Math.floor((mutation.place % (changed.length - 4)) / 4) * 4);
      return changed;
    case "splice": {
      const from = mutation.from % changed.length;
      changed.copy(changed, mutation.to % changed.length, from, from + mutation.length);
      return changed;
    }
    case "insert": {
      const at = mutation.place % changed.length;
      return Buffer.concat([changed.subarray(0, at), mutation.bytes, changed.subarray(at)]);
    }
  }
}
