import { type CubeId, isMemosError, MemosError, type Scope, scopeContains } from "../../memcube/index.js";
import type { Access } from "../governance/access.js";
import type { AdapterUse, Engine } from "../inference/engine.js";
import type { Hit, Warning } from "../operations.js";
import type { AttachedAdapter } from "../store/adapterLedger.js";
import type { Ledger, Permitted } from "../store/ledger.js";
import type { AdapterStock } from "./adapterStock.js";
import { ADAPTER_LIMITS } from "./limits.js";

export interface AdaptersInUseHost {
  readonly ledger: Ledger;
  readonly stock: AdapterStock;
  readonly engine: Engine | undefined;
  /** Nothing is noted. */
  readonly readOnly: boolean;
  now(): number;
  onError(error: unknown): void;
}

/** What a prompt is answered under. */
export interface InUse {
  /** In order, as engines take them. */
  readonly use: readonly AdapterUse[];
  /** The same, as they are told of. */
  readonly adapters: readonly { readonly id: CubeId; readonly scale: number; readonly memories: number }[];
  /** What is attached and not used, and why. */
  readonly warnings: readonly Warning[];
}

/** An adapter as a receipt tells of it. */
export interface Told {
  readonly id: CubeId;
  readonly scale: number;
  readonly memories: number;
  readonly cited: CubeId[];
}

/** Memories of one adapter that an answer cites: those that its question found first. */
const CITED = 5;

const NONE: InUse = { use: [], adapters: [], warnings: [] };

/** For whom a prompt is, and what they may read there. */
export interface Reader {
  readonly scope: Scope;
  readonly labels: Permitted;
  readonly access: Pick<Access, "labels">;
}

/**
 * Which adapters a prompt is answered under. Those attached to its scope and to wider ones, the widest first: common
 * knowledge, then what is nearer. An adapter answers only where each memory that it learned could be read: by the
 * labels that the reader may see, and never for another user, agent or app than the memory's own.
 */
export class AdaptersInUse {
  readonly #host: AdaptersInUseHost;

  constructor(host: AdaptersInUseHost) {
    this.#host = host;
  }

  /**
   * @param wanted ids in order instead of what is attached, or none at all.
   * @throws MemosError NOT_FOUND for an id that this reader cannot use here, INVALID_INPUT for too many.
   */
  async of(reader: Reader, wanted?: readonly string[] | "none", signal?: AbortSignal): Promise<InUse> {
    const { engine, ledger } = this.#host;
    if (engine === undefined || wanted === "none") return NONE;
    const attached = await ledger.attachedAdapters(reader.scope);
    const chosen = wanted === undefined ? attached : await this.#named(reader, wanted, attached);
    const warnings: Warning[] = [];
    const leaveOut = ({ id }: { id: CubeId }, why: string) =>
      warnings.push({ code: "ADAPTER_UNUSED", message: `Adapter ${id} is not used: ${why}` });
    const usable: AttachedAdapter[] = [];
    for (const adapter of chosen) {
      // Whoever may not read what it learned is not told that it is there.
      if (!(await this.#open(reader, adapter))) continue;
      const reason = await this.#reasonAgainst(adapter, engine);
      if (reason === undefined) usable.push(adapter);
      else leaveOut(adapter, reason);
    }
    const used = fitting(usable, engine, leaveOut);
    const use: AdapterUse[] = [];
    const adapters: { id: CubeId; scale: number; memories: number }[] = [];
    for (const adapter of used) {
      const { id, scale, audience } = adapter;
      try {
        const { paths, sha256 } = await this.#host.stock.files(adapter, signal);
        use.push({ path: paths.gguf, peft: paths.peft, sha256, scale });
        adapters.push({ id, scale, memories: audience.memories });
      } catch (error) {
        if (!isMemosError(error, "ADAPTER_INVALID") && !isMemosError(error, "UNSUPPORTED")) throw error;
        leaveOut(adapter, error.message);
      }
    }
    return { use, adapters, warnings };
  }

  /**
   * What an answer comes from: of what a message found, what each adapter has learned. Those memories need not be in
   * the prompt (`known`); the best of them are cited, as they would be if they were.
   */
  async told(
    { adapters }: InUse,
    hits: readonly Pick<Hit, "cube">[],
    scope: Scope,
  ): Promise<{ readonly told: Told[]; readonly known: ReadonlySet<CubeId> }> {
    if (adapters.length === 0) return { told: [], known: new Set() };
    const found = hits.map(({ cube }) => cube.id);
    const learned = await this.#host.ledger.learned(
      adapters.map(({ id }) => id),
      found,
      scope,
    );
    const told = adapters.map((adapter): Told => {
      const own = new Set(learned.filter((one) => one.adapter === adapter.id).map(({ cube }) => cube));
      return { ...adapter, cited: found.filter((id) => own.has(id)).slice(0, CITED) };
    });
    return { told, known: new Set(learned.map(({ cube }) => cube)) };
  }

  /** Notes that a prompt was answered under them. What cannot be noted costs nobody their answer. */
  async used({ adapters }: InUse): Promise<void> {
    const { ledger, readOnly } = this.#host;
    if (adapters.length === 0 || readOnly) return;
    await ledger
      .usedAdapters(
        adapters.map(({ id }) => id),
        this.#host.now(),
      )
      .catch((error) => this.#host.onError(error));
  }

  async #named(
    reader: Reader,
    ids: readonly string[],
    attached: readonly AttachedAdapter[],
  ): Promise<AttachedAdapter[]> {
    const named: AttachedAdapter[] = [];
    for (const id of new Set(ids)) {
      const known = attached.find((one) => one.id === id);
      const { scope } = reader;
      const adapter = known ?? {
        ...(await this.#host.ledger.adapter(id, { tenant: scope.tenant })),
        attached: scope,
        scale: 1,
      };
      const related = scopeContains(scope, adapter.scope) || scopeContains(adapter.scope, scope);
      if ((known === undefined && !related) || !(await this.#open(reader, adapter)))
        throw new MemosError("NOT_FOUND", `There is no adapter ${id} in this scope.`, { path: "adapters" });
      named.push(adapter);
    }
    return named;
  }

  async #open({ scope, labels, access }: Reader, adapter: AttachedAdapter): Promise<boolean> {
    const { audience } = adapter;
    const own = (part: string | undefined, parts: readonly string[]) =>
      part === undefined || parts.every((one) => one === part);
    if (
      !own(scope.user, audience.users) ||
      !own(scope.agent, audience.agents) ||
      !own(scope.app, audience.apps)
    )
      return false;
    const same = scopeContains(scope, adapter.scope);
    const permitted = same ? labels : await access.labels("read", adapter.scope);
    if (permitted === null) return false;
    return permitted === undefined || audience.labels.every((label) => permitted.includes(label));
  }

  async #reasonAgainst(
    { state, reason, base, until }: AttachedAdapter,
    engine: Engine,
  ): Promise<string | undefined> {
    if (state !== "ready") return reason === "" ? `it is ${state}.` : reason;
    if (until !== null && until <= this.#host.now()) return "something that it learned holds no longer.";
    if (engine.capabilities.adapters === "none") return `${engine.name} takes no adapters.`;
    const { sha256, name } = await engine.model();
    return sha256 === base ? undefined : `it was trained for another model than ${name}.`;
  }
}

/** As many as the engine takes, the nearest. */
function fitting(
  usable: readonly AttachedAdapter[],
  { name, capabilities }: Engine,
  leaveOut: (adapter: AttachedAdapter, why: string) => void,
): AttachedAdapter[] {
  const named = capabilities.adapters === "named";
  const most = named ? 1 : ADAPTER_LIMITS.attached;
  const able = usable.filter((adapter) => {
    const whole = !named || adapter.scale === 1;
    if (!whole) leaveOut(adapter, `${name} uses adapters at scale 1 alone.`);
    return whole;
  });
  const over = able.slice(0, Math.max(0, able.length - most));
  for (const adapter of over)
    leaveOut(adapter, `${name} uses at most ${most} at once, and others are nearer.`);
  return able.slice(over.length);
}
