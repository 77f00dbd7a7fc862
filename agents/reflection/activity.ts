import { timesIn } from "../../graph/extraction/index.js";
import { sentencesIn } from "../../graph/extraction/sentences.js";
import { isQuestion, isQuoted } from "../../graph/extraction/vetoes.js";
import type { Episode } from "../../memos/index.js";
import { REFLECTION_LIMITS } from "./limits.js";

/** Something that somebody says they did. */
export interface Activity {
  /** In the words of the speaker, without "I": "went to the gym". */
  readonly did: string;
  /** What two accounts of the same have in common. */
  readonly key: string;
  /** The day on which it was, as told; that of the telling where nothing else is said. */
  readonly day: string;
  readonly span: readonly [start: number, end: number];
}

/** "I went", "we have just been", or a sentence that begins with the verb, as notes and diaries do. */
const SUBJECT = String.raw`(?:(?:^|(?<=[\s,;—–-]))(?:I|[Ww]e)(?:['’]ve| have)?(?: (?:just|also|finally|actually|recently|already|really|both|all|even|then))*\s|^)`;
const OUTING = "run|walk|hike|swim|jog|ride|bike ride|drive|sail|stroll";
const VERB = new RegExp(
  String.raw`${SUBJECT}(?<verb>went (?:for|on) an? (?:(?:long|short|quick|nice|great|morning|evening) )?(?:${OUTING})\b|went \p{Ll}+ing\b|(?:went|got) to |(?:visited|attended|played|practi[cs]ed|cooked|baked|watered|cleaned|fixed|taught|called|phoned) |(?:had|took|did) )`,
  "giu",
);

/** What stands before a verb and makes it something else than an account of what was done. */
const NO_ACCOUNT =
  /\b(?:if|when(?:ever)?|wish(?:ed)?|imagine[ds]?|dream(?:ed|t|s)?|unless|whether|as though|years? ago|used to|as a (?:kid|child|teen)|(?:every|each|last|first|next) time|thought|hope[ds]?|would|could|should|might|if only|maybe|perhaps|not|never|n['’]t|said|says|told|asked|like)\b[^.;]*$/iu;

/** After "had", "took" and "did" only what people do by habit: "had a great time" is nothing. */
const HABITUAL =
  /(?:\b(?:class|lesson|course|meeting|session|practice|rehearsal|therapy|appointment|training|workout|standup|review|shift|game night|book club|choir)|^(?:some )?(?:yoga|pilates|tai chi|karate|homework|laundry|gardening))$/iu;

const DETERMINER =
  /^(?:an?|the|my|our|some|another|this|his|her|their|that)\s+(?:(?:great|good|nice|amazing|awesome|fun|new|local|little|big|long|short|lovely|wonderful|cool|really|first|last|quick)\s+)*/iu;

/** Words that no thing is made of: a phrase ends before them. */
const ENDS =
  /^(?:with|for|at|in|on|and|but|so|to|because|after|before|yesterday|today|tonight|tomorrow|last|this|that|these|those|who|which|where|when|while|again|as|by|of|from|it|is|was|were|had|has|have|yet|too|together|near|during|since|recently|just|every|the|a|an|my|our|i|we|you|he|she|they|or|then|there|here|over|into|out|about|around|down|up|back|off|away|through|against|not|all|once|twice|instead|alone|early|late|now|earlier|ago|next)$/iu;

/** Things that only the context explains. */
const VAGUE =
  /\b(?:it|one|ones|them|something|anything|everything|things?|stuff|places?|time|lots?|day|event|there|somewhere|part|role|bit|him|her|you|us|me|kind|bunch|few|couple|people|friends?|work|bed|sleep|see|do|get|make|be|show|check|help)\b/iu;

const WORD = /^\s*(?<word>[\p{L}\p{M}][\p{L}\p{M}'’-]*)/u;

/** What an episode says was done by its speaker. Questions, wishes, conditions and what others say are left out. */
export function activitiesIn({ cube }: Episode, text: string): Activity[] {
  const at = new Date(cube.time.occurredAt ?? cube.time.recordedAt);
  return sentencesIn(text.slice(0, REFLECTION_LIMITS.readCharacters)).flatMap(([start, end]) => {
    const sentence = text.slice(start, end);
    if (isQuestion(sentence)) return [];
    const day = dayOf(sentence, at);
    return day === undefined
      ? []
      : accountsIn(sentence).map((account) => ({ ...account, day, span: [start, end] }));
  });
}

/** The day that a sentence tells of; undefined where it names a time without a day, or several. */
function dayOf(sentence: string, at: Date): string | undefined {
  const times = timesIn(sentence, at);
  if (times.length > 1) return undefined;
  const [time] = times;
  if (time === undefined) return at.toISOString().slice(0, 10);
  const { from, to } = time;
  return Date.parse(to) - Date.parse(from) <= 86_400_000 ? from.slice(0, 10) : undefined;
}

function accountsIn(sentence: string): { did: string; key: string }[] {
  const accounts: { did: string; key: string }[] = [];
  for (const match of sentence.matchAll(VERB)) {
    const before = sentence.slice(0, match.index);
    const verb = (match.groups?.["verb"] ?? "").toLowerCase();
    if (NO_ACCOUNT.test(before) || isQuoted(sentence, match.index)) continue;
    const rest = sentence.slice(match.index + match[0].length);
    if (!verb.endsWith(" ")) {
      // "went swimming", "went for a walk": what follows says with whom and where.
      const did = verb.replace(/ (?:long|short|quick|nice|great|morning|evening) /u, " ");
      if (!/^went (?:going|trying|looking|thinking|saying|being|back|missing)/u.test(did))
        accounts.push({ did, key: did.toLowerCase() });
      continue;
    }
    const phrase = phraseIn(rest);
    if (phrase === undefined) continue;
    if (/^(?:had|took|did) $/u.test(verb) && !HABITUAL.test(phrase.thing)) continue;
    accounts.push({
      did: `${verb}${phrase.determiner}${phrase.thing}`.trim(),
      key: `${verb}${phrase.thing}`.toLowerCase(),
    });
  }
  return accounts;
}

/** A thing of a few words with nothing behind it that would change what it is. */
function phraseIn(rest: string): { determiner: string; thing: string } | undefined {
  const determiner = DETERMINER.exec(rest)?.[0] ?? "";
  const article = /^(?:the|my|our)\b/iu.test(determiner) ? `${determiner.split(/\s/u)[0]} ` : "";
  let at = determiner.length;
  const words: string[] = [];
  for (;;) {
    const match = WORD.exec(rest.slice(at));
    const word = match?.groups?.["word"];
    if (match === null || word === undefined || ENDS.test(word)) break;
    // A possessive makes it somebody's: "went to Ana's".
    if (/['’]s?$/u.test(word)) return undefined;
    words.push(word);
    at += match[0].length;
  }
  const thing = words.join(" ");
  if (words.length === 0 || words.length > REFLECTION_LIMITS.activityWords || VAGUE.test(thing))
    return undefined;
  // "went to the gym of my brother", "a class about cooking": another thing than the words alone.
  return /^\s+(?:of|about)\b/iu.test(rest.slice(at)) ? undefined : { determiner: article, thing };
}
