import { filled } from "./filled.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, enough, type GeneratedRow, type RowOptions, rowOf, sizeName } from "./row.js";
import { type Event, eventMaker, paragraphOf, people } from "./story.js";

/** What is asked of an event: which comes next after some that are listed, or right before or after one. */
const KINDS = ["next", "before", "after"] as const;
export type EventKind = (typeof KINDS)[number];

export interface EventOptions extends RowOptions {
  /** All kinds, in turn, where none are named. */
  readonly kinds?: readonly EventKind[];
}

const CAST = 8;

/** Events that a question begins with. */
const PREVIOUS = 3;

/** Options beside the right one: they happen elsewhere in the book, or never. */
const ELSEWHERE = 3;
const NEVER = 2;

/** An event that happens elsewhere is at least so many events away: none of those that a question lists. */
const AWAY = PREVIOUS + 2;

/**
 * A book of events in a row, and questions about their order with six options, of which four happen in the book:
 * whoever knows only what happens, and not when, is right in one of four (after EventQA of MemoryAgentBench; Hu,
 * Wang and McAuley, 2025). The same options give the same row.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range, or more questions than events.
 */
export async function generateEvents({ kinds = KINDS, ...options }: EventOptions): Promise<GeneratedRow> {
  checkRowOptions(options);
  const random = randomOf(options.seed);
  const make = eventMaker(random, people(options.seed, CAST));
  const told = await filled(
    options.tokens,
    () => {
      const event = make();
      return { event, paragraph: paragraphOf(event, random) };
    },
    ({ paragraph }) => paragraph,
    "\n\n",
  );
  const events = told.map(({ event }) => event);
  const places = random
    .shuffle([...events.keys()].slice(PREVIOUS, -1).filter((place) => isAskable(place, events.length)))
    .slice(0, options.questions)
    .sort((a, b) => a - b);
  const asked = enough(places, options).map((place, index) =>
    questionOf(kinds[index % kinds.length] as EventKind, place, events, make, random),
  );
  return rowOf(
    `eventqa_${sizeName(options.tokens)}`,
    told.map(({ paragraph }) => paragraph).join("\n\n"),
    asked,
    { previous_events: asked.map(({ previous }) => previous) },
  );
}

function questionOf(
  kind: EventKind,
  place: number,
  events: readonly Event[],
  make: () => Event,
  random: Random,
) {
  const at = (index: number) => events[index] as Event;
  const right = at(kind === "before" ? place - 1 : kind === "after" ? place + 1 : place);
  const options = random.shuffle([
    right,
    ...elsewhere(place, events.length, random).map(at),
    ...Array.from({ length: NEVER }, make),
  ]);
  const listed = `[${options.map((option) => `'${option}'`).join(", ")}]`;
  const previous =
    kind === "next"
      ? events
          .slice(place - PREVIOUS, place)
          .map((event, index) => `${index + 1}. ${event}`)
          .join("\n")
      : at(place);
  return {
    question:
      kind === "next"
        ? `These are the events that have already occurred:\n\n${previous}\n\nBelow is a list of possible subsequent events:\n\n${listed}\n\nYour task is to choose from the above events which event happens next based on the book excerpt.`
        : `This event occurs in the book:\n\n${previous}\n\nBelow is a list of other events:\n\n${listed}\n\nYour task is to choose from the above events which event happens right ${kind} it.`,
    answers: [right],
    evidence: [...new Set([at(place), right])],
    previous,
  };
}

/** Events that are far enough from a place, before and after it. */
function farFrom(place: number, events: number): { readonly before: number; readonly all: number } {
  const before = Math.max(0, place - AWAY + 1);
  return { before, all: before + Math.max(0, events - place - AWAY) };
}

function isAskable(place: number, events: number): boolean {
  return farFrom(place, events).all >= ELSEWHERE;
}

/** Places of events that are far enough from one, drawn without looking at all of them. */
function elsewhere(place: number, events: number, random: Random): number[] {
  const { before, all } = farFrom(place, events);
  const drawn = new Set<number>();
  while (drawn.size < ELSEWHERE) drawn.add(random.between(0, all - 1));
  return [...drawn].map((index) => (index < before ? index : index - before + place + AWAY));
}
