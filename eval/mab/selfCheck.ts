import { randomBytes, randomUUID } from "node:crypto";
import { MemosError } from "../../memcube/index.js";
import type { Agent, AgentMemory } from "../agents/agent.js";

/** Results among which a canary must be: it is asked for by its name. */
const CANARY_RESULTS = 10;

/** Of the name of a canary: 70 pairs of letters, 8 times. */
const SYLLABLES = 8;

interface Canary {
  readonly name: string;
  readonly memory: AgentMemory;
}

/** A namespace that nothing was ever written to: a run that is repeated never finds what the last one left. */
export function freshNamespace(source: string, context: number | string): string {
  return `mab-${source.replace(/[^A-Za-z0-9_-]/g, "")}-${context}-${randomUUID().slice(0, 8)}`;
}

/**
 * Proves that what is written to an agent's namespace is what is queried there, and nowhere else: a canary in
 * each of two namespaces is found in its own and not in the other. Published harnesses have written under one
 * name and searched under another, and scored an empty memory.
 *
 * @throws MemosError INTERNAL when a canary is not found, or is found in the other namespace.
 */
export async function proveNamespaces(agent: Agent, signal?: AbortSignal): Promise<void> {
  const memories = [
    await agent.open(freshNamespace("check", "a")),
    await agent.open(freshNamespace("check", "b")),
  ];
  try {
    const [one, other] = await Promise.all(memories.map((memory) => release(memory, signal)));
    await prove(agent, one as Canary, other as Canary, signal);
    await prove(agent, other as Canary, one as Canary, signal);
  } finally {
    for (const memory of memories) await memory.close();
  }
}

/**
 * The same for a namespace that was just queried: nothing is written to it before its last question, so that
 * the proof is no part of what is measured.
 */
export async function proveNamespace(agent: Agent, memory: AgentMemory, signal?: AbortSignal): Promise<void> {
  const other = await agent.open(freshNamespace("check", "c"));
  try {
    await prove(agent, await release(memory, signal), { name: "", memory: other }, signal);
  } finally {
    await other.close();
  }
}

async function release(memory: AgentMemory, signal: AbortSignal | undefined): Promise<Canary> {
  const name = birdName();
  const text = `The bird of this memory is called ${name}.`;
  await memory.memorise({ text, message: text }, signal);
  return { name, memory };
}

/** A word that no text has and that can be said: a mere code is kept back as a secret by some memories. */
function birdName(): string {
  return [...randomBytes(SYLLABLES)]
    .map((byte) => `${"bdfgklmnprstvz"[byte % 14]}${"aeiou"[byte % 5]}`)
    .join("");
}

async function prove(
  { name: agent }: Agent,
  { name, memory }: Canary,
  other: Canary,
  signal: AbortSignal | undefined,
): Promise<void> {
  const query = `Which bird is called ${name}?`;
  const isIn = async (where: AgentMemory) =>
    (await where.retrieve(query, CANARY_RESULTS, signal)).some((passage) => passage.includes(name));
  if (!(await isIn(memory)))
    throw new MemosError(
      "INTERNAL",
      `self-check: what was written to a namespace of the agent "${agent}" is not found in it, so no figure of this run would mean anything`,
    );
  if (await isIn(other.memory))
    throw new MemosError(
      "INTERNAL",
      `self-check: what was written to one namespace of the agent "${agent}" is found in another, so no figure of this run would mean anything`,
    );
}
