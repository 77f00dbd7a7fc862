import { learnableText, type MemCube, ownerScope, textOf } from "../../../memcube/index.js";
import { isGrounded } from "../../../memos/extraction/grounded.js";
import type { MemOS, NoteExtraction, NotesRead, Reading } from "../../../memos/index.js";
import { orNothing } from "../../orNothing.js";
import { handOverIn } from "../../sharing/spaces.js";
import type { BatchTrace } from "../batchTrace.js";
import type { Forgetting, Writers } from "../forgetting.js";
import { CONTROLLER } from "../limits.js";
import type { MadeMemory } from "../memory.js";
import { sourceOf } from "../rules/made.js";
import { refused } from "../taken.js";
import type { MadeBy, Taking } from "../taking.js";
import type { Proposed, ProposedForgetting, ProposedMemory } from "./question.js";

/** What became of a batch that a model was asked about. */
export interface ReadByModel {
  readonly read: NotesRead<Proposed>;
  /** Memories about which nothing came that can be used: rules read them. */
  readonly failed: readonly MemCube[];
}

/**
 * Reads messages with a model, in one call for all types: what it proposes is taken as far as it names what it was
 * shown, fits the type, and says nothing that its sources do not bear out.
 */
export class ReadingByModel {
  readonly #memos: MemOS;
  readonly #extraction: NoteExtraction<Proposed>;
  readonly #taking: Taking;
  readonly #forgetting: Forgetting;
  readonly #by: MadeBy;

  constructor(
    memos: MemOS,
    extraction: NoteExtraction<Proposed>,
    { taking, forgetting }: { readonly taking: Taking; readonly forgetting: Forgetting },
  ) {
    this.#memos = memos;
    this.#extraction = extraction;
    this.#taking = taking;
    this.#forgetting = forgetting;
    this.#by = { model: extraction.model, promptHash: extraction.promptHash };
  }

  /** @throws MemosError ABORTED. */
  async read(reading: Reading, trace: BatchTrace): Promise<ReadByModel> {
    const read = await this.#extraction.read(reading);
    const { result, shown } = read;
    const failures = new Set(result.failures.flatMap(({ notes }) => notes));
    const failed = [...failures].flatMap((handle) => shown.get(handle) ?? []);
    for (const { reason, notes } of result.failures)
      trace.add(refused("what a model makes of it", reason, idsOf(notes, shown)));
    for (const { path, reason } of result.rejected) trace.add(refused(whereIn(path), reason, []));
    if (!result.ok) return { read, failed };
    const proposed = result.more.flatMap(({ memories }) => memories);
    const wishes = result.more.flatMap(({ forget }) => forget);
    const answered = reading.cubes.filter((cube) => !failed.includes(cube));
    trace.add({ made: await this.#withdrawn(answered), refused: [] });
    for (const cube of answered) trace.read(cube, typesOf(cube, proposed, shown));
    for (const one of proposed) await this.#take(one, shown, trace);
    for (const wish of wishes) await this.#forget(wish, shown, reading.writers, trace);
    return { read, failed };
  }

  async #take(
    { memory, from, replaces }: ProposedMemory,
    shown: ReadonlyMap<string, MemCube>,
    trace: BatchTrace,
  ): Promise<void> {
    const sources = cubesOf(from, shown);
    const ids = sources.map(({ id }) => id);
    const asks = sources.some((cube) => this.#forgetting.asks(cube));
    if (asks) trace.add(refused(memory.type, "The message asks to forget something.", ids));
    else if (!isBorneOut(memory, sources))
      trace.add(
        refused(memory.type, "It has a number, a name or an address that its sources do not have.", ids),
      );
    else
      trace.add(
        await this.#taking.take({ ...memory, from: sources.map((cube) => sourceOf(cube)) }, sources, {
          by: this.#by,
          replaces: cubesOf(replaces, shown),
        }),
      );
  }

  async #forget(
    { asks, forget }: ProposedForgetting,
    shown: ReadonlyMap<string, MemCube>,
    writers: Writers,
    trace: BatchTrace,
  ): Promise<void> {
    const [asking] = cubesOf([asks], shown);
    if (asking !== undefined)
      trace.add(await this.#forgetting.forget(asking, cubesOf([forget], shown), writers));
  }

  /** What rules made of messages while the model was silent gives way to what the model makes of them. */
  async #withdrawn(cubes: readonly MemCube[]) {
    if (cubes.length === 0) return [];
    const ids = new Set<string>();
    for (const { id, scope } of cubes) {
      const { traces } = await this.#memos.traces.list(ownerScope(scope), { cube: id });
      for (const { by, made } of traces)
        if (by === "rules")
          for (const { operation, cube, from } of made)
            if (operation === "add" && from.includes(id)) ids.add(cube);
    }
    const [{ scope }] = cubes as [MemCube];
    const made = await Promise.all([...ids].map((id) => orNothing(this.#memos.get(id, ownerScope(scope)))));
    return this.#taking.archive(
      made.flatMap((cube) => cube ?? []),
      `${this.#by.model} has read its sources since`,
    );
  }
}

/** Memories that a model may be shown: what was made of others is there by them, and secrets are nobody's business. */
export function isShown({ type, provenance, governance, scope }: MemCube): boolean {
  return (
    type !== "vault" &&
    governance.sensitivity !== "secret" &&
    provenance.origin !== "inferred" &&
    provenance.actor !== CONTROLLER &&
    handOverIn(scope) === undefined
  );
}

function cubesOf(handles: readonly string[], shown: ReadonlyMap<string, MemCube>): MemCube[] {
  return handles.flatMap((handle) => shown.get(handle) ?? []);
}

function idsOf(handles: readonly string[], shown: ReadonlyMap<string, MemCube>): string[] {
  return cubesOf(handles, shown).map(({ id }) => id);
}

function typesOf(cube: MemCube, proposed: readonly ProposedMemory[], shown: ReadonlyMap<string, MemCube>) {
  const types = proposed
    .filter(({ from }) => cubesOf(from, shown).includes(cube))
    .map(({ memory }) => memory.type);
  return [...new Set(types)];
}

/** Where in an answer, without words that the model chose. */
function whereIn(path: string): string {
  return (
    /^(?:calls\.\d+\.)?((?:notes|links|evolutions|memories|forget)(?:\.\d+)?)/.exec(path)?.[1] ?? "the answer"
  );
}

/** Whether everything that a memory says has its numbers, names and addresses from its sources. */
function isBorneOut({ content }: MadeMemory, sources: readonly MemCube[]): boolean {
  const said = sources.map((cube) => `${learnableText(cube)} ${textOf(cube) ?? ""}`).join(" ");
  return Object.entries(content).every(([field, value]) => {
    if (field === "kind" || field === "when") return true;
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    return texts.every(
      (text) =>
        typeof text !== "string" || (field === "uri" ? said.includes(text) : isGrounded(text, sources)),
    );
  });
}
