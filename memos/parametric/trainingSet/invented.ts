import type { Dice } from "./dice.js";

const BEGINNINGS = "b br d dr f g gr h j k l m n p r s st t tr v z".split(" ");
const VOWELS = "a e i o u".split(" ");
const ENDINGS = "l n r s x".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** What objects that need no name can be, by what they are. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  job: ["baker", "carpenter", "dentist", "gardener", "nurse", "pilot", "plumber", "tailor"],
  drink: ["cocoa", "coffee", "cider", "lemonade", "milk", "tea", "water", "apple juice"],
  food: ["bread", "cheese", "noodles", "pancakes", "peanuts", "rice", "soup", "strawberries"],
  colour: ["black", "blue", "brown", "green", "orange", "purple", "red", "yellow"],
  animal: ["bear", "deer", "fox", "hedgehog", "otter", "owl", "rabbit", "wolf"],
  sport: ["basketball", "cricket", "football", "hockey", "rowing", "rugby", "tennis", "volleyball"],
  season: ["spring", "summer", "autumn", "winter"],
  hobby: ["baking", "chess", "cycling", "fishing", "knitting", "painting", "pottery", "sailing"],
  language: ["Danish", "Dutch", "French", "German", "Greek", "Italian", "Polish", "Spanish"],
  instrument: ["cello", "clarinet", "drums", "flute", "guitar", "harp", "piano", "trumpet"],
};

/** People and things that nobody ever mentioned. Their names depend on the dice alone. */
export class Invention {
  readonly #dice: Dice;
  readonly #taken: Set<string>;
  readonly #alone: boolean;

  /**
   * @param taken words that stand in no name, folded as `entityKey` does; new names are added.
   * @param alone whether what is invented here comes once: each part of a name, and each name of a thing.
   */
  constructor(dice: Dice, taken: Set<string>, alone: boolean) {
    this.#dice = dice;
    this.#taken = taken;
    this.#alone = alone;
  }

  /** A full name that was not given before. */
  person(): string {
    for (;;) {
      const name = `${this.#word(2)} ${this.#word(3)}`;
      const key = name.toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return name;
    }
  }

  /** An object of a relation, by what its objects are. */
  object(kind: string | undefined): string {
    if (kind === "date") return `${1 + this.#dice.below(28)} ${this.#dice.pick(MONTHS)}`;
    const words = kind === undefined ? undefined : WORDS[kind];
    if (words !== undefined) return this.#dice.pick(words);
    return this.#word(kind === "person" || kind === "pet" ? 2 : 3);
  }

  #word(syllables: number): string {
    for (;;) {
      let word = "";
      for (let at = 0; at < syllables; at++) word += this.#dice.pick(BEGINNINGS) + this.#dice.pick(VOWELS);
      if (this.#dice.below(2) === 0) word += this.#dice.pick(ENDINGS);
      if (this.#taken.has(word)) continue;
      if (this.#alone) this.#taken.add(word);
      return word.charAt(0).toUpperCase() + word.slice(1);
    }
  }
}
