import { SOURCE, WORK, WRITTEN } from "./objects.js";
import { readDate, readList, readName, readPerson, readPlace, readTitle, skip } from "./phrases.js";
import { BE, ON, slots, type VerbShape } from "./verbShape.js";

/* How works, places and organisations are told of: who made them, who is in them, where and when. */

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

export const WORK_SHAPES: readonly VerbShape[] = [
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
      const objects = readList(
        sentence,
        at + 1,
        relation === "author" || relation === "painter" ? WRITTEN : WORK,
      );
      return objects.length === 0 ? [] : [{ relation, objects, swap: true }];
    },
  },
  {
    words: ["own", "owns"],
    verb: /\b(?:own|owns)\b/gu,
    read: slots({ after: / (?:the )?/uy, read: readName, relation: "owner", swap: true }),
  },
];
