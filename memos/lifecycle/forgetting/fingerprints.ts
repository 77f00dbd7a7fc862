import { createHash, randomBytes } from "node:crypto";

/** Bytes of a window. A text that is shorter cannot be looked for. */
export const WINDOW_BYTES = 16;

/** Windows taken of one text at most, spread over it. */
const WINDOWS_OF_TEXT = 6;

const BASE = 0x01000193;

/** `BASE` to the power of the window, for taking the oldest byte out. */
const OUT = Array.from({ length: WINDOW_BYTES }).reduce<number>((power) => Math.imul(power, BASE), 1);

/**
 * A window of content that is gone: a rolling hash to pass over almost everything, and a salted hash to be sure.
 * From neither can the content be read.
 */
export interface Fingerprint {
  readonly roll: number;
  readonly proof: string;
}

export function newSalt(): string {
  return randomBytes(16).toString("hex");
}

/** Fingerprints of a text; none when no window of it could stand in a file unchanged. */
export function fingerprintsOf(text: string, salt: string): Fingerprint[] {
  const bytes = Buffer.from(text);
  const starts = usable(bytes);
  const step = Math.max(1, Math.floor(starts.length / WINDOWS_OF_TEXT));
  return starts
    .filter((_, index) => index % step === 0)
    .slice(0, WINDOWS_OF_TEXT)
    .map((start) => {
      const window = bytes.subarray(start, start + WINDOW_BYTES);
      return { roll: rollOf(window), proof: proofOf(window, salt) };
    });
}

/** Where windows begin that look the same inside JSON: without quotes, backslashes and control characters. */
function usable(bytes: Buffer): number[] {
  const starts: number[] = [];
  let clean = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    clean = byte < 0x20 || byte === 0x22 || byte === 0x5c ? 0 : clean + 1;
    if (clean >= WINDOW_BYTES) starts.push(at - WINDOW_BYTES + 1);
  }
  return starts;
}

function rollOf(window: Uint8Array): number {
  let roll = 0;
  for (const byte of window) roll = (Math.imul(roll, BASE) + byte) | 0;
  return roll >>> 0;
}

export function proofOf(window: Uint8Array, salt: string): string {
  return createHash("sha256").update(salt).update(window).digest("hex").slice(0, 32);
}

/** Where in some bytes a window stands whose fingerprint is known (Karp and Rabin 1987): one step for each byte. */
export function windowsIn(bytes: Uint8Array, rolls: RollSet): { start: number; roll: number }[] {
  const found: { start: number; roll: number }[] = [];
  const { bits } = rolls;
  let roll = 0;
  for (let at = 0; at < bytes.length; at++) {
    roll = (Math.imul(roll, BASE) + (bytes[at] as number)) | 0;
    if (at >= WINDOW_BYTES) roll = (roll - Math.imul(bytes[at - WINDOW_BYTES] as number, OUT)) | 0;
    // Nearly every byte ends here: a field access more would be felt.
    const maybe = (bits[(roll & BITS) >>> 3] as number) & (1 << (roll & 7));
    if (maybe !== 0 && at >= WINDOW_BYTES - 1 && rolls.has(roll))
      found.push({ start: at - WINDOW_BYTES + 1, roll: roll >>> 0 });
  }
  return found;
}

const BITS = 0xffffff;

/** A set of 32-bit numbers, with a bit for each of their lower 24 bits that says no in one look. */
export class RollSet {
  readonly bits = new Uint8Array((BITS + 1) / 8);
  readonly #rolls: ReadonlySet<number>;

  constructor(rolls: Iterable<number>) {
    this.#rolls = new Set(rolls);
    for (const roll of this.#rolls) {
      const at = (roll & BITS) >>> 3;
      this.bits[at] = (this.bits[at] as number) | (1 << (roll & 7));
    }
  }

  has(roll: number): boolean {
    return this.#rolls.has(roll >>> 0);
  }
}
