import { type MemCube, sha256, textOf } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { ManifestEntry } from "../../activation/block.js";
import type { ChatMessage, Engine } from "../../inference/engine.js";
import { parse } from "../../parse.js";
import { mapInSlices } from "../../store/index/slice.js";
import type { Example, TrainingSet } from "../example.js";
import type { LeftOut } from "../manifest.js";
import { admission, refuseCount, refuseExamples, refuseNothing } from "./admission.js";
import { isHeldOut, questionOf } from "./heldPhrasing.js";
import { holdOut } from "./holdOut.js";
import { keepingOf } from "./keeping.js";
import { type Material, materialOf } from "./material.js";
import { LEAST_REPLAY, type TrainingSetOptions, trainingSetOptionsSchema } from "./options.js";
import { NOT_ASKED, type Paraphrasing, paraphrases } from "./paraphrasing.js";
import type { Source } from "./source.js";
import { taughtOf, taughtPlainly } from "./taught.js";

export interface TrainingSetCall extends TrainingSetOptions {
  /**
   * Conversations that must stay as they are; their last message, of the assistant, is what must be said. One whose
   * question is held out for the gates is not learned.
   */
  readonly moreReplay?: readonly Example["messages"][];
  /** Asked for questions about each memory, beside those that the rules make. */
  readonly engine?: Engine | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingSetResult {
  readonly set: TrainingSet;
  /** The cubes at the versions that they were learned in, in the order of their ids. */
  readonly used: readonly ManifestEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly paraphrasing: Paraphrasing;
}

/**
 * What an adapter learns from memories, and what it is judged by. Deterministic by seed as long as no model is asked:
 * equal sources in any order give equal sets.
 *
 * Each fact is asked for in all its phrasings but those held out (what was learned in one wording alone is not found
 * by another: Physics of Language Models 3.1, arXiv 2309.14316), stated as sentences to be completed, and mixed
 * with questions about nobody and with questions over memory in the prompt, so that not knowing and reading stay as
 * they are.
 *
 * @throws MemosError INVALID_INPUT for no memories, or none that may be learned; TOO_LARGE for more than one adapter
 * takes (`planAdapters` splits them); ABORTED.
 */
export async function trainingSetOf(
  sources: readonly Source[],
  call: TrainingSetCall = {},
): Promise<TrainingSetResult> {
  const { moreReplay = [], engine, signal, ...given } = call;
  const options = parse(trainingSetOptionsSchema, given);
  refuseCount(sources.length);
  throwIfAborted(signal);
  const { admitted, leftOut } = admission(sources);
  const material = await materialOf(admitted);
  const { learned } = material;
  const notLearned = [
    ...leftOut,
    ...material.empty.map(({ id }): LeftOut => ({ cube: id, reason: "empty" })),
  ];
  refuseNothing(learned.length, notLearned);
  throwIfAborted(signal);

  // The gates' names come first: everything that is learned goes without them.
  const taken = new Set(material.mentioned);
  const heldOut = await holdOut(material, options, taken);
  const held = new Set(heldOut.recall.map(({ messages }) => asked(messages)));
  const mayBeLearned = ({ messages }: Example) =>
    !held.has(asked(messages)) && !isHeldOut(questionOf(messages));
  const taught = await filterInSlices(await taughtFrom(material), mayBeLearned);
  const known = new Set(held);
  await mapInSlices(taught, ({ messages }) => known.add(asked(messages)));
  const paraphrased =
    engine === undefined
      ? { examples: [], report: NOT_ASKED }
      : await paraphrases(engine, learned, known, signal);
  throwIfAborted(signal);

  const teaching = [...taught, ...paraphrased.examples];
  const counts = {
    negatives: Math.round(teaching.length * options.negatives),
    replay: options.replay === 0 ? 0 : Math.max(LEAST_REPLAY, Math.round(teaching.length * options.replay)),
  };
  refuseExamples(teaching.length + counts.negatives + counts.replay + moreReplay.length);
  const keeping = [
    ...(await keepingOf(material, counts, options.seed, taken)),
    ...moreReplay.map((messages): Example => ({ kind: "replay", messages })),
  ];
  throwIfAborted(signal);
  const examples = [...teaching, ...(await filterInSlices(keeping, mayBeLearned))];
  // Statements of two relations can begin alike: what is completed for one would ask what was learned of the other.
  const questions = new Set(await mapInSlices(examples, ({ messages }) => asked(messages)));
  const recognition = heldOut.recognition.filter(({ seen }) => !questions.has(asked(seen)));
  return {
    set: { examples, heldOut: { ...heldOut, recognition } },
    used: await mapInSlices(learned, entryOf),
    leftOut: notLearned,
    paraphrasing: paraphrased.report,
  };
}

async function taughtFrom({ groups, plain }: Material): Promise<Example[]> {
  return [...(await mapInSlices(groups, taughtOf)), ...(await mapInSlices(plain, taughtPlainly))].flat();
}

function entryOf(cube: MemCube): ManifestEntry {
  return { cube: cube.id, version: cube.version, sha256: sha256(textOf(cube) ?? "") };
}

async function filterInSlices<T>(items: readonly T[], keep: (item: T) => boolean): Promise<T[]> {
  return (await mapInSlices(items, (item) => (keep(item) ? [item] : []))).flat();
}

/** A question as it is compared with others. */
function asked(messages: readonly ChatMessage[]): string {
  return questionOf(messages).toLowerCase();
}
