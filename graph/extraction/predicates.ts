/*
 * The vocabulary of facts: one name for each relation, however it was worded, and what is known about it.
 * A relation reads "subject relation object", or "the relation of subject is object":
 * (Ana, lives in, Porto), (France, capital, Paris).
 */

interface Known {
  /** Other wordings with the same subject and object. */
  aliases?: string;
  /** One object at a time: a new one replaces the old one. */
  single?: true;
  /** True for ever once it is true, so that the past tense says no less than the present. */
  lasting?: true;
}

const ONE = { single: true } as const;
const LASTING_ONE = { single: true, lasting: true } as const;
const LASTING = { lasting: true } as const;

const RELATIONS: Readonly<Record<string, Known>> = {
  // People
  name: { ...ONE, aliases: "named|called|full name" },
  age: { ...ONE, aliases: "years old" },
  birthday: LASTING_ONE,
  "born in": {
    ...LASTING_ONE,
    aliases:
      "birthplace|birth place|place of birth|city of birth|born in the city of|born at|born near|birth city|native city|born in the town of|came into the world in|came into the world in the city of",
  },
  "born on": { ...LASTING_ONE, aliases: "born|birth date|birthdate|date of birth|year of birth|dob" },
  "died in": {
    ...LASTING_ONE,
    aliases:
      "place of death|died in the city of|died at|death place|passed away in|passed away in the city of|died in the town of|city of death|breathed his last in|breathed her last in",
  },
  "died on": { ...LASTING_ONE, aliases: "died|date of death|death date|passed away on" },
  "cause of death": { ...LASTING_ONE, aliases: "died of|died from" },
  "lives in": {
    ...ONE,
    aliases:
      "live in|living in|lives at|lives near|resides in|reside in|residence|home city|place of residence|city of residence|country of residence|moved to|moving to|relocated to|has moved to|home",
  },
  "lived in": { ...LASTING, aliases: "used to live in|resided in" },
  from: {
    ...LASTING_ONE,
    aliases: "hometown|home town|comes from|come from|originally from|hails from|native of",
  },
  "grew up in": { ...LASTING_ONE, aliases: "raised in|brought up in|childhood home" },
  "citizen of": {
    ...ONE,
    aliases:
      "citizenship|country of citizenship|nationality|citizen|national of|holds citizenship of|holds the citizenship of|holds citizenship in|has citizenship of|has the nationality of|holds the nationality of",
  },
  "works at": {
    ...ONE,
    aliases:
      "works for|work at|work for|employed by|employed at|employer|company|workplace|job at|working at|working for|employee of|works as an employee of|on the payroll of|on the staff of",
  },
  "worked at": { ...LASTING, aliases: "worked for|used to work at|used to work for|former employer" },
  "work location": {
    ...LASTING_ONE,
    aliases:
      "worked in the city of|works in|place of work|works in the city of|working in the city of|employed in the city of|active in the city of|workplace city|city of work|had a job in the city of",
  },
  job: { ...ONE, aliases: "works as|work as|occupation|profession|job title|works as a|career" },
  "worked as": { ...LASTING, aliases: "former job|used to work as" },
  "educated at": {
    ...LASTING,
    aliases:
      "studied at|studies at|graduated from|attended|alma mater|university|college|school|graduate of|alumnus of|alumna of|univeristy|student of|educational institution|received education at|received an education at|received his education at|received her education at|student at|studied at the university of|earned a degree from|place of education",
  },
  "field of work": {
    ...ONE,
    aliases: "works in the field of|field|area of work|line of work|active in the field of",
  },
  "record label": {
    ...ONE,
    aliases:
      "represented by|signed to|label|music label|represented by the music label|represented by the record label|signed to the record label|signed to the music label",
  },
  "field of study": { aliases: "studies|studied|major|majored in" },
  religion: {
    ...ONE,
    aliases:
      "affiliated with the religion of|faith|follows the religion of|practises the religion of|practices the religion of|adheres to the religion of|follower of|adherent of|believer in|religious affiliation|follows the faith of|affiliated with the faith of|professes the religion of",
  },
  speaks: {
    aliases:
      "speaks the language of|language spoken|languages spoken|language|speak|spoken language|tongue|able to speak|fluent in|speaks in",
  },
  "native language": LASTING_ONE,
  "phone number": {
    ...ONE,
    aliases:
      "phone|telephone|telephone number|mobile|mobile number|cell|cell number|cell phone number|number",
  },
  "email address": { ...ONE, aliases: "email|e-mail|e-mail address|mail address" },
  address: { ...ONE, aliases: "home address|street address" },
  "famous for": {
    aliases:
      "known for|best known for|notable work|notable for|renowned for|celebrated for|noted for|claim to fame",
  },
  "allergic to": { aliases: "allergy|has an allergy to" },
  likes: {
    aliases:
      "like|love|loves|enjoy|enjoys|adores|is fond of|fan of|interested in|hobby|hobbies|interest|interests|is into",
  },
  dislikes: { aliases: "dislike|hate|hates|doesn't like" },
  has: { aliases: "have|owns a|has got|possesses" },
  visited: { ...LASTING, aliases: "been to|went to|travelled to|traveled to|has been to|has visited" },
  won: { ...LASTING, aliases: "award|award received|awards|received|was awarded" },
  "plays for": { ...ONE, aliases: "team|member of sports team|club|play for" },
  "played for": { ...LASTING, aliases: "former team" },
  position: {
    ...ONE,
    aliases:
      "plays the position of|plays as|position played|plays as a|played as a|plays in the position of|plays at the position of|playing position|holds the position of",
  },
  sport: {
    ...ONE,
    aliases:
      "associated with the sport of|plays the sport of|competes in the sport of|linked to the sport of|associated with the game of|belongs to the sport of",
  },
  plays: { aliases: "plays the|instrument|play" },

  // Family
  spouse: {
    ...ONE,
    aliases:
      "married to|married|husband|wife|is the husband of|is the wife of|wed to|wedded to|has married|got married to",
  },
  partner: { ...ONE, aliases: "girlfriend|boyfriend|engaged to|fiancé|fiancée|fiance|fiancee|dating" },
  mother: { ...LASTING_ONE, aliases: "mom|mum|mommy|mama" },
  father: { ...LASTING_ONE, aliases: "dad|daddy|papa" },
  parent: { ...LASTING, aliases: "parents" },
  child: {
    ...LASTING,
    aliases: "children|kid|kids|has a child named|has a child called|parent of|offspring",
  },
  son: { ...LASTING, aliases: "sons" },
  daughter: { ...LASTING, aliases: "daughters" },
  brother: { ...LASTING, aliases: "brothers" },
  sister: { ...LASTING, aliases: "sisters" },
  grandmother: { ...LASTING, aliases: "grandma|granny|gran" },
  grandfather: { ...LASTING, aliases: "grandpa|granddad" },
  friend: { aliases: "friends|best friend|good friend|close friend|old friend|buddy|bestie" },
  colleague: { aliases: "coworker|co-worker|work colleague" },
  dog: { aliases: "dogs|puppy|pup|doggo" },
  cat: { aliases: "cats|kitten|kitty" },

  // Places and organisations
  capital: { ...ONE, aliases: "capital city|has its capital in|has its capital at|seat of government" },
  "twin town": { aliases: "twinned with|twinned administrative body|twin city|sister city" },
  "largest city": { ...ONE, aliases: "biggest city" },
  continent: {
    ...LASTING_ONE,
    aliases:
      "located in the continent of|on the continent of|lies on the continent of|lies in the continent of|belongs to the continent of|located on the continent of|part of the continent of|situated on the continent of|situated in the continent of",
  },
  country: { ...ONE, aliases: "located in the country of" },
  "located in": { aliases: "location|situated in|is in|located at|located on|lies in" },
  "part of": { aliases: "belongs to" },
  "member of": { aliases: "member" },
  headquarters: {
    ...ONE,
    aliases:
      "headquarter|headquartered in|headquarters location|headquarters located in|headquarters located in the city of|based in|has its headquarters in|has headquarters in|headquartered in the city of|has its headquarters in the city of|head office|main office|has its head office in|has its main office in|based in the city of",
  },
  "founded in": {
    ...LASTING_ONE,
    aliases:
      "founded in the city of|place of foundation|formed in|established in the city of|formed in the city of|city of foundation|founding city|started in the city of|set up in the city of",
  },
  "founded on": {
    ...LASTING_ONE,
    aliases: "founded|established|established in|inception|founding date|formed",
  },
  "official language": { ...ONE, aliases: "officially speaks|has the official language" },
  population: ONE,
  currency: ONE,
  president: ONE,
  "prime minister": { ...ONE, aliases: "premier" },
  mayor: ONE,
  governor: ONE,
  king: { ...ONE, aliases: "reigning king" },
  queen: { ...ONE, aliases: "reigning queen" },
  "head of state": { ...ONE, aliases: "chief of state|head of the state" },
  "head of government": {
    ...ONE,
    aliases:
      "head of the government|government headed by|governed by|government leader|leader of the government",
  },
  "chief executive officer": { ...ONE, aliases: "ceo|chief executive" },
  "chief technology officer": { ...ONE, aliases: "cto" },
  "chief financial officer": { ...ONE, aliases: "cfo" },
  chairperson: { ...ONE, aliases: "chair|chairman|chairwoman|chaired by" },
  "head coach": { ...ONE, aliases: "coach|coached by" },
  manager: ONE,
  captain: ONE,
  principal: { ...ONE, aliases: "headmaster|headmistress|headteacher" },
  boss: { ...ONE, aliases: "supervisor|line manager" },
  owner: { ...ONE, aliases: "owned by|parent company|belongs to the company|in the ownership of" },
  officeholder: { ...ONE, aliases: "office holder|incumbent" },

  // Works
  author: { ...LASTING_ONE, aliases: "writer|written by|authored by|penned by" },
  director: { ...LASTING_ONE, aliases: "directed by|run by the director|directed by the director" },
  creator: { ...LASTING_ONE, aliases: "created by|devised by|conceived by|originator" },
  founder: { ...LASTING_ONE, aliases: "founded by|established by|formed by" },
  "co-founder": { ...LASTING, aliases: "cofounder|co-founded by" },
  performer: {
    ...LASTING_ONE,
    aliases: "performed by|sung by|singer|recorded by|performing artist|recorded by the artist",
  },
  developer: {
    ...LASTING_ONE,
    aliases: "developed by|developed by the company|built and developed by|programmed by",
  },
  manufacturer: {
    ...ONE,
    aliases:
      "company that produced|manufactured by|made by|maker|company produced by|built by the company|produced by the company|manufactured by the company|produced by company|producing company",
  },
  "original broadcaster": {
    ...LASTING_ONE,
    aliases:
      "origianl broadcaster|original network|originally broadcast by|originally broadcast on|first broadcast by|first broadcast on|first aired on|first aired by|originally aired on|originally aired by|broadcast by|broadcaster|aired on",
  },
  "original language": {
    ...LASTING_ONE,
    aliases:
      "written in the language of|language of work|written in|composed in the language of|language of origin|originally written in",
  },
  "country of origin": {
    ...LASTING_ONE,
    aliases:
      "created in the country of|originated in the country of|originates from the country of|originates from|originated in|originated from|invented in the country of|has its origin in|has its origins in|first created in|created in",
  },
  inventor: { ...LASTING_ONE, aliases: "invented by" },
  discoverer: { ...LASTING_ONE, aliases: "discovered by" },
  painter: { ...LASTING_ONE, aliases: "painted by" },
  composer: { ...LASTING, aliases: "composed by" },
  producer: { ...LASTING, aliases: "produced by" },
  designer: { ...LASTING, aliases: "designed by" },
  builder: { ...LASTING, aliases: "built by" },
  architect: LASTING,
  publisher: { ...LASTING, aliases: "published by" },
  editor: { aliases: "edited by" },
  host: { aliases: "hosted by|presenter|presented by" },
  starring: { ...LASTING, aliases: "stars|starred|features|cast member" },
  "based on": { ...LASTING, aliases: "adapted from" },
  "released on": { ...LASTING_ONE, aliases: "released|release date|released in" },
  "published on": { ...LASTING_ONE, aliases: "published|publication date|published in" },
  genre: {
    ...ONE,
    aliases:
      "type of music|type of music played|plays the genre|type of music that plays|music genre|genre of music|plays music of the genre|performs music in the genre of",
  },
  "is a": { aliases: "is an|is|type|kind|instance of|type of|kind of|a type of|a kind of" },
};

const CANONICAL = new Map<string, string>();
for (const [relation, { aliases }] of Object.entries(RELATIONS)) {
  CANONICAL.set(relation, relation);
  for (const alias of aliases?.split("|") ?? []) CANONICAL.set(alias, relation);
}

/** Relations outside the table that have one value because of what they are called. */
const SINGLE_BY_NAME =
  /^(?:favourite|current|official|native|first|last|latest|largest|biggest|highest|longest|oldest|head|chief|real|birth|maiden|middle) |(?: number| address| name| age| date| size| colou?r| status| password| username)$|^(?:birthday|salary|weight|height|password|username|status)$/u;

/** A longer one is no relation, and is not worth tidying. */
const RELATION_CHARACTERS = 256;

/**
 * The one name of a relation, so that facts from different sentences, models and users can be compared:
 * lower case, without articles and "current", British spelling, synonyms folded. A relation that is not in the
 * vocabulary is tidied and kept. Direction is kept: "wrote" is not "author", whose subject is the work.
 *
 * @example
 * canonicalRelation("moved to"); // "lives in"
 * canonicalRelation("CEO of"); // "chief executive officer"
 */
export function canonicalRelation(relation: string): string {
  if (relation.length > RELATION_CHARACTERS) return relation;
  const remembered = TIDIED.get(relation);
  if (remembered !== undefined) return remembered;
  const canonical = canonicalised(relation);
  if (TIDIED.size >= REMEMBERED) TIDIED.clear();
  TIDIED.set(relation, canonical);
  return canonical;
}

/** Lists ask for the same few wordings at every item; how many of them are remembered. */
const REMEMBERED = 4_096;
const TIDIED = new Map<string, string>();

function canonicalised(relation: string): string {
  const tidy = relation
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[_\s]+/gu, " ")
    .replace(/[’]/gu, "'")
    .replace(/^[\s"'.,:;]+|[\s"'.,:;]+$/gu, "")
    .replace(/\bfavorite\b|\bfave\b/gu, "favourite")
    .replace(/\bcolor\b/gu, "colour");
  const known = CANONICAL.get(tidy);
  if (known !== undefined) return known;
  const bare = tidy
    .replace(
      /^(?:is|are|was|were|am|be|has been|have been|has|the|an?|current|name of|full name of|present|new|old) (?=\S)/u,
      "",
    )
    .replace(/ (?:of|is|was)$/u, "");
  if (bare === tidy || bare === "") return tidy;
  return canonicalRelation(bare);
}

/**
 * Whether a relation has one object at a time, so that a new fact replaces the one before: where somebody
 * lives, a capital, a favourite colour. Unknown relations are taken to have many.
 */
export function isSingleValued(relation: string): boolean {
  if (/^\s*(?:the\s+)?current\s/iu.test(relation)) return true;
  const canonical = canonicalRelation(relation);
  return knownOf(canonical)?.single ?? SINGLE_BY_NAME.test(canonical);
}

/** The names of all relations that are known. */
export function vocabulary(): readonly string[] {
  return Object.keys(RELATIONS);
}

/** All wordings of a relation in the vocabulary, its name first; only its name where it is unknown. */
export function wordingsOf(canonical: string): readonly string[] {
  return [canonical, ...(knownOf(canonical)?.aliases?.split("|") ?? [])];
}

/** Whether a wording is one of the vocabulary's. */
export function isKnownRelation(relation: string): boolean {
  return knownOf(canonicalRelation(relation)) !== undefined;
}

/** Whether the past tense of a relation still holds: a father, an author, where somebody was born. */
export function isLasting(relation: string): boolean {
  return knownOf(canonicalRelation(relation))?.lasting ?? false;
}

function knownOf(canonical: string): Known | undefined {
  return Object.hasOwn(RELATIONS, canonical) ? RELATIONS[canonical] : undefined;
}
