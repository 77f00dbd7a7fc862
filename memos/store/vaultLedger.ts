/** A value of the vault as it is stored: nothing of it can be read without the master key. */
export interface SealedValue {
  readonly id: string;
  readonly tenant: string;
  readonly cube: string;
  /** Id of the master key that wraps the value's own key. */
  readonly key: string;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The ledger's part that holds sealed values. They are written with their cube and purged with it. */
export interface VaultLedger {
  sealedValue(id: string, tenant: string): Promise<SealedValue | undefined>;
  /** Some of the values under a master key. */
  sealedUnder(key: string, limit: number): Promise<SealedValue[]>;
  /** How many values there are under each master key. */
  sealedKeys(): Promise<{ key: string; values: number }[]>;
  /** Puts newly wrapped keys in place. */
  saveWrapped(values: readonly Pick<SealedValue, "id" | "key" | "wrapped">[]): Promise<void>;
}
