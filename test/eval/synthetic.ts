import { seededRandom } from "../../eval/metrics/index.js";

const PEOPLE = ["Orla Venn", "Tamsin Roake", "Bram Ostrey", "Ilse Kordan", "Pavo Lindt", "Mirel Ashdown"];
const TOWNS = ["Quillmere", "Harrowgate Sands", "Velmouth", "Tarnby", "Osprey Hollow", "Dunlow"];
const PETS = ["a ferret called Biscuit", "a heron called Pike", "a goat called Marble", "a newt called Plum"];
const TRADES = ["bookbinding", "glassblowing", "beekeeping", "clockmaking", "ropewalking", "falconry"];
const SMALL_TALK = [
  "How was your week?",
  "That sounds lovely, tell me more!",
  "I know what you mean.",
  "The weather has been odd lately.",
  "Thanks, that means a lot.",
];

function picker(seed: number): <T>(items: readonly T[]) => T {
  const random = seededRandom(seed);
  return (items) => items[Math.floor(random() * items.length)] as (typeof items)[number];
}

/**
 * Conversations in LoCoMo's format with invented people: each has three sessions with one fact each between
 * small talk, a photo, and one question per fact. As in the published file, one evidence string names two
 * turns, one is misspelt and one question has none.
 */
export function syntheticLocomo(conversations = 2) {
  return Array.from({ length: conversations }, (_, number) => {
    const pick = picker(number + 1);
    const [speaker, friend] = [PEOPLE[(2 * number) % 6] as string, PEOPLE[(2 * number + 1) % 6] as string];
    const facts = [
      { text: `I finally moved to ${pick(TOWNS)} last month.`, question: `Where did ${speaker} move?` },
      { text: `We adopted ${pick(PETS)} from the shelter.`, question: `Which pet did ${speaker} adopt?` },
      { text: `I am taking a course in ${pick(TRADES)}.`, question: `Which course does ${speaker} take?` },
    ];
    const sessions = facts.map(({ text }, index) => [
      { speaker: friend, dia_id: `D${index + 1}:1`, text: pick(SMALL_TALK) },
      { speaker, dia_id: `D${index + 1}:2`, text },
      { speaker: friend, dia_id: `D${index + 1}:3`, text: pick(SMALL_TALK), blip_caption: "a lantern" },
    ]);
    return {
      sample_id: `syn-${number + 1}`,
      conversation: {
        speaker_a: speaker,
        speaker_b: friend,
        ...Object.fromEntries(sessions.map((turns, index) => [`session_${index + 1}`, turns])),
        ...Object.fromEntries(
          facts.map((_fact, index) => [
            `session_${index + 1}_date_time`,
            `${index + 1}:05 pm on 8 May, 2031`,
          ]),
        ),
        // The published file has dates of sessions that it does not have.
        session_9_date_time: "1:05 am on 1 January, 2032",
      },
      qa: [
        ...facts.map(({ question }, index) => ({
          question,
          answer: index,
          evidence: [`D${index + 1}:2`],
          category: index + 1,
        })),
        {
          question: `What changed for ${speaker}?`,
          answer: "much",
          evidence: ["D1:2; D2:2", "D"],
          category: 4,
        },
        { question: "Who is unknown?", adversarial_answer: "nobody", evidence: ["D:11:26"], category: 5 },
      ],
    };
  });
}

/** A corpus in the retrieval format about invented people and towns; every question has two gold passages. */
export function syntheticRetrieval() {
  const pick = picker(7);
  const people = PEOPLE.map((name, index) => ({
    id: index,
    title: name,
    text: `${name} practises ${TRADES[index]} and was born in ${TOWNS[index]}.`,
  }));
  const towns = TOWNS.map((name, index) => ({
    id: PEOPLE.length + index,
    title: name,
    text: `${name} is a town known for ${pick(PETS)}.`,
  }));
  return {
    corpus: [...people, ...towns],
    queries: PEOPLE.map((name, index) => ({
      id: `q${index}`,
      question: `What is the town of ${TOWNS[index]}, where ${name} was born, known for?`,
      gold: [index, PEOPLE.length + index],
    })),
  };
}

/** A file in SQuAD's format: a paragraph and a question for each town, and one question without an answer. */
export function syntheticSquad() {
  const paragraphs = TOWNS.map((town, index) => ({
    context: `${town} is a small town. Its market has been held by the family of ${PEOPLE[index]} for a century.`,
    qas: [
      {
        id: `q${index}`,
        question: `Whose family has held the market of ${town}?`,
        answers: [{ text: PEOPLE[index], answer_start: 0 }],
      },
    ],
  }));
  const [first, ...rest] = paragraphs;
  const unanswered = { id: "q-none", question: "Who left Quillmere?", answers: [], is_impossible: true };
  return {
    version: "2.0",
    data: [
      {
        title: "Towns",
        paragraphs: [{ ...first, qas: [...(first?.qas ?? []), unanswered] }, ...rest],
      },
    ],
  };
}
