import { filled } from "./filled.js";
import { ASSISTANT_INTENTS, BANK_INTENTS, type Intent, QUESTION_CLASSES, SLOTS } from "./labelWords.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, enough, type GeneratedRow, type RowOptions, rowOf } from "./row.js";

const FINE = Object.values(QUESTION_CLASSES).flat();

/** What the examples are about, by their sources; a label is a list of intents. */
const LABELS = {
  banking77: BANK_INTENTS.map((intent) => [intent]),
  clinic150: [...ASSISTANT_INTENTS, ...BANK_INTENTS].map((intent) => [intent]),
  nlu: ASSISTANT_INTENTS.map((intent) => [intent]),
  trec_coarse: Object.values(QUESTION_CLASSES),
  trec_fine: FINE.map((intent) => [intent]),
} as const satisfies Readonly<Record<string, readonly (readonly Intent[])[]>>;
export type LabelSet = keyof typeof LABELS;

export interface LabelOptions extends RowOptions {
  readonly set: LabelSet;
  readonly source: string;
}

/** A text is drawn so often until it is one that no example has. */
const DRAWS = 200;

/**
 * Texts with numbers as labels, as many of each label, and questions for the label of others: every second one in a
 * wording that no example has. Which number a label has is drawn, so that it says nothing.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range, or more questions than there are other texts.
 */
export async function generateLabels({ set, source, ...options }: LabelOptions): Promise<GeneratedRow> {
  checkRowOptions(options);
  const random = randomOf(options.seed);
  const labels: readonly (readonly Intent[])[] = LABELS[set];
  const numbers = random.shuffle([...labels.keys()]);
  const taken = new Set<string>();
  const drawn = (label: number, wordings: (intent: Intent) => readonly string[]): string | undefined => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const text = worded(random.pick(wordings(random.pick(labels[label] as readonly Intent[]))), random);
      if (taken.has(text)) continue;
      taken.add(text);
      return text;
    }
    return undefined;
  };
  const order = random.shuffle([...labels.keys()]);
  const asked = Array.from({ length: options.questions }, (_, index) => {
    const label = order[index % order.length] as number;
    const isNew = index % 2 === 1;
    const question = drawn(label, ({ wordings }) => (isNew ? wordings.slice(-1) : wordings.slice(0, -1)));
    return question === undefined ? [] : [{ question, answers: [String(numbers[label])] }];
  });
  const shots = await filled(
    options.tokens,
    (index) => {
      const label = index % labels.length;
      const text = drawn(label, ({ wordings }) => wordings.slice(0, -1));
      return text === undefined ? undefined : `${text}\nlabel: ${numbers[label]}\n`;
    },
    (shot) => shot,
  );
  return rowOf(source, random.shuffle(shots).join("\n"), enough(asked.flat(), options));
}

function worded(wording: string, random: Random): string {
  return wording.replace(/\{(\w+)\}/g, (_, slot: string) => random.pick(SLOTS[slot] as readonly string[]));
}
