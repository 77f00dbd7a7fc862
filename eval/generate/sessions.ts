import { type Random, randomOf } from "./random.js";
import {
  ACTIVITIES,
  CITIES,
  CLUBS,
  GOODS,
  HOBBIES,
  ITEMS,
  MEALS,
  MONTHS,
  PETS,
  RELATIVES,
  SMALL_TALK,
  TOPICS,
} from "./sessionWords.js";

interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly has_answer?: boolean;
}

/** A question in LongMemEval's own format, with sessions of its own. */
export interface GeneratedQuestion {
  readonly question_id: string;
  readonly question_type: string;
  readonly question: string;
  readonly answer: string;
  readonly question_date: string;
  readonly haystack_session_ids: readonly string[];
  readonly haystack_dates: readonly string[];
  readonly haystack_sessions: readonly (readonly Turn[])[];
  readonly answer_session_ids: readonly string[];
}

export interface SessionsOptions {
  readonly seed: number;
  readonly questions: number;
  /** Sessions of each question, those with evidence among them. */
  readonly sessions: number;
}

/** What a question is about: one turn for each session that holds a part of the answer, in the order of time. */
interface Asked {
  readonly type: string;
  readonly question: string;
  readonly answer: string;
  readonly evidence: readonly Turn[];
  /** Turns that say something similar of somebody or something else. */
  readonly distractors: readonly string[];
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2031, 0, 6, 9);

/**
 * Dated sessions between a user and an assistant with questions about single sessions, several sessions, changed
 * values and dates. Every evidence has its distractors: the same kind of thing, said of a relative or of another
 * object, in sessions of the same topics.
 */
export function generateSessions({ seed, questions, sessions }: SessionsOptions): GeneratedQuestion[] {
  const random = randomOf(seed);
  const kinds = [fromUser, fromAssistant, changed, summed, between];
  return Array.from({ length: questions }, (_, number) => {
    const asked = (kinds[number % kinds.length] as (random: Random) => Asked)(random);
    return questionOf(`generated_${seed}_${number}`, asked, sessions, random);
  });
}

function questionOf(id: string, asked: Asked, count: number, random: Random): GeneratedQuestion {
  const { evidence, distractors } = asked;
  const places = random.sample(
    Array.from({ length: count }, (_, at) => at),
    evidence.length + Math.min(distractors.length, count - evidence.length),
  );
  const evidenceAt = places.slice(0, evidence.length).sort((a, b) => a - b);
  const distractorAt = places.slice(evidence.length);
  const told = new Map<number, Turn>([
    ...evidence.map((turn, at) => [evidenceAt[at] as number, turn] as const),
    ...distractorAt.map((place, at) => [place, said(distractors[at] as string)] as const),
  ]);
  const ids = Array.from({ length: count }, (_, at) => `${id}_session_${at + 1}`);
  const dates = ids.map((_, at) => dateOf(FIRST_DAY + at * 3 * DAY_MS + random.between(0, 600) * 60_000));
  return {
    question_id: id,
    question_type: asked.type,
    question: asked.question,
    answer: asked.answer,
    question_date: dateOf(FIRST_DAY + (count + 1) * 3 * DAY_MS),
    haystack_session_ids: ids,
    haystack_dates: dates,
    haystack_sessions: ids.map((_, at) => conversation(told.get(at), random)),
    answer_session_ids: evidenceAt.map((at) => ids[at] as string),
  };
}

/** Small talk about one topic, with what is to be told somewhere in the middle. */
function conversation(told: Turn | undefined, random: Random): Turn[] {
  const { subject, questions, advice } = random.pick(TOPICS);
  const turns: Turn[] = random
    .sample(questions, 3)
    .flatMap((question) => [
      said(question),
      { role: "assistant", content: `${random.pick(SMALL_TALK)} ${random.sample(advice, 2).join(" ")}` },
    ]);
  if (told === undefined) return turns;
  const place = 2 * random.between(0, 3);
  const around: Turn[] =
    told.role === "user"
      ? [told, { role: "assistant", content: filled(random.pick(SMALL_TALK), random) }]
      : [said(`Before we go on with ${subject}, could you suggest something?`), told];
  return [...turns.slice(0, place), ...around, ...turns.slice(place)];
}

/** No two sessions say the very same: what repeats would be found in all of them at once. */
function filled(text: string, random: Random): string {
  return text
    .replaceAll("{n}", () => String(random.between(2, 99)))
    .replaceAll("{city}", () => random.pick(CITIES))
    .replaceAll("{month}", () => random.pick(MONTHS));
}

function said(content: string): Turn {
  return { role: "user", content };
}

function evidence(content: string, role: Turn["role"] = "user"): Turn {
  return { role, content, has_answer: true };
}

function fromUser(random: Random): Asked {
  const [kind, other] = random.sample(Object.keys(PETS) as (keyof typeof PETS)[], 2) as [
    keyof typeof PETS,
    keyof typeof PETS,
  ];
  const [name, second, third] = random.sample(PETS[kind], 3) as [string, string, string];
  return {
    type: "single-session-user",
    question: `What is the name of my ${kind}?`,
    answer: name,
    evidence: [
      evidence(`By the way, we picked up our new ${kind} from the shelter and decided to call it ${name}.`),
    ],
    distractors: [
      `My ${random.pick(RELATIVES)} has a ${kind} that answers to ${second}, which I find funny.`,
      `I looked after a neighbour's ${other} last weekend, ${third} was no trouble at all.`,
      `There are so many kinds of food for a ${kind} that I never know what to take.`,
    ],
  };
}

function fromAssistant(random: Random): Asked {
  const [meal, other] = random.sample(MEALS, 2) as [string, string];
  const [city, second] = random.sample(CITIES, 2) as [string, string];
  const [house, third, fourth] = random.sample(CLUBS, 3) as [string, string, string];
  return {
    type: "single-session-assistant",
    question: `Which place did you recommend to me for ${meal} in ${city}?`,
    answer: house,
    evidence: [
      evidence(
        `If you want good ${meal} in ${city}, I would go to ${house}: it is small, so book ahead.`,
        "assistant",
      ),
    ],
    distractors: [
      `Somebody told me that ${third} in ${second} is the place to go for ${meal}.`,
      `I had ${other} in ${city} once, at ${fourth}, and it was nothing special.`,
    ],
  };
}

function changed(random: Random): Asked {
  const [activity, other] = random.sample(ACTIVITIES, 2) as [
    (typeof ACTIVITIES)[number],
    (typeof ACTIVITIES)[number],
  ];
  const [first, second, third] = random.sample(
    Array.from({ length: 40 }, (_, at) => at + 12),
    3,
  ) as [number, number, number];
  return {
    type: "knowledge-update",
    question: `What is my current best ${activity.measure} in ${activity.name}?`,
    answer: `${second} ${activity.unit}`,
    evidence: [
      evidence(
        `My best ${activity.measure} in ${activity.name} so far is ${first} ${activity.unit}, and I want to get better.`,
      ),
      evidence(`Great news, I beat my old mark in ${activity.name}: ${second} ${activity.unit} this time!`),
    ],
    distractors: [
      `My ${random.pick(RELATIVES)} does ${activity.name} as well and manages ${third} ${activity.unit}.`,
      `In ${other.name} I am still a beginner, ${random.between(3, 11)} ${other.unit} is all that I manage.`,
    ],
  };
}

function summed(random: Random): Asked {
  const [hobby, other] = random.sample(HOBBIES, 2) as [(typeof HOBBIES)[number], (typeof HOBBIES)[number]];
  const bought = random
    .sample(hobby.gear, random.between(2, 3))
    .map((thing) => ({ thing, price: random.between(11, 190) }));
  return {
    type: "multi-session",
    question: `How much money have I spent on ${hobby.name} gear altogether?`,
    answer: `${bought.reduce((sum, { price }) => sum + price, 0)} dollars`,
    evidence: bought.map(({ thing, price }) =>
      evidence(`I treated myself to ${thing} for my ${hobby.name} yesterday, it cost ${price} dollars.`),
    ),
    distractors: [
      `My ${random.pick(RELATIVES)} spent ${random.between(11, 190)} dollars on ${random.pick(ITEMS)} last month.`,
      `I picked up ${random.pick(other.gear)} for ${other.name}, ${random.between(11, 190)} dollars with the discount.`,
      `I would like to get further with ${hobby.name}, but I never find the time.`,
    ],
  };
}

function between(random: Random): Asked {
  const [first, second, third] = random.sample(GOODS, 3) as [string, string, string];
  const days = random.between(4, 40);
  const start = FIRST_DAY - 90 * DAY_MS;
  const dayOf = (instant: number) =>
    new Date(instant).toLocaleDateString("en-US", { month: "long", day: "numeric", timeZone: "UTC" });
  return {
    type: "temporal-reasoning",
    question: `How many days passed between the day I ${first} and the day I ${second}?`,
    answer: `${days} days`,
    evidence: [
      evidence(`On ${dayOf(start)} I ${first}, and I am still happy about it.`),
      evidence(`I finally ${second} on ${dayOf(start + days * DAY_MS)}, what a relief.`),
    ],
    distractors: [
      `My ${random.pick(RELATIVES)} says the best day of the year was when they ${third}.`,
      `Some day I would like to write down everything that happened this year.`,
    ],
  };
}

function dateOf(instant: number): string {
  const date = new Date(instant);
  const iso = date.toISOString();
  const weekday = date.toLocaleDateString("en-US", { weekday: "short", timeZone: "UTC" });
  return `${iso.slice(0, 10).replaceAll("-", "/")} (${weekday}) ${iso.slice(11, 16)}`;
}
