export interface SkippedReason {
  readonly reason: string;
  readonly count: number;
  /** The first one that was passed over for this. */
  readonly first: string;
}

/** What was passed over: there may be thousands for one reason. */
export class Skips {
  readonly #reasons = new Map<string, SkippedReason>();

  add(id: string, reason: string): void {
    const known = this.#reasons.get(reason);
    this.#reasons.set(reason, { reason, count: (known?.count ?? 0) + 1, first: known?.first ?? id });
  }

  get all(): readonly SkippedReason[] {
    return [...this.#reasons.values()];
  }
}
