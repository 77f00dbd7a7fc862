/*
 * Reading phrases at a position of a sentence: names, nouns, dates. Every reader looks only forward, a bounded
 * number of words, so that no input makes it slow. Positions are those of the sentence.
 */

/** A piece of a sentence: `text` is `sentence.slice(start, end)`. */
export interface Phrase {
  text: string;
  start: number;
  end: number;
}

const NAME_WORD =
  /\p{Lu}\.(?:-?\p{Lu}\.)*|(?:St|Mt|Ft|Dr|Mr|Mrs|Ms|Jr|Sr|Prof|Gen|Rev)\.|[\p{Lu}\p{Lt}\p{Lo}](?:[\p{L}\p{M}\p{N}]|[-‐–&/.](?=[\p{L}\p{N}])|- ?(?=\p{Lu})|& (?=\p{Lu})|['’](?!(?:s|m|re|ve|ll|d|t)(?!\p{L}))(?=\p{L})){0,40}/uy;
const NUMBER_WORD = /\d{1,3}(?![\p{N}%]|[.,:-]\d)/uy;
const CONNECTOR =
  / (?:(of|de|da|do|dos|das|di|del|della|des|du|la|le|van|von|der|den|ter|zu|bin|ibn|al|el|y|e|à|the|&|and|for|on|in|at)(?: (the|la|las|los|le|der|den|la))? )?/uy;
/** Names after which "for", "on" and "at" still belong to the name: "Center for Democracy". */
const ORGANISATION =
  /^(?:Agency|Alliance|Academy|Association|Award|Board|Bureau|Campaign|Center|Centre|College|Commission|Committee|Council|Department|Foundation|Fund|House|Institute|League|Medal|Minister|Ministry|Movement|Museum|Network|Office|Party|Prize|School|Secretary|Society|Trust|University)$/u;
const NO_NAMES = new Set(
  `The A An I He She It They We You His Her Hers Its Their My Our Your This That These Those There Here In On At As
  After Before During Since When While Where Who What Which How Why If Although And But Or So Also Then Now Yes No Not
  Yeah Yep Oh Ok Okay Hey Hi Hello Wow Thanks Thank Well Both Some Many Most All Each Every Another Other Such One Two
  Three To From For With Without By Of Let Let's Just Only Even Still Yet Please Sorry Sure Because However Today
  Yesterday Tomorrow Tonight Maybe Perhaps Congrats Haha Lol Btw Omg Is Are Was Were Do Does Did Can Could Will Would
  Monday Tuesday Wednesday Thursday Friday Saturday Sunday Born Died Nothing Something Everything Someone Anyone
  Everyone Nobody Mine Yours Ours Somebody Everybody Anybody People Having Being Later Meanwhile Instead Unlike Like Despite According Its`.split(
    /\s+/u,
  ),
);
const MONTH =
  "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)";
const IS_MONTH = new RegExp(`^${MONTH}$`, "u");
const NAME_WORDS = 10;
/** Names of one thing with an "and" in them that no rule can tell from two. */
const PAIRS =
  /^(?:Greece and Denmark|Denmark and Norway|Trinidad and Tobago|Bosnia and Herzegovina|Antigua and Barbuda|Thurn and Taxis|Britain and Ireland|Saxe-Coburg and Gotha|Sodor and Man|Bath and Wells)\b/u;

/** A proper name: capitalised words (or words of scripts without case) and what joins them. */
export function readName(sentence: string, at: number, isPerson = false): Phrase | undefined {
  let end = at;
  let last = "";
  let joined = false;
  for (let words = 0; words < NAME_WORDS; words++) {
    let from = end;
    if (words > 0) {
      CONNECTOR.lastIndex = end;
      const connector = CONNECTOR.exec(sentence);
      if (connector === null) break;
      const isPair = connector[1] === "and" && PAIRS.test(sentence.slice(end - last.length, end + 24));
      if (!isPair && !mayJoin(connector[1], last, joined && !isPerson)) break;
      from = CONNECTOR.lastIndex;
      joined ||= connector[1] !== undefined;
    }
    const word = wordAt(sentence, from, words);
    if (word === undefined) break;
    if (words === 0 && NO_NAMES.has(word)) {
      // "The Hague" is a name, "The" is not.
      if (word !== "The" || wordAt(sentence, from + 4, 0) === undefined) return undefined;
    }
    // "Henry I" is a name, "Paris I love" is not.
    if (words > 0 && /^(?:He|She|It|They|We)$/u.test(word)) break;
    if (words > 0 && word === "I" && /^ \p{Ll}/u.test(sentence.slice(from + 1)) && !joined) break;
    // "the University on February 1"
    if (words > 0 && IS_MONTH.test(word) && joined) break;
    last = word;
    end = from + word.length;
  }
  if (end === at) return undefined;
  const text = sentence.slice(at, end);
  const first = text.replace(/[ ,].*/u, "");
  // "May" and "June 5" are times, "May Hinckley" is a name.
  if (IS_MONTH.test(first) && (first === text || /\d/u.test(text))) return undefined;
  return { text, start: at, end };
}

function wordAt(sentence: string, at: number, words: number): string | undefined {
  NAME_WORD.lastIndex = at;
  const name = NAME_WORD.exec(sentence)?.[0];
  if (name !== undefined) return name;
  if (words === 0) return undefined;
  NUMBER_WORD.lastIndex = at;
  return NUMBER_WORD.exec(sentence)?.[0];
}

function mayJoin(connector: string | undefined, last: string, joined: boolean): boolean {
  if (connector === undefined) return true;
  if (connector === "for" || connector === "on" || connector === "at" || connector === "in")
    return ORGANISATION.test(last);
  return connector !== "and" || joined;
}

const QUOTED = /["“«]\s?([^"“”«»]{1,80}?)\s?["”»]|``\s?([^`']{1,80}?)\s?''/uy;

/** What stands in quotation marks, without them. */
export function readQuoted(sentence: string, at: number): Phrase | undefined {
  QUOTED.lastIndex = at;
  const match = QUOTED.exec(sentence);
  const text = match?.[1] ?? match?.[2];
  if (match === null || text === undefined || text.trim() === "") return undefined;
  return { text, start: at, end: at + match[0].length };
}

const ARTICLE = /(?:the|a|an) /uy;

/** A name or a quoted title, after an article of lower case. */
export function readTitle(sentence: string, at: number): Phrase | undefined {
  const from = skip(ARTICLE, sentence, at);
  return readQuoted(sentence, from) ?? readName(sentence, from);
}

const PLACE_KIND =
  /(?:the |a )?(?:(?:small |large |coastal |capital |port )?(?:city|town|village|country|state|province|county|municipality|district|region|island|continent|parish|suburb|neighbou?rhood|borough|community) of )?(?:the (?=\p{Lu}))?(?:(?:north|south|east|west|central|northern|southern|eastern|western|downtown|rural|nearby|northeast|northwest|southeast|southwest) )?/uy;

/** A place: a name with the larger places after commas ("Vernon, British Columbia"). */
export function readPlace(sentence: string, at: number): Phrase | undefined {
  const name = readName(sentence, skip(PLACE_KIND, sentence, at));
  if (name === undefined || isPossessive(sentence, name.end)) return undefined;
  let end = name.end;
  for (let parts = 0; parts < 2; parts++) {
    if (sentence.slice(end, end + 2) !== ", ") break;
    const next = readName(sentence, end + 2);
    if (
      next === undefined ||
      !/^(?:[,.;!)]|$| (?:and|in|on|with|where|from|to|for|at|by|as|who)\b)/u.test(sentence.slice(next.end))
    )
      break;
    end = next.end;
  }
  // "Paris, London and Rome" is a list, not one place inside another.
  if (end !== name.end && /^,? (?:and|or) (?:the )?\p{Lu}/u.test(sentence.slice(end))) end = name.end;
  return { text: sentence.slice(name.start, end), start: name.start, end };
}

export function isPossessive(sentence: string, at: number): boolean {
  return /^['’](?:s\b|(?=\s))/u.test(sentence.slice(at, at + 3));
}

const DESCRIPTION =
  /(?:(?:the|a|an|his|her|its|fellow|director|actor|author) )?(?:\p{Lu}[\p{L}-]+ )?(?:(?!(?:of|and|with|at|in|from|by|the|to|for|on|as|or|that|who)\b)\p{Ll}[\p{L}\- ]{1,14} ){0,3}?(?:\p{Ll}+(?:er|or|ist|ian|man|men|woman|ess|duo|band|group|company|king|queen|prince|princess|brothers|brother|sister|wife|husband|saint|architect|comic|studio|team|siblings|author|pop|poet|chef|rapper|manga artist|actor)s? )(?=\p{Lu})/uy;

/** A person or an organisation, after what describes it: "the French composer Erik Satie". */
export function readPerson(sentence: string, at: number): Phrase | undefined {
  const name =
    readName(sentence, skip(DESCRIPTION, sentence, at), true) ??
    readName(sentence, skip(ARTICLE, sentence, at), true);
  if (name === undefined || isPossessive(sentence, name.end)) return undefined;
  return DESCRIBES.test(sentence.slice(name.end, name.end + 32)) ? undefined : name;
}

/** "by American singer-songwriter and …": the name only describes a noun that follows. */
const DESCRIBES =
  /^ (?!(?:under|over|after|or|for|other|together|later|never|either|rather|however|or)\b)(?:\p{Ll}|-)+(?:er|or|ist|ian|man|woman|band|duo|group|company|team|brothers|studio|studios|actress|architect)s?\b/u;

const SEPARATOR = /,? (?:and|&) (?:(?:the|by|with) )?|, /uy;

const BEGINS_CLAUSE = /^ (?:is|was|are|has|had|will|would|\p{Ll}+(?:ed|s)(?: |$))/u;
const RANK =
  /^(?:\d+(?:st|nd|rd|th) )?(?:(?:Grand |Arch|Crown |Deputy |Holy )?(?:[Dd]uke|[Dd]uchess|[Pp]rince|[Pp]rincess|Count|Countess|King|Queen|Earl|Baron|Baroness|Landgrave|Margrave|Elector|Emperor|Empress|Roman Emperor|Lord|Lady|Viscount|Marquis|Marquess|Bishop|Archbishop|President|Prime Minister|Governor|Mayor|Sultan|Ruler)) (?:of|in) /u;

/** What `read` reads, and what a list adds to it: "A, B and C". At most ten. */
export function readList(
  sentence: string,
  at: number,
  read: (sentence: string, at: number) => Phrase | undefined,
): Phrase[] {
  const first = read(sentence, at);
  if (first === undefined) return [];
  const list = [first];
  let complete = false;
  let end = first.end;
  while (!complete && list.length < 10) {
    SEPARATOR.lastIndex = end;
    const separator = SEPARATOR.exec(sentence);
    if (separator === null) break;
    const next = read(sentence, SEPARATOR.lastIndex);
    if (next === undefined) break;
    const isLast = separator[0] !== ", ";
    // "…, and Bob went home" begins another clause.
    if (isLast && BEGINS_CLAUSE.test(sentence.slice(next.end, next.end + 24))) break;
    end = next.end;
    // "Albrecht, Duke of Bavaria" is one man.
    if (!isLast && RANK.test(next.text)) continue;
    complete = isLast;
    list.push(next);
  }
  // "the Microwave Theory and Techniques Society" is one.
  const [, second] = list;
  if (
    list.length === 2 &&
    second !== undefined &&
    /(?:Society|Association|Company|Sons|Co|Institute|Department|Press|Studios|Group|Club|University)\.?$/u.test(
      second.text,
    ) &&
    !second.text.startsWith("The ")
  )
    return [{ text: sentence.slice(first.start, second.end), start: first.start, end: second.end }];
  // Commas without a final "and" are an apposition ("by Bob Dylan, Nobel laureate"), unless nothing else follows.
  return complete || list.length === 1 || /^[.!]?$/u.test(sentence.slice(end)) ? list : [first];
}

const DATE = new RegExp(
  String.raw`(?:the )?(?:(?:early|late|mid|about|around|circa|c\.)[ -])?(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? \d{3,4})?|${MONTH} \d{1,2}(?:st|nd|rd|th)?(?:,? \d{3,4})?|${MONTH},? \d{4}|\d{4}(?:-\d\d-\d\d)?)(?![\p{L}\p{N}])`,
  "uy",
);

/** A date as a calendar writes it; no relative one. */
export function readDate(sentence: string, at: number): Phrase | undefined {
  DATE.lastIndex = at;
  const match = DATE.exec(sentence);
  return match === null
    ? undefined
    : { text: match[0].replace(/^the /u, ""), start: at, end: at + match[0].length };
}

const NOUN_WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:(?:['’&.]|- ?)[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/uy;
const ENDS_NOUN = new Set(
  `of in on at by for from with without to that which who whom whose where when while and or but so because than then as
  is are was were be been has have had do does did will would can could should may might must it its this these those
  there here he she they we you i me my his her their our your him them us if how why what about after before during
  since until through over under into onto between among against per via very too also not just only even now both
  directed written produced composed starring released based located situated published set created developed founded
  known played featuring made performed recorded hosted born named called told like right everyday though although
  again once already last next today yesterday tomorrow ago tonight still yet all using lol haha`.split(
    /\s+/u,
  ),
);
const NOUN_WORDS = 6;

/** A run of words that names something, up to the next function word or punctuation. */
export function readNoun(sentence: string, at: number): Phrase | undefined {
  let end = at;
  for (let words = 0; words < NOUN_WORDS + 1; words++) {
    const from = words === 0 ? at : end + 1;
    if (words > 0 && sentence[end] !== " ") break;
    NOUN_WORD.lastIndex = from;
    const word = NOUN_WORD.exec(sentence)?.[0];
    if (word === undefined || ENDS_NOUN.has(word.toLowerCase()) || /['’](?:m|re|ve|ll|d|t)$/u.test(word))
      break;
    // Seven words are no term any more.
    if (words === NOUN_WORDS) return undefined;
    end = from + word.length;
  }
  return end === at ? undefined : { text: sentence.slice(at, end), start: at, end };
}

/** The position after `pattern` (sticky) where it matches at `at`, else `at`. */
export function skip(pattern: RegExp, sentence: string, at: number): number {
  pattern.lastIndex = at;
  const match = pattern.exec(sentence);
  return match === null ? at : at + match[0].length;
}

/** How names are compared: NFKC, lower case, letters and digits only, without a leading article. */
export function nameKey(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’]s(?=\s|$)/gu, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim()
    .replace(/^(?:the|an?) (?=\S)/u, "");
}
