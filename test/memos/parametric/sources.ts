import fc from "fast-check";
import type { CubeState, CubeType } from "../../../memcube/index.js";
import { filled, phrasings } from "../../../memos/parametric/phrasings.js";
import type { Fact, Source } from "../../../memos/parametric/trainingSet/index.js";
import { type CubeShape, cubeOf } from "../activation/cubes.js";

/** A memory of somebody whose own words are in the first person. */
const SCOPE = { tenant: "acme", user: "user-1" };

export function sourceOf(
  number: number,
  text: string,
  shape: CubeShape & { readonly facts?: readonly Fact[]; readonly superseded?: boolean } = {},
): Source {
  const { facts = [], superseded = false, ...rest } = shape;
  return { cube: cubeOf(number, { scope: SCOPE, actor: "user-1", text, ...rest }), facts, superseded };
}

/** As many facts about as many people, in the phrasings of the table. */
export function manySources(count: number): Source[] {
  const { relations } = phrasings();
  return Array.from({ length: count }, (_, at) => {
    const relation = relations[at % relations.length];
    const statements = relation?.statements ?? [];
    const statement = statements[at % statements.length] ?? "";
    return sourceOf(at + 1, filled(statement, { s: `Ada Person${at}`, o: `Object${at}` }));
  });
}

const { relations } = phrasings();

/** A sentence in any phrasing, held out or not, about somebody or about the speaker. */
const sentence = fc
  .record({
    relation: fc.constantFrom(...relations),
    own: fc.boolean(),
    held: fc.boolean(),
    which: fc.nat(20),
    subject: fc.constantFrom("Ana Silva", "Rui Costa", "Bea", "Dr. Neto", "Maria do Carmo"),
    object: fc.nat(99).map((number) => `Object${number}`),
  })
  .map(({ relation, own, held, which, subject, object }) => {
    const third = held ? relation.heldStatements : relation.statements;
    const first = held ? relation.heldOwnStatements : relation.ownStatements;
    const templates = own ? first : third;
    return filled(templates[which % templates.length] ?? "", { s: subject, o: object });
  });

const prose = fc.constantFrom(
  "The harbour opens at nine.",
  "Thanks!",
  "👍",
  "We talked about Lisbon and the mother tongue of sailors.",
  "Where does Ana Silva live?",
);

const fact = fc.record({
  subject: fc.constantFrom("Ana Silva", "user-1", "user-1's sister", "Rui Costa"),
  relation: fc.constantFrom("lives in", "mother tongue", "shoe size", "likes", "profession", "visited"),
  object: fc.nat(99).map((number) => `Fact${number}`),
});

/** A cube of any kind and state, with facts of it that may or may not stand in its text. */
export const arbitrarySource = (number: number): fc.Arbitrary<Source> =>
  fc
    .record({
      sentences: fc.array(fc.oneof({ weight: 3, arbitrary: sentence }, prose), {
        minLength: 1,
        maxLength: 4,
      }),
      facts: fc.array(fact, { maxLength: 2 }),
      superseded: fc.boolean(),
      type: fc.constantFrom<CubeType>("semantic", "episodic", "core", "vault"),
      state: fc.constantFrom<CubeState>("active", "frozen", "archived", "merged", "forgotten", "generated"),
      secret: fc.boolean(),
      sealed: fc.boolean(),
    })
    .map(({ sentences, facts, superseded, type, state, secret, sealed }) =>
      sourceOf(number, [...sentences, `The mark is Mark${number}mark.`].join(" "), {
        facts: [...facts, { subject: "Ana Silva", relation: "sign", object: `Sign${number}sign` }],
        superseded,
        type,
        state,
        governance: { sensitivity: secret ? "secret" : "internal" },
        ...(sealed ? { sealed: { id: cubeOf(number).id } } : {}),
      }),
    );
