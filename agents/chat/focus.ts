import type { Said } from "../../memos/activation/conversation.js";
import { isStopWord, termsOf } from "../../memos/retrieval/analysis.js";
import { beginsAsFollowUp, standsForOther, withoutBeginning } from "./followUp.js";
import { isFunctionWord, languagesOf } from "./language.js";
import { AGENT_LIMITS } from "./limits.js";
import { shiftedTime } from "./shiftedTime.js";
import { type SpokenTime, spokenTime } from "./spokenTime.js";

/** What a message is about, in the light of the turns before it. */
export interface Focus {
  /** Words to search for. */
  readonly query: string;
  /** The same without those that name the time. Empty when nothing else is asked for. */
  readonly topic: string;
  readonly time: SpokenTime | undefined;
  /** Its topic, or its time, is that of the turns before. */
  readonly followUp: boolean;
}

/** What one turn leaves for the next. */
interface Trail {
  readonly words: readonly string[];
  readonly names: readonly string[];
  readonly time: SpokenTime | undefined;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’-][\p{L}\p{N}\p{M}]+)*/gu;
const SPEAKER = /^(?:i|i['’](?:m|ve|d|ll))$/iu;

/** Words in which a message asks, and which name nothing. */
const ASKING =
  /^(?:tell|know|remember|happened?|happens?|going|went|go|get|got|make|made|thing|things|one|please)$/iu;

/**
 * The topic and the time of a message (MIRIX, section 3, Active Retrieval), by rules: a message that names nothing
 * of its own, or stands for something with a pronoun, or begins with "and" or "what about", goes on with what the
 * turns before were about. MIRIX asks a language model for it.
 */
export function focusOf(message: string, earlier: readonly Said[], now: Date | undefined): Focus {
  let trail: Trail | undefined;
  for (const { question, answer } of earlier.slice(-AGENT_LIMITS.turns)) {
    const { words, time } = stepOf(question, trail, now);
    trail = { words, time, names: namesIn(answer) };
  }
  const { words, time, followUp, own } = stepOf(message, trail, now);
  if (!followUp)
    return { query: message, topic: own.length === 0 ? "" : without(message, time), time, followUp };
  const topic = words.join(" ");
  return { query: topic === "" ? message : topic, topic, time, followUp };
}

function stepOf(message: string, before: Trail | undefined, now: Date | undefined) {
  const shifted = shiftedTime(message, before?.time);
  const spoken = shifted ?? spokenTime(message, now);
  const rest = without(message, spoken);
  const begins = beginsAsFollowUp(message);
  const own = tellingWords(begins ? withoutBeginning(rest) : rest);
  const pronoun = standsForOther(message);
  const few = own.length <= AGENT_LIMITS.followUpWords;
  const followUp =
    before !== undefined &&
    (shifted !== undefined ||
      (own.length === 0 && (before.words.length > 0 || before.time !== undefined)) ||
      (few && (begins || pronoun)) ||
      (pronoun && namesIn(rest).length === 0));
  const carried = followUp ? [...before.words, ...(pronoun ? before.names : [])] : [];
  return {
    own,
    words: [...new Set([...own, ...carried])].slice(0, AGENT_LIMITS.topicWords),
    time: spoken ?? (followUp ? before.time : undefined),
    followUp,
  };
}

function without(message: string, time: SpokenTime | undefined): string {
  return time === undefined ? message : message.replace(time.text, " ");
}

/** The words of a text that say what it is about, as they are written. */
function tellingWords(text: string): string[] {
  const words = Array.from(text.matchAll(WORD), ([word]) => word);
  const languages = languagesOf(text);
  return words.filter(
    (word) =>
      !isFunctionWord(word, languages) &&
      !ASKING.test(word) &&
      !(standsForOther(word) && word.length < 6) &&
      termsOf(word).some((term) => !isStopWord(term)),
  );
}

/** Capitalised words that do not stand first in their sentence. */
function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/(?<=[\p{L}\p{N},;:\])"'’] )\p{Lu}[\p{L}\p{M}'’-]*/gu), ([name]) => name)
    .filter((name) => !SPEAKER.test(name))
    .slice(0, AGENT_LIMITS.topicWords);
}
