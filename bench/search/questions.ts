import { seededRandom } from "../../eval/metrics/index.js";
import type { Channel } from "../../memos/index.js";
import { contentWords } from "../text.js";

/** Questions of one kind, and the channels that answer them; all channels when none is named. */
export interface Series {
  readonly channels?: Channel[];
  readonly questions: readonly string[];
}

export type SeriesName = "all" | Channel;

/** Words of a question besides the grammar. */
const WORDS = 4;

/** Words of a quoted passage. */
const QUOTED = 3;

/**
 * Questions about texts that are there: a few of their words, in running speech. The quoted ones name a
 * passage word for word, the recent ones ask for what is latest.
 */
export function questionsAbout(texts: readonly string[], count: number): Record<SeriesName, Series> {
  const random = seededRandom(7);
  const chosen = Array.from({ length: count }, () => texts[Math.floor(random() * texts.length)] as string);
  const questions = chosen.map((text) => `What do we know about ${someWords(text, random).join(" and ")}?`);
  return {
    all: { questions },
    text: { channels: ["text"], questions },
    vector: { channels: ["vector"], questions },
    exact: { channels: ["exact"], questions: chosen.map((text) => `"${passage(text, random)}"`) },
    graph: { channels: ["text", "graph"], questions },
    recency: {
      channels: ["recency"],
      questions: questions.map((question) => question.replace("What", "Latest: what")),
    },
  };
}

function someWords(text: string, random: () => number): string[] {
  const words = contentWords(text);
  const start = Math.floor(random() * Math.max(1, words.length - WORDS + 1));
  return words.slice(start, start + WORDS);
}

function passage(text: string, random: () => number): string {
  const words = text.split(" ");
  const start = Math.floor(random() * (words.length - QUOTED));
  return words.slice(start, start + QUOTED).join(" ");
}
