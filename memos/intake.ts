import type * as z from "zod";
import {
  type Attributes,
  contentOf,
  DEFAULT_GOVERNANCE,
  type MemCube,
  NEW_BEHAVIOUR,
  newCubeId,
  nextVersion,
  type Scope,
  type Version,
} from "../memcube/index.js";
import { withNoteAttributes } from "./extraction/noteAttributes.js";
import type { Screened } from "./governance/firewall/screening.js";
import type { memoryInputSchema, newMemorySchema } from "./operations.js";

type ParsedInput = z.output<typeof memoryInputSchema>;
type ParsedMemory = z.output<typeof newMemorySchema>;

/** Whose words the messages of a role are. */
export const ROLE_ORIGINS = {
  user: "user",
  assistant: "assistant",
  tool: "tool",
  system: "document",
} as const;

/** An input as a memory with attributes. */
export function asMemory(input: ParsedInput): ParsedMemory {
  if (typeof input === "string") return { text: input };
  if (!("role" in input)) return input;
  const { role, content, name, ...rest } = input;
  return {
    text: content,
    origin: ROLE_ORIGINS[role],
    ...(name === undefined ? {} : { actor: name }),
    ...rest,
  };
}

function defaultActor(memory: ParsedMemory, scope: Scope): string {
  if (memory.actor !== undefined) return memory.actor;
  const byOrigin = {
    user: scope.user ?? "user",
    assistant: scope.agent ?? "assistant",
    tool: "tool",
    document: memory.title ?? "document",
    inferred: "memos",
  };
  // A title is longer than a name may be.
  return byOrigin[memory.origin ?? "user"].slice(0, 256).toWellFormed();
}

function attributesOf(memory: ParsedMemory): Attributes {
  const said = (["title", "keywords", "tags", "context", "facts", "links"] as const).filter(
    (name) => memory[name] !== undefined,
  );
  return {
    ...(memory.title === undefined ? {} : { title: memory.title }),
    keywords: memory.keywords ?? [],
    tags: memory.tags ?? [],
    ...(memory.context === undefined ? {} : { context: memory.context }),
    ...(memory.facts === undefined ? {} : { facts: memory.facts }),
    ...(memory.links === undefined ? {} : { links: memory.links }),
    metadata: memory.metadata ?? {},
    authors: Object.fromEntries(said.map((name) => [name, "caller"])),
  };
}

/**
 * A validated input as a cube with its first version, after `screen` has looked at it. What was said is kept
 * word for word.
 */
export function newCube(
  input: ParsedInput,
  scope: Scope,
  recordedAt: string,
  screen: (cube: MemCube) => Pick<Screened, "cube" | "cause"> = (cube) => ({ cube, cause: "" }),
): { cube: MemCube; version: Version } {
  const memory = asMemory(input);
  const origin = memory.origin ?? "user";
  const session = memory.session ?? scope.session;
  const { occurredAt, validFrom, validTo } = memory;
  const { cube: safe, cause } = screen({
    id: newCubeId(),
    scope: session === undefined ? scope : { ...scope, session },
    type: memory.type ?? (origin === "document" ? "resource" : "episodic"),
    payload: { kind: "plaintext", text: memory.text, format: memory.format ?? "text" },
    attributes: attributesOf(memory),
    provenance: {
      origin,
      actor: defaultActor(memory, scope),
      sources: memory.sources ?? [],
      ...(memory.model === undefined ? {} : { model: memory.model }),
      ...(memory.promptHash === undefined ? {} : { promptHash: memory.promptHash }),
    },
    time: {
      recordedAt,
      ...(occurredAt === undefined ? {} : { occurredAt }),
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validTo === undefined ? {} : { validTo }),
    },
    governance: { ...DEFAULT_GOVERNANCE, ...defined(memory.governance ?? {}) },
    behaviour: { ...NEW_BEHAVIOUR, priority: memory.priority ?? 0 },
    state: "active",
    version: 1,
  });
  const cube = withNoteAttributes(safe);
  const version = nextVersion(cube.id, null, {
    content: contentOf(cube),
    actor: cube.provenance.actor,
    operation: "add",
    cause,
    recordedAt,
  });
  return { cube, version };
}

/** Without the keys that are undefined: they must not override a default. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
