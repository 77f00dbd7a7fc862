import type { Sort } from "./factWordings.js";

type Pick = <T>(items: readonly T[]) => T;

const ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr q r s sh st t th tr v w y z".split(" ");
const VOWELS = "a e i o u ai ea ie oa ou".split(" ");
const CODAS = " n r l s m nd rk th x ll st".split(" ");
const OPENINGS = "Garden Bell River Winter Lantern Harbour Silence Orchard Mirror Comet Road Island".split(
  " ",
);
const WORK_SHAPES = [
  "The N of X",
  "X",
  "The Last N in X",
  "A N for X",
  "X: The N",
  "The X N (film)",
  "Who Loves X?",
  "Ns of X",
];

const ENDINGS: Readonly<Record<Sort, readonly string[]>> = {
  person: [],
  city: ["", "ford", "ville", " Falls", "stad", " Bay"],
  country: ["ia", "land", "stan", " Republic", "mark"],
  continent: ["ica", "asia", "eria"],
  company: [" Group", " Corporation", " & Sons", " Media", " Network", "tech"],
  school: [" University", " College", " Academy", " Institute of Technology"],
  work: [],
  product: [" 3000", " Engine", "Phone", " Roadster", "OS"],
  club: [" United", " Rovers", " F.C.", " Athletic"],
  sport: ["ball", " hockey", " wrestling", " racing"],
  position: ["keeper", " guard", " back", " striker"],
  language: ["ish", "ese", "ic", "ian"],
  religion: ["ism", " Church", "anity"],
  music: [" rock", "core", " folk"],
  field: ["ology", " law", " design", "nomics"],
};

const LOWER: ReadonlySet<Sort> = new Set(["sport", "position", "music", "field"]);

/** Invents names that occur nowhere else, each once: what is answered about them was read, not known before. */
export function nameInventor(random: () => number): (sort: Sort) => string {
  const taken = new Set<string>();
  const pick: Pick = (items) => items[Math.floor(random() * items.length)] as (typeof items)[number];
  const syllables = (count: number) =>
    Array.from({ length: count }, () => pick(ONSETS) + pick(VOWELS) + pick(CODAS)).join("");
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const word = () => capital(syllables(pick([2, 2, 3])));
  const named = (sort: Sort): string => {
    if (sort === "person")
      return `${word()} ${random() < 0.15 ? `${capital(pick(ONSETS).charAt(0))}. ` : ""}${word()}`;
    if (sort === "work") return pick(WORK_SHAPES).replace("N", pick(OPENINGS)).replace("X", word());
    const name = word() + pick(ENDINGS[sort]);
    return LOWER.has(sort) ? name.toLowerCase() : name;
  };
  return (sort) => {
    for (;;) {
      const name = named(sort);
      const key = name.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}
