import { textOf } from "../../memcube/index.js";
import type { Hit } from "../../memos/index.js";
import { answerFromFacts } from "../facts/answer.js";
import { bestSentence } from "../readers/bestSentence.js";
import { saidTime } from "../readers/saidTime.js";
import type { LocomoAnswerer } from "./answerer.js";

/** Turns that an answer is read from. */
const TURNS = 10;

/** Memory that holds an answer less likely than not is not asked for one. */
const LEAST_ANSWERABLE = 0.5;

/** What LoCoMo's own code takes for the statement that there is no answer. */
const ABSTENTION = "No information available";

const ASKS_FOR_A_TIME = /^\s*(?:when\b|(?:on |in )?(?:what|which) (?:date|day|month|year)\b)/i;

/**
 * Answers without a model: a time of the best turn for a question that asks when, else a fact that memory holds, else
 * the sentence that holds most of what is asked. It says that there is no answer where memory does.
 */
export function extractiveAnswerer(): LocomoAnswerer {
  return {
    name: "extractive/locomo/1",
    promptHash: null,
    async answer(question, { memos, scope }, { channels, signal }) {
      const { hits, receipt } = await memos.search(question, scope, { k: TURNS, channels, signal });
      const facts = async () => (await answerFromFacts(memos, scope, question, signal))?.text;
      const text =
        receipt.answerable < LEAST_ANSWERABLE
          ? ABSTENTION
          : (timeIn(question, hits[0]) ?? (await facts()) ?? sentenceIn(question, hits) ?? ABSTENTION);
      return { text, inputTokens: 0, outputTokens: 0, llmCalls: receipt.llmCalls };
    },
  };
}

function timeIn(question: string, best: Hit | undefined): string | undefined {
  if (best === undefined || !ASKS_FOR_A_TIME.test(question)) return undefined;
  const { cube } = best;
  return saidTime(textOf(cube) ?? "", new Date(cube.time.occurredAt ?? cube.time.recordedAt));
}

function sentenceIn(question: string, hits: readonly Hit[]): string | undefined {
  return bestSentence(
    question,
    hits.map(({ cube }) => textOf(cube) ?? ""),
  );
}
