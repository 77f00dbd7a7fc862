import { seededRandom } from "../metrics/index.js";
import { filled } from "./filled.js";
import { nameInventor } from "./inventedNames.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, type GeneratedRow, type RowOptions, rowOf } from "./row.js";

/** Movies that the same people like, and how many such tastes there are. */
const TASTE = 6;
const TASTES = 10;

/** Movies that nobody speaks of: a recommendation is told from them too. */
const OTHERS = 60;

export interface MovieRow extends GeneratedRow {
  /** As in `entity2id.json`, which recommendations are scored by. */
  readonly entities: Readonly<Record<string, number>>;
}

/**
 * Dialogues in which movies are recommended, and others that end before that: what is right is what people who like
 * the same movies were recommended. Golds are ids of movies that the question does not name.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range.
 */
export async function generateMovies(options: RowOptions & { readonly source: string }): Promise<MovieRow> {
  checkRowOptions(options);
  const random = randomOf(options.seed);
  const invent = nameInventor(seededRandom(options.seed));
  const titles = Array.from({ length: TASTES * TASTE + OTHERS }, () => titleOf(invent("work")));
  const ids = random.shuffle([...titles.keys()]);
  const entities = Object.fromEntries(
    titles.map((title, index) => [
      `<http://dbpedia.org/resource/${title.replaceAll(" ", "_")}_(${random.between(1960, 2020)}_film)>`,
      ids[index] as number,
    ]),
  );
  const tastes = Array.from({ length: TASTES }, (_, taste) =>
    Array.from({ length: TASTE }, (_, at) => taste * TASTE + at),
  );
  const named = (index: number | undefined) => titles[index as number] as string;
  const dialogues = await filled(
    options.tokens,
    (index) => {
      const [first, second, third, fourth] = random.sample(tastes[index % TASTES] as number[], 4);
      return `${opening(named(first), named(second), random)}\nSystem: Then I recommend ${named(third)}, and ${named(fourth)} as well.\nUser: Thank you, I will watch ${named(third)} tonight.`;
    },
    (dialogue) => dialogue,
    "\n\n",
  );
  const asked = Array.from({ length: options.questions }, (_, index) => {
    const [first, second, ...rest] = random.shuffle(tastes[index % TASTES] as number[]);
    return {
      question: opening(named(first), named(second), random),
      answers: rest.map((other) => String(ids[other])),
    };
  });
  return { ...rowOf(options.source, random.shuffle(dialogues).join("\n\n"), asked), entities };
}

function opening(first: string, second: string, random: Random): string {
  return [
    `User: ${random.pick(["Hello!", "Hi there.", "Good evening."])} I am looking for a movie.`,
    "System: What have you liked so far?",
    `User: ${random.pick(["I liked", "I enjoyed", "My favourites are"])} ${first} and ${second}.`,
  ].join("\n");
}

/** A title without the marks that lists of recommendations are parted by. */
function titleOf(title: string): string {
  return title.replace(/ \(film\)|[:?]/g, "");
}
