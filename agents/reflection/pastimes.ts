import { sentencesIn } from "../../graph/extraction/sentences.js";
import { isQuoted, isVetoed } from "../../graph/extraction/vetoes.js";

/** A pastime, under one name for all the forms that it is told in. */
export interface Pastime {
  readonly name: string;
  readonly span: readonly [start: number, end: number];
}

/** What people do in their own time and by habit; the name is the first form. Words with other meanings are left out. */
const PASTIMES = `camping|camped, hiking|hiked|hike|hikes, swimming|swam, painting|painted, pottery, jogging|jogged, cycling|biking|bike ride,
  fishing, surfing|surfed, skiing|skied, snowboarding, skateboarding, kayaking|kayaked, rock climbing|bouldering,
  gardening, knitting|knitted, sewing, cooking|cooked, baking|baked, writing|journaling, dancing|danced, singing|sang,
  drawing|sketching, photography, yoga|aerial yoga, pilates, meditation|meditating|meditated, volunteering|volunteered,
  gaming|video games|video game, chess, board games|board game, tennis, basketball, soccer, golf, volleyball, baseball,
  bowling, violin, piano, guitar, clarinet, birdwatching|bird watching, woodworking, book club, kickboxing, karate, taekwondo, boxing, weight training|weightlifting, running|went for a run,
  marathon, reading, horseback riding, sailing|sailed, choir, agility training, fencing, archery, rowing`;

const FORMS = new Map<string, string>();
for (const forms of PASTIMES.split(",").map((listed) => listed.trim().split("|")))
  for (const form of forms) if (!FORMS.has(form)) FORMS.set(form, forms[0] as string);

const ANY_FORM = new RegExp(
  `(?<![-–])\\b(?:${[...FORMS.keys()]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/\s+/gu, "\\s+"))
    .join("|")})\\b`,
  "giu",
);

const OF_ONESELF = /\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b(?!['’](?:d|ll)\b)/u;
const OF_OTHERS =
  /\b(?:you|your|yours|he|his|she|her|they|their|it sounds|friends?|sister|brother|mom|mother|dad|father|son|daughter|kids?|neighbou?r|colleague|coworker|husband|wife|partner|girlfriend|boyfriend|somebody|someone|people)\b/iu;

/** Longed for, planned or past for good: the pastime is not one that the speaker has. */
const NOT_HAD =
  /\b(?:look(?:ing)? forward|miss(?:ed|ing)?|down for|up for|as a (?:kid|child|teen)|when I was|one day|someday|used to|career|industry|workshop|sign(?:ed|ing)? up)\b/iu;

/** "A painting", "this drawing", "the writing on it": a thing and nothing that is done. */
const A_THING = /\b(?:an?|the|this|that|these|those|his|her|your|their|which)\s+(?:[\p{L}'’-]+\s+)?$/iu;
const MADE_THINGS: ReadonlySet<string> = new Set([
  "painting",
  "drawing",
  "writing",
  "reading",
  "running",
  "sewing",
  "cooking",
  "singing",
]);

/** "Running a business", "reading your message", "painting a picture of": done to something else. */
const WITH_OBJECT = /^\s+(?:an?|the|your|this|that|out|into|through|for|late|low|up|down|around|my|our)\b/iu;

/**
 * The pastimes that a text says its speaker has. A sentence counts where it is of the speaker and nobody else, and
 * states something: what is asked, wished, denied or supposed does not.
 */
export function pastimesIn(text: string): Pastime[] {
  const found: Pastime[] = [];
  for (const [start, end] of sentencesIn(text)) {
    const sentence = text.slice(start, end);
    const self = OF_ONESELF.exec(sentence);
    if (self === null) continue;
    for (const match of sentence.matchAll(ANY_FORM)) {
      const name = FORMS.get(match[0].toLowerCase().replaceAll(/\s+/gu, " "));
      const before = sentence.slice(0, match.index);
      if (name === undefined || self.index > match.index || OF_OTHERS.test(before)) continue;
      const after = sentence.slice(match.index + match[0].length);
      if (MADE_THINGS.has(name) && (A_THING.test(before) || WITH_OBJECT.test(after))) continue;
      if (NOT_HAD.test(sentence)) continue;
      if (isVetoed(sentence, 0, match.index + match[0].length) || isQuoted(sentence, match.index)) continue;
      if (!found.some((one) => one.name === name)) found.push({ name, span: [start, end] });
    }
  }
  return found;
}
