import { learnableText, type MemCube } from "../../memcube/index.js";
import { MARK, MARK_WITHOUT_KEY } from "../intake/sealed.js";
import type { MadeType } from "./memory.js";

/**
 * What a type never takes in, and why: `undefined` where it may. A web page or a tool must not tell an agent who its
 * user is or how it is to behave; what merely stands in a memory cannot make it do anything.
 */
export function refusalOf(type: MadeType, source: MemCube): string | undefined {
  const { origin } = source.provenance;
  if (source.governance.sensitivity === "secret") return "Nothing is made of what holds a secret.";
  const text = learnableText(source);
  if (text.includes(MARK) || text.includes(MARK_WITHOUT_KEY))
    return "Nothing is made of what a secret was taken out of.";
  if (source.state !== "active") return "Nothing is made of what is not active.";
  if (type === "core" && origin !== "user") return "Only what the user says goes into core memory.";
  if (type === "procedural" && origin === "tool") return "Tools do not say how things are done.";
  return undefined;
}
