import { readName, readNoun, readTitle, skip } from "./phrases.js";
import type { Reader } from "./verbShape.js";

/* What certain verbs take: a school, an award, an instrument, a work. */

export const LANGUAGE_LIKE: Reader = (sentence, at) => {
  const name = readName(sentence, skip(/(?:the language of |fluent |some |a little |both )/uy, sentence, at));
  return name !== undefined && /^\p{L}+(?: \p{L}+)?$/u.test(name.text) ? name : undefined;
};
export const SCHOOL: Reader = (sentence, at) => {
  const name = readName(sentence, skip(/the /uy, sentence, at));
  return name !== undefined &&
    /Universi|Colleg|School|Institut|Academ|Conservato|Seminary|Polytechnic|Gymnasium|Lyc[eé]e|Eton|Oxford|Cambridge|Harvard|Yale|Princeton|Stanford|MIT|UCLA/u.test(
      name.text,
    )
    ? name
    : undefined;
};
export const AWARD: Reader = (sentence, at) => {
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
export const INSTRUMENT: Reader = (sentence, at) => {
  const start = skip(/the /uy, sentence, at);
  const end = skip(INSTRUMENTS, sentence, start);
  return end === start ? undefined : { text: sentence.slice(start, end), start, end };
};
export const ROLE: Reader = (sentence, at) => readNoun(sentence, skip(/(?:an?|the) /uy, sentence, at));
export const THING_OR_NAME: Reader = (sentence, at) => readName(sentence, at) ?? readNoun(sentence, at);
/** A work: quoted, or a name, after what kind of work it is. */
export const WORK: Reader = (sentence, at) => {
  const from = skip(
    /(?:(?:the|a|an|his|her|its) )?(?:\p{Ll}[\p{L}-]* ){0,3}?(?:novel|novels|film|films|book|books|song|album|play|opera|poem|essay|story|series|movie|magazine|newspaper|company|band|group) (?=["“`\p{Lu}])/uy,
    sentence,
    at,
  );
  const work = readTitle(sentence, from);
  return work !== undefined && !/^['’]s/u.test(sentence.slice(work.end)) ? work : undefined;
};

/** What something is based on: a work, and no "DC Comics character". */
export const SOURCE: Reader = (sentence, at) => {
  const work = WORK(sentence, at);
  const after = work === undefined ? "" : sentence.slice(work.end);
  return /^(?:[.,;)]|$| (?:by|and|which|that|from|in|written|published|starring)\b)/u.test(after)
    ? work
    : undefined;
};
/** "wrote Pitt in 1800" is a letter. */
export const WRITTEN: Reader = (sentence, at) => {
  const work = WORK(sentence, at);
  return work?.text.includes(" ") || work?.start !== at || /["“`]/u.test(sentence[at] ?? "")
    ? work
    : undefined;
};
