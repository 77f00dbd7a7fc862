import { isPersonNoun, isThing } from "./kinds.js";
import { nameKey, readName, readNoun, skip } from "./phrases.js";
import type { Span } from "./sentences.js";
import { type Context, readOwned, readOwner, resolveTitle, type Subject, skipLeadIn } from "./subjects.js";

/* Who "he", "she" and "it" are: the title while the text speaks of it, else the subject of the sentence before. */

/** The context of the first sentence: a text that begins with its title is about it. */
export function openingContext(
  text: string,
  first: Span | undefined,
  { speaker, title }: { speaker?: string | undefined; title?: string | undefined },
): Context {
  const bare = title?.replace(/\s*\([^()]*\)\s*$/u, "").trim();
  const context: Context = {
    speaker: speaker?.trim() || undefined,
    title: bare === "" ? undefined : bare,
    kind: undefined,
    titleIsThing: false,
    focus: undefined,
  };
  if (context.title === undefined || first === undefined) return context;
  const sentence = text.slice(...first);
  if (!beginsWith(sentence, context.title)) return context;
  const copula = / (?:is|was|are|were) (?:an?|the|one of the) /u.exec(sentence);
  const noun = copula === null ? undefined : readNoun(sentence, copula.index + copula[0].length);
  const head = noun?.text.split(" ").at(-1)?.toLowerCase();
  const isPerson =
    head !== undefined && isThing(head)
      ? false
      : (head !== undefined && isPersonNoun(head)) ||
        /\b(?:born|died|he|she|his|her)\b/iu.test(text.slice(first[0], first[0] + 400));
  context.kind = head;
  context.titleIsThing = !isPerson;
  context.focus = titleFocus(context);
  return context;
}

/** Whether a sentence begins with the title, or with a longer form of it that has all its words. */
function beginsWith(sentence: string, title: string): boolean {
  const key = nameKey(title);
  const start = nameKey(sentence.slice(0, title.length * 2 + 8));
  if (key === "") return false;
  if (start === key || start.startsWith(`${key} `)) return true;
  const name = readName(sentence, skip(/[Tt]he (?=\p{Lu})/uy, sentence, 0));
  const words = name === undefined ? [] : nameKey(name.text).split(" ");
  return words.length > 1 && key.split(" ").every((word) => words.includes(word));
}

const VERB_FOLLOWS =
  /^(?:\s\([^()]{0,120}\))? (?:is|was|has|had|went|got|just|said|told|came|met|also|now|will|can|became|grew|left|sang|won|wrote|\p{Ll}{2,}(?:s|ed))\b/u;

/** The subject that a sentence leaves for the pronouns of the next one; `undefined` when there is no single one. */
export function openingSubject(
  sentence: string,
  context: Context,
  read: Subject | undefined,
): Context["focus"] {
  const at = skipLeadIn(sentence, 0);
  const rest = sentence.slice(at);
  if (/^(?:he|she|it|his|her|its)\b/iu.test(rest)) return context.focus;
  if (
    context.title !== undefined &&
    nameKey(rest.slice(0, context.title.length + 4)).startsWith(nameKey(context.title))
  )
    return titleFocus(context);
  const kind = /^the (?:\p{L}+ )?(\p{L}+)/iu.exec(rest)?.[1]?.toLowerCase();
  if (kind !== undefined && kind === context.kind) return titleFocus(context);
  if (read !== undefined && read.start === at)
    return focusOn(read.name, read.firstPerson && read.owned === undefined, context);
  const owner = readOwner(sentence, at, context);
  const owned = owner === undefined ? undefined : readOwned(sentence, owner.end);
  if (owner !== undefined && owned !== undefined) {
    const name = sentence[owned.end] === " " ? readName(sentence, owned.end + 1) : undefined;
    if (name !== undefined) return focusOn(name.text, false, context);
    return VERB_FOLLOWS.test(sentence.slice(owned.end))
      ? focusOn(`${owner.owner}'s ${owned.text}`, false, context)
      : undefined;
  }
  const name = readName(sentence, at);
  if (name === undefined || !VERB_FOLLOWS.test(sentence.slice(name.end))) return undefined;
  return focusOn(resolveTitle(name.text, context), false, context);
}

function focusOn(name: string, isSpeaker: boolean, context: Context): Context["focus"] {
  if (isSpeaker) return undefined;
  return name === context.title ? titleFocus(context) : { name, thing: false };
}

function titleFocus({ title, titleIsThing }: Context): Context["focus"] {
  return title === undefined ? undefined : { name: title, thing: titleIsThing };
}

export function resolveFocus(context: Context, focus: Context["focus"]): void {
  context.focus = focus;
}
