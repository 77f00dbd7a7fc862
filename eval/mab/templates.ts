import { sha256 } from "../../memcube/index.js";
import type { Task } from "./sources.js";

/** Who a prompt is for: a model that gets passages, one that has read everything, or one that searches. */
export type Flavour = "retrieval" | "longContext" | "agentic";

/** What a model is told before everything else. */
export const SYSTEM_PROMPT =
  "You are an assistant with a memory: you read what you are given, keep it, and answer questions from it later.";

const LEAD: Readonly<Record<Flavour, string>> = {
  retrieval: "What follows was found in your memory:\n\n{memory}\n\n",
  longContext: "You have read and memorised everything above. ",
  agentic: "Search your memory for what this needs, and answer from what you find. ",
};

/** What a chunk is called when it is memorised, what is said about the answer, and how the question ends. */
interface Wording {
  readonly noun: string;
  readonly rule: string;
  readonly ask: string;
}

/** The question stands after "Now Answer the Question:", where agents that retrieve look for it. */
const ANSWER_SHORT = "Now Answer the Question: {question}\nAnswer:";

const WORDINGS: Readonly<Record<Task, Wording>> = {
  documents: {
    noun: "documents",
    rule: "Answer from the documents with the answer alone, in as few words as it takes.",
    ask: ANSWER_SHORT,
  },
  dialogues: {
    noun: "conversations between the user and the assistant",
    rule: "Answer from what was said in the conversations, in one phrase where one is enough. Say so when it was never said.",
    ask: ANSWER_SHORT,
  },
  events: {
    noun: "book",
    rule: "Choose the event that comes next in the book out of those that are listed, and repeat it word for word.",
    ask: ANSWER_SHORT,
  },
  labels: {
    noun: "examples, each with its label",
    rule: 'Label the text like the examples that are most similar to it. Write "label: " and the label, and nothing else.',
    ask: "Now Answer the Question: {question}\nlabel:",
  },
  movies: {
    noun: "conversations about movies",
    rule: "Recommend 20 movies for the dialogue, numbered from 1 to 20, one title a line and nothing else.",
    ask: "Now Answer the Question: {question}\nThe recommendations are:",
  },
  summary: {
    noun: "book",
    rule: "Summarise the plot: who takes part, what happens, and how it ends. Write the summary alone.",
    ask: "Now Answer the Question: {question}\nSummary:",
  },
  detective: {
    noun: "detective story",
    rule: "Choose one of the options from what the story tells, and answer with its letter and its text as it is written.",
    ask: ANSWER_SHORT,
  },
  facts: {
    noun: "facts, each with a serial number",
    rule: "Facts contradict each other: the one with the larger serial number is newer and holds. Answer from these facts only, whatever you know otherwise, with the answer alone.",
    ask: "Now Answer the Question: Based on the provided Knowledge Pool, {question}\nAnswer:",
  },
};

/** A chunk as an agent is told it in a dialogue. It holds no time: the same text is the same message tomorrow. */
export function memoriseMessage(task: Task, chunk: string): string {
  const { noun } = WORDINGS[task];
  return `Dialogue between User and Assistant \n<User> The following context is the ${noun}:\n${chunk}\n<Assistant> I have memorised the ${noun} and will answer your questions about them.`;
}

/** A question as a model is asked it; `memory` is what was found, for the flavour that has a place for it. */
export function queryPrompt(task: Task, question: string, flavour: Flavour, memory = ""): string {
  const { rule, ask } = WORDINGS[task];
  // Replaced by functions: a book may hold what a replacement string has a meaning for.
  return `${LEAD[flavour].replace("{memory}", () => memory)}${rule}\n\n${ask.replace("{question}", () => question)}`;
}

/** Changes with every word of the templates: answers to other prompts are not to be mixed. */
export const TEMPLATES_HASH = sha256(JSON.stringify([SYSTEM_PROMPT, LEAD, WORDINGS]));
