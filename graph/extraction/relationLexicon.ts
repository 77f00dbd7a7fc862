/*
 * What single words say about relations: the verbs that state one, and whose subject does what, and the nouns
 * for its value and for whom it is about. Statements are read by it (framedFact.ts) and questions understood
 * (questionWords.ts) where `predicates.ts` has no wording for the whole phrase.
 */

/**
 * What a word denotes, of "subject relation object": a verb whose active subject is the fact's subject ("lives")
 * or its object ("wrote"), a noun for the subject ("citizen") or for the object ("capital").
 */
export type Role = "verb" | "agent" | "owner" | "value";

type Words = Partial<Readonly<Record<Role, string>>>;

/** Cues divided by "|", of one or several words; forms of the first that are irregular, by "/". */
const LEXICON: Readonly<Record<string, Words>> = {
  author: {
    agent: "write/wrote/written|pen|author|ghostwrite/ghostwrote/ghostwritten",
    value: "author|writer|novelist|playwright|penman|come/came from pen",
  },
  "original language": {
    verb: "write/wrote/written in|written in language|pen in|compose in|publish in language",
    value: "original language|original tongue|language of composition",
  },
  "citizen of": {
    verb: "naturalize|naturalise|hold/held nationality|hold/held citizenship|hold/held passport|carry passport|have/has/had nationality|have/has/had citizenship|have/has/had passport",
    value: "nationality|citizenship|passport|homeland|fatherland|motherland",
    owner: "citizen|national",
  },
  "born in": {
    verb: "born|come/came into world|enter world|see/saw light of day|bear/bore",
    value: "birthplace|place of birth|city of birth|town of birth|birth|native town|native city|native place",
    owner: "native",
  },
  "died in": {
    verb: "die|pass away|perish|decease|breathe last|meet/met end|meet/met death|draw/drew last breath|expire|depart life",
    value: "place of death|city of death|town of death|deathbed|death",
  },
  "lives in": {
    verb: "live|reside|dwell/dwelt|inhabit|settle|make/made home|have/has home",
    value: "home|residence|dwelling|abode",
    owner: "resident|inhabitant|dweller",
  },
  "work location": {
    verb: "do/does/did business|work out of|practise in|practice in|pursue career in|work in city|work in town|professionally active",
    value: "workplace|place of work|city of work|work city",
  },
  "works at": {
    agent: "employ|hire|have/has payroll|have/has on staff|pay/paid salary|pay/paid wages",
    verb: "work for|work at|work|have/has job|hold/held job|job at|draw/drew salary|earn wages|earn salary",
    value: "employer",
    owner: "employee|staffer|worker|staff|payroll",
  },
  spouse: {
    verb: "marry|wed|tie knot|exchange vows|get/got hitched|share life",
    value: "spouse|husband|wife|consort|bride|groom|better half|life partner|partner",
  },
  child: {
    verb: "raise child|give/gave birth|bear/bore|parent",
    value: "child/children|son|daughter|offspring|kid|heir|descendant",
  },
  father: { agent: "father|sire", value: "father|dad" },
  mother: { value: "mother|mum|mom" },
  parent: { value: "parent" },
  brother: { value: "brother" },
  sister: { value: "sister" },
  sibling: { value: "sibling" },
  "head of state": {
    agent: "reign over|reign|preside over country|rule|head state",
    value: "head of state|president|monarch|king|queen|emperor|sovereign|ruler|chief of state",
  },
  "head of government": {
    agent:
      "lead/led government|head government|govern|run/ran government|form government|lead/led cabinet|head cabinet",
    value:
      "prime minister|premier|chancellor|head of government|government head|government leader|government chief|head of cabinet",
  },
  capital: {
    verb: "govern from|rule from",
    value:
      "capital|seat of government|capital city|administrative centre|administrative center|government seat",
  },
  continent: { value: "continent|landmass", verb: "lie/lies/lay on continent|belong to continent" },
  "official language": {
    agent: "have/has official status|enjoy official status|official in|recognise officially|use officially",
    value:
      "official language|official tongue|state language|language of state|national language|language of government",
  },
  speaks: {
    verb: "speak/spoke/spoken|converse|talk|communicate|express",
    value: "language|tongue|mother tongue|native language|first language",
    owner: "speaker",
  },
  religion: {
    verb: "follow|worship|practise|practice|adhere|profess|believe|convert|observe faith|embrace faith|practise religion|practice religion",
    value: "religion|faith|creed|belief|denomination",
    owner: "follower|adherent|believer|devotee|worshipper",
  },
  sport: {
    verb: "compete|play sport|take/took part|compete in sport|participate",
    value: "sport|game|athletic discipline",
    owner: "athlete",
  },
  position: {
    verb: "play as|line up|operate as|feature as|deploy as|play position|play role|take/took role",
    value: "position|role",
  },
  "plays for": {
    verb: "play for|turn out|sign for|suit up|play on team|represent club|wear/wore jersey|wear/wore shirt",
    value: "team|club|squad|roster",
    owner: "player",
  },
  founder: {
    agent:
      "founded|founds|establish|set/sets/setting up|start|launch|cofound|bring/brought into being|start up",
    value: "founder|cofounder|founding father",
  },
  creator: {
    agent: "create|invent|devise|conceive|dream/dreamt up|come/came up with|think/thought up|originated by",
    value: "creator|originator|inventor|mastermind|mind behind|brain behind",
    owner: "brainchild|creation|invention|handiwork",
  },
  developer: {
    agent: "develop|engineer|program|code",
    value: "developer|programmer|developer at|build/built by developer",
  },
  manufacturer: {
    agent: "manufacture|produce|make/made|assemble|fabricate|build/built",
    value: "manufacturer|maker|producer|production line|assembly line|factory",
    owner: "product",
  },
  performer: {
    agent: "perform|sing/sang/sung|record|voice",
    value: "performer|singer|vocalist|recording artist",
  },
  director: {
    agent: "direct|helm|film|shoot/shot",
    value: "director|filmmaker|director's chair",
  },
  "chief executive officer": {
    agent: "run/ran|head|head company|lead/led company|manage|run/ran company|steer",
    value: "chief executive|ceo|chief executive officer|top executive|managing director|boss",
  },
  chairperson: {
    agent: "chair|chair board|preside over board|head board|lead/led board",
    value: "chairman|chairwoman|chairperson|chair|head of board|chair of board",
  },
  "head coach": { agent: "coach", value: "coach|head coach|trainer" },
  "educated at": {
    agent: "educate|school|teach/taught",
    verb: "study|graduate|attend|train at|get/got degree|earn degree|receive degree|obtain degree|hold/held degree|take/took degree|enrol|enroll",
    value: "alma mater|university|college",
    owner: "alumnus|alumna|alum|graduate|student|pupil",
  },
  "field of work": {
    verb: "work in field|specialize|specialise|earn living|make/made living|active in field",
    value: "field|profession|occupation|line of work|trade|specialty|speciality|expertise",
    owner: "specialist|expert|practitioner",
  },
  "famous for": {
    agent: "make/made famous|bring/brought fame",
    verb: "famous|known|renowned|celebrated|make/made name|owe fame|noted|gain fame|win/won fame|recognise|recognize|rise/rose to fame",
    value: "claim to fame|masterpiece|notable work|magnum opus|famous work|most notable|best known work",
  },
  "original broadcaster": {
    agent: "air|broadcast|televise|premiere|screen",
    verb: "air on|premiere on|debut on|broadcast on|screen on",
    value: "broadcaster|channel|network|station|home network",
  },
  headquarters: {
    verb: "headquarter|base|have/has head office|have/has main office|operate from|run/ran from",
    value: "headquarters|head office|main office|base|home office|hq|central office|corporate seat",
  },
  "country of origin": {
    verb: "stem|originate|hail|come/came from|derive|arise/arose|trace origin|trace root",
    value: "country of origin|origin|cradle|home country",
  },
  genre: {
    verb: "play music|make/made music|perform music|play style",
    value: "genre|style of music|style|musical style|kind of music|type of music",
  },
  "political party": {
    verb: "belong to party|join party|represent party|run/ran for party|run/ran under banner",
    value: "political party|party|political affiliation",
    owner: "party member|member of party",
  },
  won: {
    agent: "award to|present to|give/given to",
    verb: "win/won|receive|take/took home|scoop|earn award|collect",
    value: "award|prize|honour|honor|trophy",
    owner: "winner|recipient|laureate",
  },
  plays: { verb: "play instrument|master", value: "instrument|musical instrument" },
};

/** Words that say little beside others, and nothing by themselves. */
const LIGHT = new Set(
  "have has had make made makes making do does did in of to for from on at up with by as into over get got take took go went work works worked working play plays played playing come came give gave hold held holds run ran runs".split(
    " ",
  ),
);

/** Words that one cue may reach over. */
const REACH = 6;

interface Cue {
  readonly relation: string;
  readonly role: Role;
  /** Further words, after the first. */
  readonly more: readonly string[];
  readonly weight: number;
}

const CUES = new Map<string, Cue[]>();
for (const [relation, words] of Object.entries(LEXICON))
  for (const [role, cues] of Object.entries(words) as [Role, string][])
    for (const cue of cues.split("|")) {
      const [first = "", ...more] = cue.split(" ");
      const weight = [first.split("/")[0] as string, ...more].reduce((sum, w) => sum + weightOf(w), 0);
      for (const form of formsOf(first)) {
        const of = CUES.get(form);
        const added = { relation, role, more, weight };
        if (of === undefined) CUES.set(form, [added]);
        else of.push(added);
      }
    }

function weightOf(word: string): number {
  return LIGHT.has(word) ? 0.4 : 1;
}

/** A word in its forms: "carry" is also "carries" and "carried"; those after a slash are irregular. */
function formsOf(given: string): Set<string> {
  const [base = "", ...irregular] = given.split("/");
  const stem = base.replace(/e$/u, "");
  const forms = [base, `${base}s`, ...irregular, `${stem}ing`, `${stem}ed`];
  if (/[^aeiou]y$/u.test(base)) forms.push(base.replace(/y$/u, "ies"), base.replace(/y$/u, "ied"));
  if (/(?:s|x|ch|sh|o)$/u.test(base)) forms.push(`${base}es`);
  if (/^[^aeiou]*[aeiou][bdgmnprt]$/u.test(base))
    forms.push(`${base}${base.at(-1)}ed`, `${base}${base.at(-1)}ing`);
  return new Set(forms);
}

/** A cue found in words, at the place of its first. */
export interface FoundCue {
  readonly relation: string;
  readonly role: Role;
  readonly at: number;
  readonly weight: number;
}

/** All cues in words of lower case, those that say most first. */
export function cuesIn(words: readonly string[]): FoundCue[] {
  const found: FoundCue[] = [];
  for (const [at, word] of words.entries())
    for (const { relation, role, more, weight } of CUES.get(word) ?? []) {
      let from = at;
      const all = more.every((next) => {
        const place = words.slice(from + 1, at + 1 + REACH).findIndex((each) => isForm(each, next));
        from += place + 1;
        return place !== -1;
      });
      if (all && weight >= 0.8) found.push({ relation, role, at, weight });
    }
  return found.sort((a, b) => b.weight - a.weight);
}

function isForm(word: string, base: string): boolean {
  return word === base || (word === `${base}s` && base.length > 3);
}

/** Whether the value of a relation does something to its subject: an author writes, a birthplace does nothing. */
export function isAgentive(relation: string): boolean {
  return Object.hasOwn(LEXICON, relation) && LEXICON[relation]?.agent !== undefined;
}

/** The words by which the lexicon knows a relation, one phrase a cue, in the form in which it has them. */
export function lexiconOf(relation: string): readonly string[] {
  const words = Object.hasOwn(LEXICON, relation) ? LEXICON[relation] : undefined;
  return Object.values(words ?? {}).flatMap((cues) =>
    cues.split("|").flatMap((cue) => {
      const [first = "", ...more] = cue.split(" ");
      return first.split("/").map((form) => [form, ...more].join(" "));
    }),
  );
}
