import { filled } from "./filled.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, type GeneratedRow, type RowOptions, rowOf } from "./row.js";
import { eventMaker, paragraphOf, people } from "./story.js";
import { COLOURS, PLACES, THINGS } from "./storyWords.js";

const SUSPECTS = 4;
const OTHERS = 4;

/** Room that what bears on the case has of the length. */
const TOKENS_OF_CASE = 500;

const MOTIVES = [
  "had debts with a bookmaker",
  "was about to be dismissed",
  "wanted to marry against the will of the family",
  "had been left out of the will",
];

/**
 * A story of a theft: every suspect says where he was, and a witness bears all of them out but one. The four options
 * of each question are all in the story, in sentences of the same kind; who did it takes two of them, and none says
 * it.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range.
 */
export async function generateDetective(
  options: Omit<RowOptions, "questions"> & { readonly source: string },
): Promise<GeneratedRow> {
  checkRowOptions({ ...options, questions: 1 });
  const random = randomOf(options.seed);
  const names = people(options.seed, 2 * SUSPECTS + OTHERS);
  const suspects = names.slice(0, SUSPECTS);
  const witnesses = names.slice(SUSPECTS, 2 * SUSPECTS);
  const places = random.sample(PLACES, SUSPECTS);
  const motives = random.shuffle(MOTIVES);
  const possessions = random.sample(THINGS, SUSPECTS).map((thing) => `the ${random.pick(COLOURS)} ${thing}`);
  const thief = random.between(0, SUSPECTS - 1);
  const stolen = random.between(0, SUSPECTS - 1);
  const at = (list: readonly string[], index: number) => list[index] as string;

  const alibis = suspects.map(
    (one, index) => `${one} claimed to have been in ${places[index]} at nine o'clock.`,
  );
  const statements = witnesses.map((one, index) =>
    index === thief
      ? `${one}, who was in ${places[index]} from eight to ten, told the inspector that nobody else had come.`
      : `${one}, who was in ${places[index]} from eight to ten, told the inspector that somebody else had come at nine.`,
  );
  const whys = suspects.map((one, index) => `Everybody knew that ${one} ${motives[index]}.`);
  const vault = `In the vault were ${possessions.slice(0, -1).join(", ")} and ${possessions.at(-1)}.`;
  const missing = `At nine o'clock somebody opened the vault; in the morning only ${random
    .shuffle(possessions.filter((_, index) => index !== stolen))
    .join(", ")} were there.`;

  const make = eventMaker(random, names);
  const around = await filled(
    options.tokens - TOKENS_OF_CASE,
    () => paragraphOf(make(), random),
    (paragraph) => paragraph,
    "\n\n",
  );
  const clues = [...alibis, ...statements, ...whys, vault, missing];
  const askedOf = random.sample([...suspects.keys()], 2) as [number, number];
  const asked = [
    choice("Who opened the vault?", at(suspects, thief), suspects, random),
    choice("What was stolen from the vault?", at(possessions, stolen), possessions, random),
    choice("Where did the one who opened the vault claim to have been?", at(places, thief), places, random),
    choice("What is known of the one who opened the vault?", at(motives, thief), motives, random),
    ...askedOf.map((index) =>
      choice(`Where did ${suspects[index]} claim to have been?`, at(places, index), places, random),
    ),
    ...askedOf.map((index) =>
      choice(`Who was in ${places[index]} from eight to ten?`, at(witnesses, index), witnesses, random),
    ),
  ];
  return rowOf(options.source, random.shuffle([...clues, ...around]).join("\n\n"), asked);
}

function choice(question: string, right: string, all: readonly string[], random: Random) {
  const options = random.shuffle(all).map((text, index) => ({ text, line: `${"ABCD"[index]}. ${text}` }));
  const answer = options.find(({ text }) => text === right)?.line as string;
  return { question: `${question}\n${options.map(({ line }) => line).join("\n")}`, answers: [answer] };
}
