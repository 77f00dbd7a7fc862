import {
  type Phrase,
  readDate,
  readList,
  readName,
  readNoun,
  readPerson,
  readPlace,
  readTitle,
  skip,
} from "./phrases.js";

/** What a clause says of its subject. `swap` is for "Ana wrote X", which is a fact about X. */
export interface Found {
  relation: string;
  objects: Phrase[];
  swap?: boolean;
}

/** How a verb tells facts. */
export interface VerbShape {
  /** One of these words, in lower case, is in every sentence of this shape. */
  words: string[];
  verb: RegExp;
  /** The past tense: what it says need not hold any more. */
  past?: boolean;
  /** A change: its date is when the fact begins to hold. */
  event?: boolean;
  /** Only in conversation: in articles these verbs mean too many things. */
  conversation?: boolean;
  /** May follow "X is a film …" without a verb of its own. */
  participle?: boolean;
  /** Said of works, whose titles may look like anything. */
  work?: boolean;
  read(sentence: string, at: number, match: RegExpExecArray): Found[];
}

type Reader = (sentence: string, at: number) => Phrase | undefined;
interface Slot {
  after: RegExp;
  read: Reader;
  relation: string;
  list?: boolean;
  swap?: boolean;
}

const NEUTRAL =
  /,? (?:there|together|again|also|currently|now|originally|here|back|initially|posthumously)(?=[ ,.])|,? (?:in|on|since|from|until|during|around|about|circa) (?=\d|January|February|March|April|May|June|July|August|September|October|November|December|the summer|the early|the late)/uy;

/** Reads the complements of a verb in any order: "in Porto on 3 May 1980". */
function slots(...list: Slot[]): VerbShape["read"] {
  return (sentence, start) => {
    const found: Found[] = [];
    let at = start;
    for (let times = 0; times < 5; times++) {
      const next = readSlot(sentence, at, list, found) ?? skipNeutral(sentence, at);
      if (next === undefined) break;
      at = next;
    }
    return found;
  };
}

function readSlot(sentence: string, at: number, list: Slot[], found: Found[]): number | undefined {
  for (const slot of list) {
    slot.after.lastIndex = at;
    const after = slot.after.exec(sentence);
    if (after === null || found.some(({ relation }) => relation === slot.relation)) continue;
    const from = at + after[0].length;
    const first = slot.list ? readList(sentence, from, slot.read) : (slot.read(sentence, from) ?? []);
    const objects = Array.isArray(first) ? first : [first];
    const last = objects.at(-1);
    if (last === undefined) continue;
    found.push({ relation: slot.relation, objects, ...(slot.swap ? { swap: true } : {}) });
    return last.end;
  }
  return undefined;
}

function skipNeutral(sentence: string, at: number): number | undefined {
  const next = skip(NEUTRAL, sentence, at);
  if (next === at) return undefined;
  return readDate(sentence, next)?.end ?? next;
}

const IN = /,? (?:in|at|near) (?:the city of )?/uy;
const ON = /,? (?:on|in) /uy;

const LANGUAGE_LIKE: Reader = (sentence, at) => {
  const name = readName(sentence, skip(/(?:the language of |fluent |some |a little |both )/uy, sentence, at));
  return name !== undefined && /^\p{L}+(?: \p{L}+)?$/u.test(name.text) ? name : undefined;
};
const SCHOOL: Reader = (sentence, at) => {
  const name = readName(sentence, skip(/the /uy, sentence, at));
  return name !== undefined &&
    /Universi|Colleg|School|Institut|Academ|Conservato|Seminary|Polytechnic|Gymnasium|Lyc[eé]e|Eton|Oxford|Cambridge|Harvard|Yale|Princeton|Stanford|MIT|UCLA/u.test(
      name.text,
    )
    ? name
    : undefined;
};
const AWARD: Reader = (sentence, at) => {
  const name = readName(sentence, skip(/(?:the |an? )?(?:\d{4} )?/uy, sentence, at));
  return name !== undefined &&
    /Award|Prize|Medal|Cup|Trophy|Championship|Oscar|Grammy|Emmy|Cross|Bafta|BAFTA|Fellowship|Scholarship/u.test(
      name.text,
    )
    ? name
    : undefined;
};
const INSTRUMENTS =
  /(?:the )?(?:acoustic |electric |classical |bass )?(?:guitar|piano|violin|cello|drums|flute|clarinet|trumpet|saxophone|sax|ukulele|bass|harp|keyboard|trombone|oboe|viola|banjo|mandolin|harmonica|accordion|organ|tennis|football|soccer|basketball|baseball|volleyball|chess|golf|rugby|cricket|hockey|badminton|handball)\b/uy;
const INSTRUMENT: Reader = (sentence, at) => {
  const start = skip(/the /uy, sentence, at);
  const end = skip(INSTRUMENTS, sentence, start);
  return end === start ? undefined : { text: sentence.slice(start, end), start, end };
};
const ROLE: Reader = (sentence, at) => readNoun(sentence, skip(/(?:an?|the) /uy, sentence, at));
const THING_OR_NAME: Reader = (sentence, at) => readName(sentence, at) ?? readNoun(sentence, at);
/** A work: quoted, or a name, after what kind of work it is. */
const WORK: Reader = (sentence, at) => {
  const from = skip(
    /(?:(?:the|a|an|his|her|its) )?(?:\p{Ll}[\p{L}-]* ){0,3}?(?:novel|novels|film|films|book|books|song|album|play|opera|poem|essay|story|series|movie|magazine|newspaper|company|band|group) (?=["“`\p{Lu}])/uy,
    sentence,
    at,
  );
  const work = readTitle(sentence, from);
  return work !== undefined && !/^['’]s/u.test(sentence.slice(work.end)) ? work : undefined;
};

const BE = `(?:(?:is|was|am|are|were|be|been|['’](?:s|m|re))(?: (?:also|now|currently|originally|first|best|mostly|widely|well|both|still|mainly|primarily|formerly|officially|later|jointly|only))? )`;
const HAVE = `(?:(?:have|has|had|['’](?:ve|s)) )`;

/** What something is based on: a work, and no "DC Comics character". */
const SOURCE: Reader = (sentence, at) => {
  const work = WORK(sentence, at);
  const after = work === undefined ? "" : sentence.slice(work.end);
  return /^(?:[.,;)]|$| (?:by|and|which|that|from|in|written|published|starring)\b)/u.test(after)
    ? work
    : undefined;
};
/** "wrote Pitt in 1800" is a letter. */
const WRITTEN: Reader = (sentence, at) => {
  const work = WORK(sentence, at);
  return work?.text.includes(" ") || work?.start !== at || /["“`]/u.test(sentence[at] ?? "")
    ? work
    : undefined;
};

/** Participles before "by", and the relation of the subject to whoever follows. */
const MADE_BY: ReadonlyMap<string, string> = new Map([
  ["written", "author"],
  ["authored", "author"],
  ["directed", "director"],
  ["co-directed", "co-director"],
  ["co-written", "co-author"],
  ["produced", "producer"],
  ["composed", "composer"],
  ["created", "creator"],
  ["developed", "developer"],
  ["designed", "designer"],
  ["published", "publisher"],
  ["performed", "performer"],
  ["sung", "performer"],
  ["recorded", "performer"],
  ["founded", "founder"],
  ["co-founded", "co-founder"],
  ["established", "founder"],
  ["invented", "inventor"],
  ["discovered", "discoverer"],
  ["painted", "painter"],
  ["owned", "owner"],
  ["manufactured", "manufacturer"],
  ["built", "builder"],
  ["hosted", "host"],
  ["presented", "host"],
  ["edited", "editor"],
  ["narrated", "narrator"],
  ["distributed", "distributor"],
]);
const PARTICIPLES = [...MADE_BY.keys()].join("|");

export const VERB_SHAPES: readonly VerbShape[] = [
  {
    words: ["born"],
    verb: new RegExp(`${BE}?born\\b`, "gu"),
    read: slots(
      { after: ON, read: readDate, relation: "born on" },
      { after: IN, read: readPlace, relation: "born in" },
    ),
  },
  {
    words: ["died", "passed"],
    verb: /\b(?:died|passed away)\b/gu,
    read: slots(
      { after: ON, read: readDate, relation: "died on" },
      { after: IN, read: readPlace, relation: "died in" },
    ),
  },
  {
    words: ["live", "lives", "living", "reside", "resides"],
    verb: new RegExp(String.raw`\b(?:live|lives|reside|resides|${BE}living|${HAVE}been living)\b`, "gu"),
    read: slots({ after: IN, read: readPlace, relation: "lives in" }),
  },
  {
    words: ["lived", "resided", "used"],
    verb: /\b(?:used to live|(?:(?:have|has|['’]ve) )?(?:lived|resided))\b/gu,
    past: true,
    read: (sentence, at, match) => {
      const read = slots({ after: IN, read: readPlace, relation: "lived in", list: true });
      const isPerfect = /^(?:have|has|['’]ve) /u.test(match[0]);
      return read(sentence, at, match).map((found) =>
        isPerfect && found.objects.length === 1 ? { ...found, relation: "lives in" } : found,
      );
    },
  },
  {
    words: ["moved", "relocated", "moving", "relocating"],
    verb: new RegExp(
      String.raw`\b(?:${HAVE}(?:just |recently )?)?(?:moved|relocated|${BE}(?:moving|relocating))(?: back| over| away| here| out)?\b`,
      "gu",
    ),
    event: true,
    conversation: true,
    read: (sentence, at, match) => {
      const from =
        /^ from (?:the )?\p{Lu}[\p{L}\p{M} ]{0,40}?(?= to )/u.exec(sentence.slice(at, at + 64))?.[0] ?? "";
      return slots({ after: / to /uy, read: readPlace, relation: "lives in" })(
        sentence,
        at + from.length,
        match,
      );
    },
  },
  {
    words: ["grew", "raised"],
    verb: new RegExp(String.raw`\b(?:grew up|${BE}(?:born and )?raised)\b`, "gu"),
    read: slots({ after: IN, read: readPlace, relation: "grew up in" }),
  },
  {
    words: ["work", "works", "working", "employed"],
    verb: new RegExp(String.raw`\b(?:work|works|${BE}working|${BE}employed)\b`, "gu"),
    read: slots(
      { after: / (?:at|for|by|with) (?:the )?/uy, read: readPerson, relation: "works at" },
      { after: /,? as /uy, read: ROLE, relation: "job" },
    ),
  },
  {
    words: ["worked", "used"],
    verb: /\b(?:worked|used to work)\b/gu,
    past: true,
    read: slots(
      { after: / in the city of /uy, read: readPlace, relation: "work location" },
      { after: / (?:at|for) (?:the )?/uy, read: readPerson, relation: "worked at" },
      { after: / as /uy, read: ROLE, relation: "worked as" },
    ),
  },
  {
    words: ["job", "working"],
    verb: new RegExp(
      String.raw`\b(?:${HAVE}?(?:just |recently )?(?:got|landed|accepted|took|started)(?: (?:a|my|the)(?: new)?(?: \p{Ll}+)? job| working)|started working)\b`,
      "gu",
    ),
    event: true,
    read: slots(
      { after: / (?:at|for|with) (?:the )?/uy, read: readPerson, relation: "works at" },
      { after: /,? as /uy, read: ROLE, relation: "job" },
    ),
  },
  {
    words: ["married", "engaged"],
    verb: new RegExp(String.raw`\b(?:(?:${BE}|got |${HAVE}been )?(?:happily )?married(?: to)?)\b`, "gu"),
    event: true,
    read: slots({ after: / /uy, read: readPerson, relation: "spouse" }),
  },
  {
    words: ["engaged", "dating"],
    verb: new RegExp(String.raw`\b(?:${BE}|got )(?:engaged to|dating)\b`, "gu"),
    read: slots({ after: / /uy, read: readPerson, relation: "partner" }),
  },
  {
    words: ["play", "plays"],
    verb: /\b(?:play|plays)\b/gu,
    read: slots(
      { after: / for (?:the )?/uy, read: readPerson, relation: "plays for" },
      { after: / (?:the position of |as an? )/uy, read: readNoun, relation: "position" },
      { after: / /uy, read: INSTRUMENT, relation: "plays", list: true },
    ),
  },
  {
    words: ["played"],
    verb: /\bplayed\b/gu,
    past: true,
    read: slots(
      { after: / for (?:the )?/uy, read: readPerson, relation: "played for" },
      { after: / as an? /uy, read: readNoun, relation: "position" },
    ),
  },
  {
    words: ["speak", "speaks"],
    verb: /\b(?:speak|speaks)\b/gu,
    read: slots({ after: / /uy, read: LANGUAGE_LIKE, relation: "speaks", list: true }),
  },
  {
    words: ["by"],
    verb: new RegExp(
      String.raw`(?:\b${BE}|,? and |, | )?((?:\b(?:${PARTICIPLES}))(?:(?:, and |, | and )(?:${PARTICIPLES})){0,3}) by\b`,
      "gu",
    ),
    participle: true,
    work: true,
    read: (sentence, at, match) => {
      const objects = readList(sentence, at + 1, readPerson);
      if (objects.length === 0 || sentence[at] !== " ") return [];
      return (match[1] ?? "")
        .split(/, and |, | and /u)
        .map((participle) => ({ relation: MADE_BY.get(participle) ?? participle, objects }));
    },
  },
  {
    words: ["starring", "stars", "starred"],
    verb: /(?:,? and |, )?\b(?:starring|stars|starred)\b/gu,
    participle: true,
    read: (sentence, at) => {
      const inWork = / (?:in|as \p{Lu}[\p{L} ]{1,30} in) /uy;
      const from = skip(inWork, sentence, at);
      if (from !== at) {
        const work = WORK(sentence, from);
        return work === undefined ? [] : [{ relation: "starring", objects: [work], swap: true }];
      }
      const objects = readList(sentence, at + 1, readPerson);
      return objects.length === 0 ? [] : [{ relation: "starring", objects }];
    },
  },
  {
    words: ["founded", "established", "formed", "incorporated"],
    verb: new RegExp(
      String.raw`\b(?:${BE})(?:founded|co-founded|established|formed|incorporated)(?= (?:in|on|by) )`,
      "gu",
    ),
    participle: true,
    read: slots(
      { after: ON, read: readDate, relation: "founded on" },
      { after: / in (?:the city of )?/uy, read: readPlace, relation: "founded in" },
      { after: / by /uy, read: readPerson, relation: "founder", list: true },
    ),
  },
  {
    words: ["released", "published"],
    verb: new RegExp(String.raw`\b${BE}(?:released|published)(?= )`, "gu"),
    read: (sentence, at, match) => {
      const relation = match[0].endsWith("released") ? "released on" : "published on";
      return slots({ after: ON, read: readDate, relation })(sentence, at, match);
    },
  },
  {
    words: ["located", "situated"],
    verb: new RegExp(String.raw`\b${BE}?(?:located|situated)\b`, "gu"),
    participle: true,
    read: slots(
      { after: / in the continent of /uy, read: readPlace, relation: "continent" },
      { after: / in the country of /uy, read: readPlace, relation: "country" },
      { after: / (?:in|on|at) /uy, read: readPlace, relation: "located in" },
    ),
  },
  {
    words: ["headquartered", "based"],
    verb: new RegExp(String.raw`\b${BE}?(headquartered|based)\b`, "gu"),
    participle: true,
    read: (sentence, at, match) =>
      match[1] === "headquartered" || match[0] !== "based"
        ? slots(
            { after: / in (?:the city of )?/uy, read: readPlace, relation: "headquarters" },
            { after: / (?:up)?on (?:the )?/uy, read: SOURCE, relation: "based on" },
          )(sentence, at, match)
        : slots({ after: / (?:up)?on (?:the )?/uy, read: SOURCE, relation: "based on" })(sentence, at, match),
  },
  {
    words: ["created", "written"],
    verb: new RegExp(String.raw`\b${BE}(?:created in the country|written in the language) of\b`, "gu"),
    work: true,
    read: (sentence, at, match) => {
      const relation = match[0].includes("country") ? "country of origin" : "original language";
      return slots({ after: / /uy, read: readPlace, relation })(sentence, at, match);
    },
  },
  {
    words: ["affiliated", "associated"],
    verb: new RegExp(String.raw`\b${BE}(?:affiliated|associated) with the (?:religion|sport) of\b`, "gu"),
    read: (sentence, at, match) => {
      const relation = match[0].includes("religion") ? "religion" : "sport";
      return slots({ after: / /uy, read: THING_OR_NAME, relation })(sentence, at, match);
    },
  },
  {
    words: ["famous", "known"],
    verb: new RegExp(String.raw`\b${BE}(?:best |widely |well )?(?:famous|known) for\b`, "gu"),
    read: slots({
      after: / (?:(?:the|his|her|its) )?(?:(?:novel|film|book|song|album|play|movie|series|work) )?/uy,
      read: readTitle,
      relation: "famous for",
    }),
  },
  {
    words: [
      "educated",
      "attended",
      "graduated",
      "studied",
      "studies",
      "study",
      "attends",
      "attend",
      "goes",
      "go",
    ],
    verb: new RegExp(
      String.raw`\b(?:${BE}educated|attended|attends?|graduated|studied|stud(?:y|ies)|${BE}studying|goes to|go to)\b`,
      "gu",
    ),
    read: (sentence, at, match) => {
      const direct = /attend|go/u.test(match[0]);
      const studies = /stud/u.test(match[0]);
      return slots(
        ...(studies
          ? [
              {
                after: / (?!(?:at|in|under|with|for|how|abroad|hard)\b)/uy,
                read: readNoun,
                relation: "field of study",
              },
            ]
          : []),
        {
          after: direct ? / (?:the )?/uy : /,? (?:at|from|in) (?:the )?/uy,
          read: SCHOOL,
          relation: "educated at",
        },
      )(sentence, at, match);
    },
  },
  {
    words: ["won", "received", "awarded"],
    verb: new RegExp(String.raw`\b(?:won|received|${BE}awarded)\b`, "gu"),
    read: slots({ after: / /uy, read: AWARD, relation: "won" }),
  },
  {
    words: [
      "wrote",
      "directed",
      "composed",
      "invented",
      "discovered",
      "painted",
      "founded",
      "created",
      "co-founded",
    ],
    verb: /\b(?:has )?(wrote|directed|composed|invented|discovered|painted|founded|co-founded|created|written)\b(?! by)/gu,
    read: (sentence, at, match) => {
      const relation = ACTIVE.get(match[1] ?? "");
      if (relation === undefined || sentence[at] !== " ") return [];
      const objects = readList(sentence, at + 1, relation === "author" ? WRITTEN : WORK);
      return objects.length === 0 ? [] : [{ relation, objects, swap: true }];
    },
  },
  {
    words: ["own", "owns"],
    verb: /\b(?:own|owns)\b/gu,
    read: slots({ after: / (?:the )?/uy, read: readName, relation: "owner", swap: true }),
  },
];

const ACTIVE: ReadonlyMap<string, string> = new Map([
  ["wrote", "author"],
  ["written", "author"],
  ["directed", "director"],
  ["composed", "composer"],
  ["invented", "inventor"],
  ["discovered", "discoverer"],
  ["painted", "painter"],
  ["founded", "founder"],
  ["co-founded", "co-founder"],
  ["created", "creator"],
]);
