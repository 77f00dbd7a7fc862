import { AWARD, INSTRUMENT, LANGUAGE_LIKE, ROLE, SCHOOL, THING_OR_NAME } from "./objects.js";
import { readDate, readNoun, readPerson, readPlace } from "./phrases.js";
import { BE, HAVE, IN, ON, slots, type VerbShape } from "./verbShape.js";

/* How lives are told: birth and death, home, work, marriage, school, sport. */

export const LIFE_SHAPES: readonly VerbShape[] = [
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
    words: ["affiliated", "associated"],
    verb: new RegExp(String.raw`\b${BE}(?:affiliated|associated) with the (?:religion|sport) of\b`, "gu"),
    read: (sentence, at, match) => {
      const relation = match[0].includes("religion") ? "religion" : "sport";
      return slots({ after: / /uy, read: THING_OR_NAME, relation })(sentence, at, match);
    },
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
];
