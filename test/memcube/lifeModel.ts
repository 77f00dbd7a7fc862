import type { CubeState } from "../../memcube/index.js";

/** A seeded generator of numbers below 1 (mulberry32), so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function oneOf<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/**
 * The life of a cube in other words than the table's: where it lies, and which covers lie over it. An undo takes
 * off the cover on top; what is under it was never touched.
 */
export class Life {
  place: "review" | "memory" | "archive" = "memory";
  frozen = false;
  merged = false;
  expired = false;
  forgotten = false;
  readonly = false;
  held = false;

  get state(): CubeState {
    if (this.forgotten) return "forgotten";
    if (this.expired) return "expired";
    if (this.merged) return "merged";
    if (this.frozen) return "frozen";
    return ({ review: "generated", memory: "active", archive: "archived" } as const)[this.place];
  }

  get bare(): boolean {
    return !(this.forgotten || this.expired || this.merged || this.frozen);
  }

  /** Does what was asked; or says false, and nothing has changed. */
  take(operation: string): boolean {
    const free = !this.readonly;
    const kept = !this.forgotten;
    switch (operation) {
      case "update":
      case "restore":
        return this.bare && free;
      case "approve":
        return this.when(this.bare && this.place === "review", () => {
          this.place = "memory";
        });
      case "archive":
        return this.when(this.bare && this.place === "memory", () => {
          this.place = "archive";
        });
      case "activate":
        return this.when(this.bare && this.place === "archive", () => {
          this.place = "memory";
        });
      case "freeze":
        return this.when(this.bare && this.place !== "review", () => {
          this.frozen = true;
        });
      case "thaw":
        return this.when(this.state === "frozen", () => {
          this.frozen = false;
        });
      case "merge":
        return this.when(this.bare && this.place !== "review" && free && !this.held, () => {
          this.merged = true;
        });
      case "unmerge":
        return this.when(this.state === "merged", () => {
          this.merged = false;
        });
      case "expire":
        return this.when(kept && !this.expired && !this.held, () => {
          this.expired = true;
        });
      case "renew":
        return this.when(this.state === "expired", () => {
          this.expired = false;
        });
      case "forget":
        return this.when(kept && free && !this.held, () => {
          this.forgotten = true;
        });
      case "recover":
        return this.when(this.forgotten, () => {
          this.forgotten = false;
        });
      case "govern":
        return kept;
      default:
        throw new Error(`The model does not know ${operation}.`);
    }
  }

  private when(allowed: boolean, change: () => void): boolean {
    if (allowed) change();
    return allowed;
  }
}
