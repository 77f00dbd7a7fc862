import { seededRandom } from "../metrics/index.js";
import { filled } from "./filled.js";
import { nameInventor } from "./inventedNames.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, enough, type GeneratedRow, type RowOptions, rowOf, sizeName } from "./row.js";

export interface DocumentOptions extends RowOptions {
  /** Documents that an answer takes. */
  readonly hops: 1 | 2;
}

interface Person {
  readonly name: string;
  readonly born: City;
  readonly year: number;
  readonly employer: Company;
  readonly plays: string;
}
interface City {
  readonly name: string;
  readonly country: string;
  readonly river: string;
  readonly inhabitants: string;
}
interface Company {
  readonly name: string;
  readonly founder: string;
  readonly seat: City;
  readonly makes: string;
}

/** A text about one thing, and what can be asked of it. */
interface Document {
  readonly sentences: readonly string[];
  readonly questions: readonly Question[];
}
interface Question {
  readonly question: string;
  readonly answers: readonly string[];
  readonly evidence: readonly string[];
  readonly hops: 1 | 2;
}

/** A city and a company for two people: each is the answer about several, and no person is alone with a value. */
const PEOPLE_OF_EACH = 2;

const INSTRUMENTS = "cello flute harp lute oboe piano trumpet tuba viola zither".split(" ");
const PRODUCTS = "bicycles bricks buttons candles chairs clocks gloves kites lamps ropes sails soap".split(
  " ",
);

/**
 * Documents about invented people, cities and companies, all of the same kinds and in several wordings, with
 * questions that take one document, or two of which the second is found by what the first says. The same options
 * give the same row.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range, or more questions than the documents have.
 */
export async function generateDocuments({ hops, ...options }: DocumentOptions): Promise<GeneratedRow> {
  checkRowOptions(options);
  const random = randomOf(options.seed);
  const groups = await filled(options.tokens, groupMaker(options.seed, random), (documents) =>
    documents.map((document) => textOf(document, 1_000)).join("\n\n"),
  );
  const documents = random.shuffle(groups.flat());
  const possible = documents.flatMap(({ questions }) => questions.filter((one) => one.hops === hops));
  const asked = enough(random.shuffle(possible), options);
  return rowOf(
    `ruler_qa${hops}_${sizeName(options.tokens)}`,
    documents.map((document, index) => textOf(document, index + 1)).join("\n\n"),
    asked.map(({ question, answers, evidence }) => ({ question, answers, evidence })),
  );
}

function textOf({ sentences }: Document, number: number): string {
  return `Document ${number}:\n${sentences.join(" ")}`;
}

/** Two cities, two companies and four people who are of both. */
function groupMaker(seed: number, random: Random): () => Document[] {
  const invent = nameInventor(seededRandom(seed));
  return () => {
    const cities = Array.from(
      { length: PEOPLE_OF_EACH },
      (): City => ({
        name: invent("city"),
        country: invent("country"),
        river: invent("city"),
        inhabitants: `${random.between(11, 980)},${random.between(100, 999)}`,
      }),
    );
    const companies = cities.toReversed().map(
      (seat): Company => ({
        name: invent("company"),
        founder: invent("person"),
        seat,
        makes: random.pick(PRODUCTS),
      }),
    );
    const persons = cities.flatMap((born) =>
      companies.map(
        (employer): Person => ({
          name: invent("person"),
          born,
          year: random.between(1_801, 1_999),
          employer,
          plays: random.pick(INSTRUMENTS),
        }),
      ),
    );
    const ofCities = new Map(cities.map((city) => [city, ofCity(city, random)]));
    const about = (city: City) => ofCities.get(city) as Document;
    const ofCompanies = new Map(
      companies.map((company) => [company, ofCompany(company, about(company.seat), random)]),
    );
    const ofPersons = persons.map((person) =>
      ofPerson(person, about(person.born), ofCompanies.get(person.employer) as Document, random),
    );
    return [...ofCities.values(), ...ofCompanies.values(), ...ofPersons];
  };
}

function ofCity({ name, country, river, inhabitants }: City, random: Random): Document {
  const sentences = [
    random.pick([`${name} is a city in ${country}.`, `The city of ${name} belongs to ${country}.`]),
    random.pick([
      `It lies on the river ${river} and is known for its bridges.`,
      `Its old town stands on both banks of the river ${river}.`,
    ]),
    random.pick([`About ${inhabitants} people live in ${name}.`, `${name} has ${inhabitants} inhabitants.`]),
  ];
  return {
    sentences,
    questions: [
      single(`In which country is the city of ${name}?`, inPlace(country), sentences[0]),
      single(
        `On which river does ${name} lie?`,
        [river, `the river ${river}`, `on the river ${river}`],
        sentences[1],
      ),
      single(
        `How many people live in ${name}?`,
        [inhabitants, `about ${inhabitants}`, `${inhabitants} people`],
        sentences[2],
      ),
    ],
  };
}

function ofCompany({ name, founder, seat, makes }: Company, city: Document, random: Random): Document {
  const sentences = [
    random.pick([`${name} is a maker of ${makes}.`, `The company ${name} makes ${makes}.`]),
    random.pick([`It was founded by ${founder}.`, `Its founder was ${founder}.`]),
    random.pick([`${name} has its seat in ${seat.name}.`, `The seat of ${name} is in ${seat.name}.`]),
  ];
  return {
    sentences,
    questions: [
      single(`Who founded ${name}?`, [founder, `${founder} did`, `by ${founder}`], sentences[1]),
      single(`In which city does ${name} have its seat?`, inPlace(seat.name), sentences[2]),
      double(
        `On which river lies the city where ${name} has its seat?`,
        [seat.river, `the river ${seat.river}`, `on the river ${seat.river}`],
        [sentences[2], city.sentences[1]],
      ),
    ],
  };
}

function ofPerson(
  { name, born, year, employer, plays }: Person,
  city: Document,
  company: Document,
  random: Random,
): Document {
  const sentences = [
    random.pick([
      `${name} was born in ${born.name} in ${year}.`,
      `Born in ${year}, ${name} comes from ${born.name}.`,
    ]),
    random.pick([`${name} works for ${employer.name}.`, `The employer of ${name} is ${employer.name}.`]),
    random.pick([
      `In the evening ${name} plays the ${plays}.`,
      `Friends know ${name} as a player of the ${plays}.`,
    ]),
  ];
  return {
    sentences,
    questions: [
      single(`In which city was ${name} born?`, inPlace(born.name), sentences[0]),
      single(
        `Which instrument does ${name} play?`,
        [`the ${plays}`, `${name} plays the ${plays}`, plays],
        sentences[2],
      ),
      double(`In which country is the city where ${name} was born?`, inPlace(born.country), [
        sentences[0],
        city.sentences[0],
      ]),
      double(
        `Who founded the company that ${name} works for?`,
        [employer.founder, `by ${employer.founder}`, `${employer.founder} did`],
        [sentences[1], company.sentences[1]],
      ),
    ],
  };
}

function inPlace(place: string): string[] {
  return [place, `in ${place}`, `it is ${place}`];
}

function single(question: string, answers: readonly string[], evidence: string | undefined): Question {
  return { question, answers, evidence: [evidence as string], hops: 1 };
}

function double(
  question: string,
  answers: readonly string[],
  evidence: readonly (string | undefined)[],
): Question {
  return { question, answers, evidence: evidence as readonly string[], hops: 2 };
}
