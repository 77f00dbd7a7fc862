import { filled } from "./filled.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, type GeneratedRow, type RowOptions, rowOf } from "./row.js";
import { eventMaker, paragraphOf, people } from "./story.js";

/** What the book is about, in this order; between it, other people do what has no part in it. */
const PLOT = [
  "{hero} inherits {house} from {uncle}, whom nobody has seen for years.",
  "{rival} claims that {uncle} owed {rival} the house, and shows a letter.",
  "{friend} finds out that the letter was written after {uncle} had left.",
  "{hero} and {friend} travel to {town} to look for {uncle}.",
  "In {town} they find {uncle}, who works as a gardener under another name.",
  "{uncle} comes back and gives {house} to {hero}, and {rival} leaves the valley.",
];

/** Characters that have no part in the plot. */
const OTHERS = 4;

const TOWNS = ["Porto", "Bergen", "Ghent", "Cork", "Hobart", "Izmir"];
const HOUSES = ["the old mill", "the lighthouse", "the vineyard", "the inn", "the sawmill"];

/**
 * A book with a plot that is told in a few sentences between much that has no part in it, and its summary: the key
 * points are the plot.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range.
 */
export async function generateSummary(
  options: Omit<RowOptions, "questions"> & { readonly source: string },
): Promise<GeneratedRow> {
  checkRowOptions({ ...options, questions: 1 });
  const random = randomOf(options.seed);
  const [hero, rival, friend, uncle, ...others] = people(options.seed, 4 + OTHERS) as [
    string,
    string,
    string,
    string,
    ...string[],
  ];
  const parts: Readonly<Record<string, string>> = {
    hero,
    rival,
    friend,
    uncle,
    town: random.pick(TOWNS),
    house: random.pick(HOUSES),
  };
  const plot = PLOT.map((sentence) =>
    sentence.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] as string),
  );
  const make = eventMaker(random, others);
  const around = await filled(
    options.tokens - TOKENS_OF_PLOT,
    () => paragraphOf(make(), random),
    (paragraph) => paragraph,
    "\n\n",
  );
  return rowOf(
    options.source,
    among(plot, around, random).join("\n\n"),
    [{ question: "Summarize the book: its plot, and who takes part in it.", answers: [plot.join(" ")] }],
    { keypoints: plot },
  );
}

/** Room that the plot has of the length. */
const TOKENS_OF_PLOT = 250;

/** The plot in its order, and at drawn places of the other paragraphs. */
function among(plot: readonly string[], around: readonly string[], random: Random): string[] {
  const places = plot.map(() => random.between(0, around.length)).sort((a, b) => a - b);
  return [...around, ""].flatMap((paragraph, at) => [
    ...plot.filter((_, index) => places[index] === at),
    ...(paragraph === "" ? [] : [paragraph]),
  ]);
}
