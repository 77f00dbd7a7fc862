/*
 * How relations are asked for: words of questions beside the wordings in `predicates.ts`, and the kind of thing
 * that is their value.
 */

/** What the value of a relation is. */
export type Kind =
  | "person"
  | "city"
  | "country"
  | "continent"
  | "organisation"
  | "school"
  | "language"
  | "religion"
  | "sport"
  | "position"
  | "music"
  | "field"
  | "work"
  | "date";

interface Asked {
  readonly kind?: Kind;
  /** Words that ask for it, in any order; each alternative has one or several. */
  readonly words?: string;
}

const ASKED: Readonly<Record<string, Asked>> = {
  "born in": { kind: "city", words: "birth|birthplace|native city|born city|birth city|birth location" },
  "born on": { kind: "date", words: "birth date|born when|born year|birthday" },
  "died in": {
    kind: "city",
    words: "death|die|died|dead|pass away|decease|die city|perish|last breath|death city|meet end",
  },
  "died on": { kind: "date", words: "death date|die when|die year" },
  "lives in": { kind: "city", words: "live|reside|dwell|residence|home" },
  "lived in": { kind: "city", words: "live|reside" },
  from: { words: "from|hometown" },
  "grew up in": { kind: "city", words: "grow up|childhood|raise" },
  "citizen of": {
    kind: "country",
    words:
      "citizen|citizenship|country citizenship|national|nationality|passport|country belong|country come|country from|country hail|homeland|nation belong|country person",
  },
  "works at": {
    kind: "organisation",
    words:
      "employer|employ|employee|work for|work at|who work|company work|organization work|organisation work|employment|job at|workplace|hire|pay salary",
  },
  "work location": {
    kind: "city",
    words:
      "work city|work location|city work|place work|where work|work place|work site|city employ|based work|practice city|career city|city active|location work",
  },
  job: { kind: "field", words: "occupation|profession|job|do living|career|trade" },
  "field of work": {
    kind: "field",
    words:
      "field|occupation|profession|discipline|specialty|specialize|job|line work|career|work area|area work|expertise|domain",
  },
  "educated at": {
    kind: "school",
    words:
      "educate|education|university|college|school|study|attend|graduate|alma mater|degree|alumnus|student|academic institution|educational institution|go university|train",
  },
  religion: {
    kind: "religion",
    words:
      "religion|religious|faith|belief|worship|creed|denomination|affiliate religion|religious affiliation|follow faith",
  },
  speaks: {
    kind: "language",
    words:
      "speak|language speak|language|language spoken written signed|tongue|converse|communicate|fluent|mother tongue",
  },
  "native language": { kind: "language", words: "native language|mother tongue" },
  "famous for": {
    kind: "work",
    words:
      "famous|known|notable|renown|fame|best know|notable work|celebrate|claim fame|recognize|reputation",
  },
  "plays for": { kind: "organisation", words: "team|club|play for|play team" },
  position: {
    kind: "position",
    words: "position|role team|role|play position|team position|play as|specialty team|spot",
  },
  sport: {
    kind: "sport",
    words: "sport|play sport|game|athletic|compete|discipline sport|athletic discipline",
  },
  genre: {
    kind: "music",
    words: "genre|music|music type|music genre|music kind|style music|musical style|style|musical genre",
  },
  "record label": {
    kind: "organisation",
    words: "label|record label|music label|represent|represent label|sign",
  },
  plays: { words: "instrument|play instrument" },
  spouse: {
    kind: "person",
    words:
      "spouse|marry|married|marriage|husband|wife|partner|wed|life partner|significant other|better half|tie knot|consort|spousal",
  },
  partner: { kind: "person", words: "partner|date|girlfriend|boyfriend|engaged" },
  mother: { kind: "person" },
  father: { kind: "person" },
  parent: { kind: "person" },
  child: { kind: "person", words: "child|children|kid|offspring|son|daughter|parent|heir|father" },
  son: { kind: "person" },
  daughter: { kind: "person" },
  brother: { kind: "person", words: "sibling" },
  sister: { kind: "person", words: "sibling" },
  boss: { kind: "person" },
  capital: { kind: "city", words: "capital|capital city|seat government|administrative capital" },
  "largest city": { kind: "city" },
  continent: {
    kind: "continent",
    words: "continent|continent locate|continent situate|continent belong|continent lie|landmass",
  },
  country: { kind: "country", words: "country|country locate|nation|country belong|country situate" },
  "located in": { kind: "city", words: "locate|location|situate|lie|find" },
  headquarters: {
    kind: "city",
    words:
      "headquarter|headquarters|head office|base|main office|headquarter city|hq|home office|central office",
  },
  "founded in": {
    kind: "city",
    words:
      "found city|establish city|form city|city foundation|city found|foundation place|founding location|where found|where establish|where form|start city|city start|origin city|city origin|set up city|inception city",
  },
  "founded on": { kind: "date", words: "found when|found year|establish year|establish when" },
  "official language": {
    kind: "language",
    words: "official language|language|official tongue|state language|language official|government language",
  },
  currency: { words: "currency|money" },
  president: { kind: "person", words: "president" },
  "prime minister": { kind: "person", words: "prime minister|premier" },
  mayor: { kind: "person" },
  governor: { kind: "person" },
  king: { kind: "person" },
  queen: { kind: "person" },
  "head of state": {
    kind: "person",
    words: "head state|chief state|state leader|state head|leader|ruler|monarch|president|lead country|rule",
  },
  "head of government": {
    kind: "person",
    words:
      "head government|government head|government leader|leader government|government chief|chief government|prime minister|premier|leader|lead government|run government|govern|headed government|chancellor",
  },
  "chief executive officer": {
    kind: "person",
    words:
      "chief executive|chief executive officer|ceo|executive|top executive|run company|lead company|head company|boss company",
  },
  chairperson: {
    kind: "person",
    words: "chairperson|chairman|chairwoman|chair|preside|board head|head board|leader",
  },
  "head coach": { kind: "person", words: "head coach|coach|train team|trainer|manager team" },
  manager: { kind: "person", words: "manager|manage" },
  owner: { kind: "organisation", words: "owner|own|proprietor|belong" },
  officeholder: { kind: "person", words: "hold office|office holder|incumbent" },
  author: { kind: "person", words: "author|write|written|wrote|writer|pen|novelist|authored|literary" },
  director: {
    kind: "person",
    words: "director|direct|manager|director manager|filmmaker|lead|helm|manage|in charge",
  },
  creator: {
    kind: "person",
    words:
      "creator|create|make|originator|mind behind|bring life|come up|conceive|brain behind|invent|devise",
  },
  founder: {
    kind: "person",
    words:
      "founder|found|establish|start|set up|form|founding father|create|begin|initiate|launch|originator",
  },
  performer: {
    kind: "person",
    words: "performer|perform|sing|sang|sung|singer|artist|musician|record|band|vocalist|star",
  },
  developer: {
    kind: "organisation",
    words: "developer|develop|program|engineer|build|design|creator|create|make|behind|software company",
  },
  manufacturer: {
    kind: "organisation",
    words:
      "manufacturer|manufacture|produce|producer|make|maker|company produce|production|company make|build|creator|create|company behind",
  },
  "original broadcaster": {
    kind: "organisation",
    words:
      "broadcaster|broadcast|original broadcaster|origianl broadcaster|air|network|channel|tv network|television network|original network|station|televise|premiere|original channel|first show",
  },
  "original language": {
    kind: "language",
    words:
      "original language|language write|language written|language|origianl language|write language|language origin|compose language|language work",
  },
  "country of origin": {
    kind: "country",
    words:
      "country origin|origin|originate|country create|create country|country come|invent|country invent|country originate|country develop|country birthplace|birthplace|hail|come from|create|country start|arise|nation origin|home country|country found|root",
  },
  inventor: { kind: "person", words: "invent" },
  discoverer: { kind: "person", words: "discover" },
  painter: { kind: "person", words: "paint" },
  composer: { kind: "person", words: "compose" },
  producer: { kind: "person", words: "produce" },
  designer: { kind: "person", words: "design" },
  publisher: { kind: "organisation", words: "publish" },
  starring: { kind: "person", words: "star|cast|actor|actress" },
  "twin town": { kind: "city", words: "twin|sister city|partner city" },
};

/** What a noun of a question asks for, or speaks of on the way. */
const KIND_NOUNS: Readonly<Record<Kind, string>> = {
  person: "person|individual|man|woman|people|somebody|someone",
  city: "city|town|place|location|metropolis|municipality|capital",
  country: "country|nation|state|land|republic|kingdom",
  continent: "continent|landmass",
  organisation:
    "company|organization|organisation|firm|corporation|business|group|team|club|employer|network|channel|station|studio|institution|party|manufacturer|brand",
  school: "university|college|school|institution|academy|institute",
  language: "language|tongue",
  religion: "religion|faith|denomination",
  sport: "sport|game",
  position: "position|role",
  music: "genre|music|style",
  field: "field|profession|occupation|job|discipline|domain|career",
  work: "work|book|film|movie|song|achievement|creation|invention",
  date: "date|year|day|time",
};

const KINDS = new Map<string, Set<Kind>>();
for (const [kind, nouns] of Object.entries(KIND_NOUNS) as [Kind, string][])
  for (const noun of nouns.split("|")) KINDS.set(noun, (KINDS.get(noun) ?? new Set()).add(kind));

/** What a noun stands for: "nation" is a country; nothing for most words. */
export function kindsOf(noun: string): ReadonlySet<Kind> | undefined {
  return KINDS.get(noun) ?? KINDS.get(noun.replace(/ies$/u, "y").replace(/s$/u, ""));
}

/** What the value of a relation is, where that is known. */
export function kindOf(relation: string): Kind | undefined {
  return Object.hasOwn(ASKED, relation) ? ASKED[relation]?.kind : undefined;
}

/** Words by which questions ask for a relation, beside its own wordings. */
export function wordsAskingFor(relation: string): readonly string[] {
  return (Object.hasOwn(ASKED, relation) ? ASKED[relation]?.words : undefined)?.split("|") ?? [];
}
