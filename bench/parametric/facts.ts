import { filled, phrasings } from "../../memos/parametric/phrasings.js";
import { Dice } from "../../memos/parametric/trainingSet/dice.js";
import { Invention } from "../../memos/parametric/trainingSet/invented.js";

const SEED = 20_261_129;

/** Statements about people who do not exist, one of each person: nobody can know them. */
export function inventedStatements(count: number): string[] {
  const dice = new Dice(SEED, "bench");
  const invention = new Invention(dice, new Set(), true);
  const { relations } = phrasings();
  return Array.from({ length: count }, () => {
    const { statements, object } = dice.pick(relations);
    return filled(dice.pick(statements), { s: invention.person(), o: invention.object(object) });
  });
}
