import { isProperty } from "./attributes.js";
import { nameKey } from "./phrases.js";
import { canonicalRelation } from "./predicates.js";

/** What a question asks for: the object of the fact with this subject and relation. */
export interface FactQuestion {
  subject: string;
  relation: string;
}

const BE = "(?:is|was|am|are|were|['’]s)";
const DO = "(?:does|do|did|has|have)";
const WHICH = String.raw`(?:what|which)(?: \p{L}+)?`;
const PLACE = "(?:where|(?:what|which) (?:city|town|country|place|state|village))";

/** Questions with a verb of their own; the first group is the subject. */
const SHAPES: readonly (readonly [pattern: string, relation: string])[] = [
  [`${PLACE} ${DO} (.+?) (?:live|reside|lived)(?: in| at)?`, "lives in"],
  [`${PLACE} ${BE} (.+?) living(?: in)?`, "lives in"],
  ["where (.+?) lives", "lives in"],
  ["where (.+?) works", "works at"],
  [`where did (.+?) (?:move|relocate)(?: to)?`, "lives in"],
  [`${PLACE} did (.+?) grow up(?: in)?`, "grew up in"],
  [`${PLACE} ${BE} (.+?) (?:originally )?from`, "from"],
  [`${PLACE} does (.+?) come from`, "from"],
  [`${PLACE} ${BE} (.+?) born(?: in| at)?`, "born in"],
  [`(?:when|what year|on what date|in (?:what|which) year) ${BE} (.+?) born(?: in)?`, "born on"],
  [`${PLACE} did (.+?) die(?: in| at)?`, "died in"],
  [`(?:when|in (?:what|which) year) did (.+?) die(?: in)?`, "died on"],
  [`how old ${BE} (.+)`, "age"],
  [
    `(?:where|who|for whom|(?:what|which) company|(?:what|which) organi[sz]ation) ${DO} (.+?) work(?: for| at)?`,
    "works at",
  ],
  [`who employs (.+)`, "works at"],
  [`(?:who|what company|which company) ${BE} (.+?) employed by`, "works at"],
  [`what ${DO} (.+?) do(?: for (?:a living|work))`, "job"],
  [`what ${DO} (.+?) work as`, "job"],
  [`(?:what|which) city did (.+?) work in`, "work location"],
  [`who(?:m)? ${BE} (.+?) married to`, "spouse"],
  [`who(?:m)? did (.+?) marry`, "spouse"],
  [`${PLACE} did (.+?) (?:study|go to (?:school|college|university)|graduate from)(?: at)?`, "educated at"],
  [
    `(?:what|which) (?:univ\\p{L}+|school|college) (?:did|does) (.+?) (?:attend|go to|graduate from|study at)`,
    "educated at",
  ],
  [`(?:what|which) (?:univ\\p{L}+|school|college) ${BE} (.+?) educated at`, "educated at"],
  [`what (?:did|does) (.+?) study`, "field of study"],
  [`(?:what|which) religion ${BE} (.+?) affiliated with`, "religion"],
  [`(?:what|which) sport ${BE} (.+?) associated with`, "sport"],
  [`(?:what|which) sport ${DO} (.+?) play`, "sport"],
  [`(?:what|which) position ${DO} (.+?) play`, "position"],
  [`(?:what|which) instruments? ${DO} (.+?) play`, "plays"],
  [`(?:what|which) (?:type|kind|genre) of music ${DO} (.+?) play`, "genre"],
  [`(?:what|which) (?:team|club) ${DO} (.+?) play for`, "plays for"],
  [`who ${DO} (.+?) play for`, "plays for"],
  [`(?:what|which) languages? ${DO} (.+?) speak`, "speaks"],
  [`(?:what|which) country ${BE} (.+?) a citizen of`, "citizen of"],
  [`(?:what|which) continent ${BE} (.+?) (?:located )?(?:in|on)`, "continent"],
  [`(?:what|which) country ${BE} (.+?) located in`, "country"],
  [`(?:what|which) country ${BE} (.+?) created in`, "country of origin"],
  [`(?:what|which) city ${BE} (.+?) (?:founded|formed|established) in`, "founded in"],
  [`(?:what|which) city ${BE} (?:the )?headquarters? of (.+?) located in`, "headquarters"],
  [`where ${BE} (?:the )?headquarters? of (.+?)(?: located)?`, "headquarters"],
  [`where ${BE} (.+?) (?:headquartered|based)`, "headquarters"],
  [`where ${BE} (.+?) (?:located|situated)`, "located in"],
  [`(?:what|which) language ${BE} (.+?) written in`, "original language"],
  [`(?:what|which) company ${BE} (.+?) (?:produced|manufactured|made) by`, "manufacturer"],
  [`(?:what|which) company (?:produced|produces|manufactures|makes|made) (.+)`, "manufacturer"],
  [`what ${BE} (.+?) (?:best )?(?:famous|known) for`, "famous for"],
  [`what ${BE} (.+?) allergic to`, "allergic to"],
  [`what ${DO} (.+?) (?:like|love|enjoy)(?: doing| to do)?`, "likes"],
  [`who (?:stars|starred) in (.+)`, "starring"],
  [`(?:when|in (?:what|which) year) ${BE} (.+?) (?:founded|established|formed)(?: in)?`, "founded on"],
  [`(?:when|in (?:what|which) year) ${BE} (.+?) released(?: in)?`, "released on"],
  [`(?:when|in (?:what|which) year) ${BE} (.+?) published(?: in)?`, "published on"],
  [`when ${BE} (.+?)['’]s? birthday`, "birthday"],
];
const MAKERS: ReadonlyMap<string, string> = new Map([
  ["founded", "founder"],
  ["established", "founder"],
  ["wrote", "author"],
  ["written", "author"],
  ["authored", "author"],
  ["directed", "director"],
  ["created", "creator"],
  ["developed", "developer"],
  ["designed", "designer"],
  ["invented", "inventor"],
  ["discovered", "discoverer"],
  ["painted", "painter"],
  ["performed", "performer"],
  ["sang", "performer"],
  ["sung", "performer"],
  ["sings", "performer"],
  ["composed", "composer"],
  ["produced", "producer"],
  ["published", "publisher"],
  ["owns", "owner"],
  ["owned", "owner"],
  ["hosts", "host"],
  ["built", "builder"],
]);

function anchored(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, "iu");
}

const SHAPED = SHAPES.map(([pattern, relation]) => [anchored(pattern), relation] as const);
const MAKER = anchored(`who (${[...MAKERS.keys()].join("|")}) (.+)`);
const MADE_BY = anchored(`(?:who|${WHICH}) ${BE} (.+?) (${[...MAKERS.keys()].join("|")}) by`);
const GOVERNMENT = anchored(
  `(?:who|what) ?${BE} (?:the )?(?:name of )?(?:the )?(?:current )?head of (?:the (.+?) government|(?:the )?government (?:of|in) (.+))`,
);
const STATE = anchored(
  `(?:who|what) ?${BE} (?:the )?(?:name of )?(?:the )?(?:current )?head of state (?:of|in) (.+)`,
);
const NAME_OF = anchored(`what ?${BE} the names? of (my|.+?['’]s?) (\\p{Ll}[\\p{L} -]*)`);
const OF_OF = anchored(
  `(?:who|what|which|when|where) ?(?:${BE}) (?:the )?((?:country|place|date|year|cause|city|state) of \\p{L}+) of (.+)`,
);
const OF = anchored(
  `(?:who|what|which|when|where) ?(?:${BE}) (?:the )?((?:[\\p{L}-]+ ){0,4}?[\\p{L}-]+) of (.+)`,
);
const POSSESSED = anchored(
  `(?:who|what|which|when|where) ?(?:${BE}) (my|.+?['’]s?) ((?:[\\p{L}-]+ ){0,3}[\\p{L}-]+)`,
);

const POLITE =
  /^(?:(?:hey|hi|ok|okay|so|and|but|please|well)[, ]+|(?:do|can|could|would) you (?:know|remember|tell me|recall|say)[, ]+|tell me[, ]+|remind me[, ]+|(?:answer|question):\s*)+/iu;
const TRAILING =
  /(?:\s+(?:now|currently|today|these days|right now|at the moment|nowadays|at present|again|please|anymore))+$/iu;
const INNER_NOW = /\b(?:currently|now|presently|still|actually) (?=\p{L})/giu;
const QUESTION_CHARACTERS = 400;

/**
 * The fact that a question asks for, in the words that `factsIn` gives facts: the same canonical relation, and
 * the subject that a fact about it would have. Nothing for questions of other shapes, of several steps, or about
 * "he" and "you". With a `speaker`, "I" and "my" are theirs.
 *
 * @example
 * factQuestion("Where does Ana live now?"); // { subject: "Ana", relation: "lives in" }
 * factQuestion("Who is the CEO of Apple?"); // { subject: "Apple", relation: "chief executive officer" }
 */
export function factQuestion(question: string, speaker?: string): FactQuestion | undefined {
  if (question.length > QUESTION_CHARACTERS) return undefined;
  const text = question
    .normalize("NFC")
    .trim()
    .replace(/[?？!.\s]+$/gu, "")
    .replace(POLITE, "")
    .replace(TRAILING, "")
    .replace(/\s+/gu, " ")
    .replace(INNER_NOW, "");
  const found = asked(text);
  if (found === undefined) return undefined;
  const subject = subjectOf(found.subject, speaker);
  return subject === undefined ? undefined : { subject, relation: canonicalRelation(found.relation) };
}

/** "one of Ana's films", "what the book is about", "the dog that she got" ask for no single property. */
function isAskable({ subject, relation }: FactQuestion): boolean {
  if (!isProperty(relation) && !/^favou?rite /iu.test(relation)) return false;
  if (/ (?:about|for|of|in|on|to|with|at|from|like|than)$/u.test(relation)) return false;
  return !/['’]s? .*\b(?:he|she|they|I|got|had|has|did|was|is|that|on|before|after|and)\b|(?: \p{Ll}+){3}/u.test(
    subject,
  );
}

function asked(text: string): FactQuestion | undefined {
  for (const [pattern, relation] of SHAPED) {
    const subject = pattern.exec(text)?.[1];
    if (subject !== undefined) return { subject, relation };
  }
  const maker = MAKER.exec(text);
  if (maker?.[1] && maker[2])
    return { subject: maker[2], relation: MAKERS.get(maker[1].toLowerCase()) ?? maker[1] };
  const made = MADE_BY.exec(text);
  if (made?.[1] && made[2])
    return { subject: made[1], relation: MAKERS.get(made[2].toLowerCase()) ?? made[2] };
  const government = GOVERNMENT.exec(text);
  const governed = government?.[1] ?? government?.[2];
  if (governed !== undefined) return { subject: governed, relation: "head of government" };
  const state = STATE.exec(text)?.[1];
  if (state !== undefined) return { subject: state, relation: "head of state" };
  const named = NAME_OF.exec(text);
  if (named?.[1] && named[2]) return possessed(named[1], named[2]);
  const property = askedProperty(text);
  return property !== undefined && isAskable(property) ? property : undefined;
}

function askedProperty(text: string): FactQuestion | undefined {
  const of = OF_OF.exec(text) ?? OF.exec(text);
  if (of?.[1] && of[2] && !/['’]s?$|^(?:my|your|his|her)\b/iu.test(of[1]))
    return { subject: of[2], relation: of[1] };
  const owned = POSSESSED.exec(text);
  return owned?.[1] && owned[2] ? possessed(owned[1], owned[2]) : undefined;
}

/** "my dog's name" asks for the dog, as "my dog Max" tells it. */
function possessed(owner: string, noun: string): FactQuestion {
  const relative = /^(.+?)['’]s$/u.exec(owner);
  const inner =
    relative?.[1] === undefined ? undefined : /^(my|.+?['’]s) (\p{Ll}[\p{L}-]*)$/u.exec(relative[1]);
  if (/^names?$/iu.test(noun) && inner?.[1] && inner[2]) return { subject: inner[1], relation: inner[2] };
  return { subject: owner, relation: noun };
}

const NOBODY =
  /^(?:you|your|he|she|it|they|we|this|that|these|those|there|him|her|his|its|their|our|us|them|who|what|which)\b/iu;

function subjectOf(text: string, speaker: string | undefined): string | undefined {
  const bare = text
    .replace(/^["“«]\s*|\s*["”»]$/gu, "")
    .replace(/^the (?=\S)/iu, (article) => (article === "The " ? article : ""));
  if (/^(?:I|me|my)$/iu.test(bare)) return speaker;
  const mine = /^my (\p{Ll}.*)$/iu.exec(bare)?.[1];
  if (mine !== undefined)
    return speaker === undefined ? undefined : `${speaker}'s ${mine}`.replace(/['’]s$/u, "");
  const name = bare.replace(/['’]s$|(?<=s)['’]$/u, "");
  if (NOBODY.test(name) || nameKey(name) === "") return undefined;
  // "the country where Ana was born" is a question of its own.
  if (/\b(?:where|who|which|whose|that)\b/u.test(name)) return undefined;
  return /^(?:[\p{Lu}\p{Lt}\p{Lo}\p{N}]|\p{Ll}-?\p{Lu}|\p{Ll}{1,3}['’]\p{Lu})/u.test(name) ? name : undefined;
}
