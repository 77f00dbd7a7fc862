import { RELATIVES } from "./kinds.js";
import { isPossessive, type Phrase, readList, readName, readNoun, readPlace, skip } from "./phrases.js";
import type { VerbShape } from "./verbShape.js";

/*
 * What people say of themselves and of those near them: tastes, belongings, journeys, age. These verbs carry a
 * plain fact only in conversation and only with a short object.
 */

const CLAUSE_END =
  /^(?:[.,;!?…)—–-]|$| (?:and|but|so|because|since|with|for|at|in|on|when|especially|too|as|by|while|these|during|after|last|two|three|a few|a couple|yesterday|today|recently|lol|haha)\b)/u;
const NO_TASTE =
  /^(?:it|this|that|these|those|them|him|her|you|me|us|how|what|when|where|who|why|to|the|a|an|my|your|his|their|our|its|all|everything|every|each|both|any|some|one|seeing|hearing|being|having|getting|knowing|going|doing|catching|talking|chatting|hanging|spending|watching you|and|or|making|taking|giving|trying|using|looking|working|feeling|just|so|nothing|more|most|much|about|being|sharing|seeing|helping|finding|keeping|putting|showing)\b/iu;

const PASTIME =
  /^(?:cook|bak|read|writ|paint|draw|danc|sing|hik|camp|travel|travell|swimm|runn|jogg|surf|ski|fish|garden|knitt|sew|cycl|climb|volunteer|gam|shopp|sail|kayak|skat|bowl|box|div|birdwatch|birdwatching|photograph|journal|meditat|craft)ing$/iu;

/** What is liked: an activity or a thing of at most four words, and nothing that only the context explains. */
function readTaste(sentence: string, at: number): Phrase | undefined {
  if (NO_TASTE.test(sentence.slice(at, at + 24))) return undefined;
  const taste = readNoun(sentence, at);
  if (taste === undefined || taste.text.split(" ").length > 4 || /['’]s?(?:\s|$)/u.test(taste.text))
    return undefined;
  const after = sentence.slice(taste.end);
  // "I love curling up with a book" is not about curling.
  if (/ (?:up|out|down|off|around|back)$/u.test(taste.text)) return undefined;
  if (
    /^\p{L}+ing$/u.test(taste.text) &&
    /^ (?:with|for|at|in|on|as|by)\b/u.test(after) &&
    !PASTIME.test(taste.text)
  )
    return undefined;
  return CLAUSE_END.test(after) ? taste : undefined;
}

const BELONGINGS = `(?:(?:dog|cat|kitten|horse|bird|parrot|hamster|rabbit|turtle|snake|pet|brother|sister|son|daughter|kid|cousin|niece|nephew|twin|girlfriend|boyfriend|car|house|motorcycle|bike|boat|piano|guitar|garden|degree|tattoo)s?|puppy|puppies|child|children|grandchild|grandchildren|fish)`;
const COUNTED = new RegExp(
  String.raw`(?:an?|one|two|three|four|five|six|twin) (?:(?!(?:of|and|to)\b)\p{Ll}+ ){0,2}?(${BELONGINGS})(?![\p{L}'’-])`,
  "uy",
);

const NAMED = /,? (?:named|called) /uy;

export const PERSONAL_SHAPES: readonly VerbShape[] = [
  {
    words: ["like", "likes", "love", "loves", "enjoy", "enjoys", "adore", "adores"],
    verb: /\b(?:like|likes|love|loves|enjoy|enjoys|adore|adores)\b/gu,
    conversation: true,
    read: (sentence, at) => {
      const objects = sentence[at] === " " ? readList(sentence, at + 1, readTaste) : [];
      return objects.length === 0 ? [] : [{ relation: "likes", objects }];
    },
  },
  {
    words: ["hate", "hates", "dislike", "dislikes"],
    verb: /\b(?:hate|hates|dislike|dislikes)\b/gu,
    conversation: true,
    read: (sentence, at) => {
      const objects = sentence[at] === " " ? readList(sentence, at + 1, readTaste) : [];
      return objects.length === 0 ? [] : [{ relation: "dislikes", objects }];
    },
  },
  {
    words: ["fan"],
    verb: /\b(?:am|is|['’][ms]) (?:\p{Ll}+ )?(?:a |such a )(?:\p{Ll}+ )?fan of\b/gu,
    conversation: true,
    read: (sentence, at) => {
      const read = (text: string, from: number) => readName(text, from) ?? readTaste(text, from);
      const objects = sentence[at] === " " ? readList(sentence, at + 1, read) : [];
      return objects.length === 0 ? [] : [{ relation: "likes", objects }];
    },
  },
  {
    words: ["have", "has", "adopted", "bought", "got", "own", "owns"],
    verb: /\b(?:have|has|['’]ve got|own|owns|(?:(?:have|has|['’]ve) )?(?:just |recently )?(?:adopted|bought|got))\b/gu,
    conversation: true,
    read: (sentence, at) => {
      const start = at + 1;
      COUNTED.lastIndex = start;
      const counted = sentence[at] === " " ? COUNTED.exec(sentence) : null;
      if (counted === null) return [];
      const end = start + counted[0].length;
      const kind = counted[1] ?? "";
      const named = skip(NAMED, sentence, end);
      const names = named === end ? [] : readList(sentence, named, readName);
      if (names.length > 0) return [{ relation: singular(kind), objects: names }];
      if (!CLAUSE_END.test(sentence.slice(end))) return [];
      const from = skip(/an? /uy, sentence, start);
      return [{ relation: "has", objects: [{ text: sentence.slice(from, end), start: from, end }] }];
    },
  },
  {
    words: ["visited", "went", "been", "traveled", "travelled", "flew"],
    verb: /\b(?:(?:(?:have|has|['’]ve) )?(?:just |recently )?(?:visited|(?:been|went|gone|traveled|travelled|flew)(?: on (?:a|an) [\p{L} ]{1,20})?(?: back)? to))\b/gu,
    conversation: true,
    past: true,
    read: (sentence, at) => {
      if (sentence[at] !== " ") return [];
      const objects = readList(sentence, at + 1, readVisited);
      return objects.length === 0 ? [] : [{ relation: "visited", objects }];
    },
  },
  {
    words: ["allergic"],
    verb: /\b(?:am|is|are|['’][ms]) (?:\p{Ll}+ )?allergic to\b/gu,
    read: (sentence, at) => {
      const objects = sentence[at] === " " ? readList(sentence, at + 1, readTaste) : [];
      return objects.length === 0 ? [] : [{ relation: "allergic to", objects }];
    },
  },
  {
    words: ["from"],
    verb: /\b(?:(?:am|is|['’][ms]|come|comes|hail|hails)(?: originally)? from)\b/gu,
    conversation: true,
    read: (sentence, at) => {
      const place = sentence[at] === " " ? readPlace(sentence, at + 1) : undefined;
      return place === undefined ? [] : [{ relation: "from", objects: [place] }];
    },
  },
  {
    words: ["years", "turned", "year-old"],
    verb: /\b(?:am|is|['’][ms]|turned)(?: now)? (?=\d{1,3}\b)/gu,
    event: true,
    conversation: true,
    read: (sentence, at, match) => {
      const digits = /^\d{1,3}(?= years? old| last| this| today| yesterday| on |[.!,]|$)/u.exec(
        sentence.slice(at, at + 20),
      )?.[0];
      if (digits === undefined) return [];
      if (!match[0].startsWith("turned") && !/^ years? old/u.test(sentence.slice(at + digits.length)))
        return [];
      return [{ relation: "age", objects: [{ text: digits, start: at, end: at + digits.length }] }];
    },
  },
];

function singular(noun: string): string {
  if (RELATIVES.has(noun)) return noun;
  return noun
    .replace(/children$/u, "child")
    .replace(/ies$/u, "y")
    .replace(/s$/u, "");
}

/** A place that was visited: no person ("went to Ana's") and no event with a number. */
function readVisited(sentence: string, at: number): Phrase | undefined {
  const place = readPlace(sentence, at);
  if (place === undefined || isPossessive(sentence, place.end)) return undefined;
  return CLAUSE_END.test(sentence.slice(place.end)) ||
    /^ (?:last|this|two|a|yesterday|to|from|where|which|\d)/u.test(sentence.slice(place.end))
    ? place
    : undefined;
}
