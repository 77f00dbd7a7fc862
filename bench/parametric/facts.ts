import { filled, phrasings } from "../../memos/parametric/phrasings.js";
import { Dice } from "../../memos/parametric/trainingSet/dice.js";
import { Invention } from "../../memos/parametric/trainingSet/invented.js";

const SEED = 20_261_129;

export interface InventedFact {
  readonly statement: string;
  /** In a phrasing that is never learned. */
  readonly question: string;
  /** What an answer that knows it says. */
  readonly object: string;
}

/** Facts about people who do not exist, one of each person: nobody can know them. */
export function inventedFacts(count: number): InventedFact[] {
  const dice = new Dice(SEED, "bench");
  const invention = new Invention(dice, new Set(), true);
  const { relations } = phrasings();
  return Array.from({ length: count }, () => {
    const { statements, heldQuestions, object: kind } = dice.pick(relations);
    const [subject, object] = [invention.person(), invention.object(kind)];
    return {
      statement: filled(dice.pick(statements), { s: subject, o: object }),
      question: filled(dice.pick(heldQuestions), { s: subject }),
      object,
    };
  });
}
