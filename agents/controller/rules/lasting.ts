import { factsIn } from "../../../graph/extraction/index.js";

/** Words of English that stand in almost every sentence of it: a text without any is of another language. */
const ENGLISH =
  /\b(?:I|I'm|I’m|I've|I’ve|my|the|and|is|are|was|to|of|a|an|in|it|you|that|for|with|we|me)\b/giu;

/** What "I" is, has, likes and is used to, and how the user wants to be treated. */
const LASTING: readonly RegExp[] = [
  /\b(?:I am|I'm|I’m)\s+(?:not\s+|also\s+|actually\s+|currently\s+)?(?:an?\s+(?!bit\b|little\b|lot\b|huge fan\b|big fan\b|fan\b)|from\b|allergic|vegetarian|vegan|married|divorced|engaged|widowed|single\b|\d+\b|left-handed|diabetic|pregnant|retired|based in|colou?r-?blind|deaf|blind\b|dyslexic|lactose|gluten|intolerant|bilingual|fluent)/iu,
  /\bmy\s+(?:\w+\s+)?(?:name|wife|husband|partner|boyfriend|girlfriend|fianc[ée]e?|son|daughter|kids?|child|children|mother|father|mom|mum|dad|parents|sister|brother|grand\w+|dog|cat|pets?|boss|manager|team|company|employer|job|birthday|address|e-?mail|phone|favou?rite|time ?zone|pronouns|goal|dream|hobb(?:y|ies)|native language|mother tongue|home|car|diet|doctor|allerg\w+)\b[^.!?]{0,40}?\b(?:is|are|was|were|has|have|works?|lives?|called|named)\b/iu,
  /\b(?:I|we)(?:'ve| have|’ve)?\s+(?:also\s+|really\s+|usually\s+|always\s+|never\s+|only\s+|just\s+|don't\s+|don’t\s+|do not\s+|can't\s+|cannot\s+)*(?:live|lived|work|worked|prefer|speak|studied|study|play|own|drive|eat|drink|avoid|grew up|was born|was raised|teach|run|lead|manage|identify|moved (?:to|from|here)|stand)\b(?!\s+(?:it|that|this|out|on it|hard)\b)/iu,
  /\bI\s+(?:also\s+|really\s+|absolutely\s+|don't\s+|don’t\s+)*(?:love|like|hate|dislike|enjoy|adore)\s+(?!(?:it|that|this|these|those|you|your|them|him|her|how|what|the (?:way|idea|sound|look)|to (?:hear|see|know)|seeing|hearing)\b)/iu,
  /\bI(?:'ve| have|’ve)\s+(?:got\s+|had\s+)?(?:my\s+)?(?:an?|one|two|three|four|five|six|\d+|been)\s+(?!(?:question|feeling|meeting|idea|look|sec|second|minute|problem|doubt|blast|lot|bit|great|good|long|hunch|thinking|wondering|trying|busy|meaning|up to|to\b|so\b|it\b|a while)\b)/iu,
  /\b(?:call me|address me|from now on|please (?:always|never|don't|use|write|keep|answer|reply)|(?:always|never|don't ever) (?:answer|use|write|reply|give|suggest|call|mention|send|ask|recommend)|(?:remember|keep in mind) that I)\b/iu,
];

/** What is said with much feeling and little content. */
const PASSING =
  /^(?:hey|hi|hello|bye|thanks|thank you|wow|yeah|yes|yep|sure|haha|aww?|oh|cool|great|congrats|absolutely|totally|same here|good luck|sounds)\b[^.!?]{0,60}[.!?]*$/iu;

/** Whether a message is English, as far as lasting things are looked for in it. */
export function isEnglish(message: string): boolean {
  return (message.match(ENGLISH) ?? []).length > 0;
}

/**
 * Whether a sentence of an English message says something lasting of whoever speaks: core memory stands in every
 * prompt, so that what is merely said with "I" is kept out of it. Other languages are left to the router.
 */
export function saysSomethingLasting(sentence: string): boolean {
  if (sentence.trimEnd().endsWith("?") || PASSING.test(sentence.trim())) return false;
  return (
    LASTING.some((pattern) => pattern.test(sentence)) ||
    factsIn(sentence, { speaker: SPEAKER }).some(({ subject }) => subject === SPEAKER)
  );
}

const SPEAKER = "the speaker";
