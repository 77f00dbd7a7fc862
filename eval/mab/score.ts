import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { readJsonFile } from "../jsonFile.js";
import {
  answerScores,
  type EntityNames,
  entityNames,
  eventRecall,
  lenientScores,
  NearestTitle,
  parseOutput,
  recommendationRecall,
  recommendedItems,
} from "../metrics/index.js";
import type { Task } from "./sources.js";

/**
 * Characters of an answer that are scored and written. The longest that the protocol asks for has 2,000
 * tokens; an agent that answers with everything it knows is scored by the beginning of it.
 */
export const ANSWER_CHARACTERS = 65_536;

/** Where recommendations are looked at. */
const RECALL_AT = [1, 5, 10] as const;

/** The scores of one answer, by the names of the result files, and the answer as it was understood. */
export interface Scored {
  readonly scores: Readonly<Record<string, number>>;
  readonly parsed: string | readonly string[];
}

/** Recommendations are scored by the titles of `entity2id.json`. */
export class Entities {
  readonly #names: EntityNames;
  readonly #nearest: NearestTitle;

  constructor(names: EntityNames) {
    this.#names = names;
    this.#nearest = new NearestTitle(names);
  }

  /** Reads the file of the data set: ids by name. */
  static async load(path: string): Promise<Entities> {
    return new Entities(entityNames(await readJsonFile(path, z.record(z.string(), z.int()))));
  }

  /** The titles of entities that golds name by their ids. */
  titles(golds: readonly string[]): string[] {
    return golds.map((gold) => {
      const title = this.#names.get(Number(gold));
      if (title === undefined)
        throw new MemosError("INVALID_INPUT", `there is no entity with the id ${gold}`);
      return title;
    });
  }

  /** The titles that an output recommends, as many as are looked at. */
  recommended(output: string): string[] {
    return recommendedItems(output)
      .slice(0, Math.max(...RECALL_AT))
      .map((item) => this.#nearest.of(item));
  }
}

/**
 * Scores one output as the protocol does for its task: labels and events by the parsed answer alone,
 * recommendations by their recall, everything else by the better of the output and the parsed answer.
 */
export function scoreOf(task: Task, output: string, golds: readonly string[], entities?: Entities): Scored {
  if (task === "movies" && entities !== undefined) {
    const parsed = entities.recommended(output);
    const titles = entities.titles(golds);
    const recalls = RECALL_AT.map((k) => [`recsys_recall@${k}`, recommendationRecall(parsed, titles, k)]);
    return { parsed, scores: Object.fromEntries(recalls) };
  }
  const parsed = parseOutput(output);
  if (task === "labels") return { parsed, scores: { ...answerScores(parsed, golds) } };
  if (task === "events")
    return { parsed, scores: { ...answerScores(parsed, golds), eventqa_recall: eventRecall(output, golds) } };
  return { parsed, scores: { ...lenientScores(output, golds) } };
}
