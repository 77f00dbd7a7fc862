import { DEFAULT_GOVERNANCE, type MemCube, NEW_BEHAVIOUR } from "../../../memcube/index.js";
import { compileBlock } from "../../activation/block.js";
import { systemText } from "../../activation/conversation.js";
import { INSTRUCTIONS } from "../../activation/instructions.js";
import type { ChatMessage } from "../../inference/engine.js";
import { filled, phrasings, type Relation } from "../phrasings.js";
import { asking } from "./asking.js";
import type { Dice } from "./dice.js";
import { answerOf, formsFor, unknownOf } from "./group.js";
import type { Invention } from "./invented.js";

/** Of so many people in a block one is the user. */
const OWN_EVERY = 4;

/** The first day that invented memories are of, and how many days there are. */
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS = 1_000;

interface Person {
  readonly relation: Relation;
  readonly subject: string | undefined;
  readonly object: string;
}

/** Memory about people who do not exist, as a prompt begins with it, and what can be asked of it. */
export interface InventedBlock {
  /** For each line a question that it answers, and the answer in the relation's form. */
  readonly known: readonly (Asked & { readonly object: string })[];
  /** A question that it does not answer. */
  unknown(): Asked;
}

export interface Asked {
  readonly messages: ChatMessage[];
  readonly answer: string;
}

/** @param lines at least one. */
export function inventedBlock(lines: number, dice: Dice, invention: Invention): InventedBlock {
  const { relations } = phrasings();
  const used = new Set<string>();
  const people: Person[] = [];
  while (people.length < lines) {
    const relation = dice.pick(relations);
    const own = dice.below(OWN_EVERY) === 0;
    // Two lines about the user that contradict each other would make a question without one answer.
    if (own && used.has(relation.name)) continue;
    if (own) used.add(relation.name);
    const subject = own ? undefined : invention.person();
    people.push({ relation, subject, object: invention.object(relation.object) });
  }
  const cubes = people.map((person, at) => {
    const { statements } = formsFor(person);
    return lineOf(at, filled(dice.pick(statements), { s: person.subject, o: person.object }), dice);
  });
  const system = systemText(INSTRUCTIONS, compileBlock([{ id: "invented", kind: "core", cubes }]));
  const question = (person: Pick<Person, "relation" | "subject">) =>
    asking(filled(dice.pick(formsFor(person).questions), { s: person.subject }), system);
  return {
    known: people.map((person) => ({
      messages: question(person),
      answer: answerOf(person, person.object),
      object: person.object,
    })),
    unknown() {
      const about = { relation: dice.pick(people).relation, subject: invention.person() };
      return { messages: question(about), answer: unknownOf(about) };
    },
  };
}

function lineOf(number: number, text: string, dice: Dice): MemCube {
  return {
    id: `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`,
    scope: { tenant: "invented" },
    type: "core",
    payload: { kind: "plaintext", text, format: "text" },
    attributes: { keywords: [], tags: [], metadata: {}, authors: {} },
    provenance: { origin: "user", actor: "user", sources: [] },
    time: { recordedAt: new Date(FIRST_DAY + dice.below(DAYS) * 86_400_000).toISOString() },
    governance: DEFAULT_GOVERNANCE,
    behaviour: NEW_BEHAVIOUR,
    state: "active",
    version: 1,
  };
}
