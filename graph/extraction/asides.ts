import { readValue } from "./attributes.js";
import { isThing, RELATIVES } from "./kinds.js";
import { readDate, readName, readNoun, readPlace, skip } from "./phrases.js";
import { canonicalRelation } from "./predicates.js";
import type { Statement } from "./statement.js";
import { type Context, readOwned, readOwner, resolveTitle } from "./subjects.js";

/* Facts that stand beside the statement of a sentence: in an apposition or in parentheses. */

const OWNER =
  /(?<![\p{L}\p{N}'’])(?:[Mm]y|[Hh]is|[Hh]er|(?:\p{Lu}[\p{L}\p{M}.]* ){0,3}\p{Lu}[\p{L}\p{M}]*['’]s) (?=\p{Ll})/gu;

/** "my sister Ana", wherever it stands: whose relative somebody is. */
export function relativeStatements(sentence: string, context: Context): Statement[] {
  const statements: Statement[] = [];
  for (const match of sentence.matchAll(OWNER)) {
    // "the son of Henry by his wife Sophie": with another name before it, "his" may be the other's.
    const isPronoun = /^h/iu.test(match[0]);
    if (
      isPronoun &&
      /\p{Lu}/u.test(sentence.slice(0, match.index).replace(/^(?:In|On|At|With|He|She|After|Both) /u, ""))
    )
      continue;
    const owner = readOwner(sentence, match.index, context);
    const noun = owner === undefined ? undefined : readOwned(sentence, owner.end);
    if (owner === undefined || noun === undefined || !RELATIVES.has(noun.text)) continue;
    const name = sentence[noun.end] === " " ? readName(sentence, noun.end + 1) : undefined;
    if (name === undefined || name.text.length < 2) continue;
    statements.push({
      subject: owner.owner,
      relation: canonicalRelation(noun.text),
      object: name.text,
      start: match.index,
      end: name.end,
      past: false,
      event: false,
    });
  }
  return statements;
}

const CHANGED = /\b(?:changed|updated|switched|renamed) (?=(?:my|his|her|\p{Lu}[\p{L}\p{M}]*['’]s) )/gu;
const TO = /(?: from [^,;]{1,40}?)?(?: to| is now) /uy;

/** "I changed my phone number to 555-1234": the owner's property has a new value. */
export function changeStatements(sentence: string, context: Context): Statement[] {
  const statements: Statement[] = [];
  for (const match of sentence.matchAll(CHANGED)) {
    const owner = readOwner(sentence, match.index + match[0].length, context);
    const owned = owner === undefined ? undefined : readOwned(sentence, owner.end);
    const at = owned === undefined ? 0 : skip(TO, sentence, owned.end);
    if (owner === undefined || owned === undefined || at === owned.end) continue;
    const relation = canonicalRelation(owned.text);
    const value = readValue(sentence, at, {
      owner: owner.owner,
      relation,
      start: match.index,
      generic: false,
      initial: false,
    });
    if (value === undefined) continue;
    statements.push({
      subject: owner.owner,
      relation,
      object: value.text,
      start: match.index,
      end: value.end,
      past: false,
      event: true,
    });
  }
  return statements;
}

const DASH = /(?: ?[–—-] ?)/uy;
const LIFE = /^([^()]{2,80}?)\s?\(([^()]{4,160})\),? (is|was|were)?/u;

/** "Ana Silva (born 3 May 1980 in Porto)", "Rui Costa (1 May 1900 – 2 June 1970) was a Portuguese painter". */
export function lifeStatements(sentence: string, context: Context): Statement[] {
  const match = LIFE.exec(sentence);
  if (match === null) return [];
  const [whole, left = "", inside = ""] = match;
  const start = skip(/[Tt]he (?=\p{Lu})/uy, sentence, 0);
  const name = readName(sentence, start);
  const isTitle = context.title !== undefined && left.trim() === context.title;
  if (!isTitle && name?.end !== left.trimEnd().length) return [];
  const subject = resolveTitle(left.trim().slice(isTitle ? 0 : start), context);
  const offset = sentence.indexOf("(", left.length) + 1;
  const statement = (relation: string, text: string, end: number): Statement => ({
    subject,
    relation,
    object: text,
    start: 0,
    end: offset + end,
    past: false,
    event: false,
  });
  const statements: Statement[] = [];
  const born = /(?:^|[;,] )\s*born(?: on)? /u.exec(inside);
  const died = /(?:^|[;,–-] ?)\s*died(?: on)? /u.exec(inside);
  for (const [event, relation] of [
    [born, "born on"],
    [died, "died on"],
  ] as const) {
    if (event === null) continue;
    const at = event.index + event[0].length;
    const date = readDate(inside, at);
    if (date === undefined) continue;
    statements.push(statement(relation, date.text, date.end));
    const place = inside.slice(date.end).match(/^,? in /u);
    const where = place === null ? undefined : readPlace(inside, date.end + place[0].length);
    if (where !== undefined)
      statements.push(statement(relation === "born on" ? "born in" : "died in", where.text, where.end));
  }
  if (statements.length > 0 || born !== null || died !== null) return statements;
  // Two dates alone may be a war or a band: they are a life when somebody "was a painter".
  const noun = readNoun(sentence, skip(/(?:an?|the) /uy, sentence, whole.length + 1));
  if (match[3] !== "was" || noun === undefined || isThing(noun.text.split(" ").at(-1) ?? "")) return [];
  const from = skip(/\s*/uy, inside, 0);
  const first = readDate(inside, from);
  const dash = first === undefined ? 0 : skip(DASH, inside, first.end);
  const second = first === undefined || dash === first.end ? undefined : readDate(inside, dash);
  if (first === undefined || second === undefined) return [];
  return [statement("born on", first.text, first.end), statement("died on", second.text, second.end)];
}
