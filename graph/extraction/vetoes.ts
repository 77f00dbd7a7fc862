/*
 * When a clause states nothing: it asks, denies, supposes, wishes, plans or repeats what others claim.
 */

const SUPPOSED =
  /\b(?:if|whether|unless|would|could|should|might|must|may|wish|wishes|wished|hope|hopes|hoping|hoped|want|wants|wanted|wanna|maybe|perhaps|probably|possibly|imagine|suppose|supposed|supposedly|pretend|pretended|dream|dreams|dreamed|dreamt|dreaming|planning|allegedly|reportedly|apparently|rumou?rs?|rumou?red|claims?|claimed|guess|joking|joke|kidding|almost|nearly|will|shall|going to|gonna|thinking|considering|considered|thought|hypothetically|as though|let[’']s|said to be|believed|ought|like to|love to|need to|used to be|or)\b|['’](?:d|ll)\b/iu;
const DENIED =
  /\b(?:not|never|no|nor|neither|none|hardly|barely|cannot|nobody|without|no longer|far from)\b|n['’]t\b/iu;
/** Conditions that follow what they put in doubt. */
const DOUBT_AFTER =
  /^[^.;]{0,60}\b(?:if|unless|I think|I guess|I believe|right\?|not sure|just kidding|someday|one day|isn['’]t true)\b/u;

/** Whether `sentence.slice(clause, end)` must not be taken for a statement, or what follows takes it back. */
export function isVetoed(sentence: string, clause: number, end: number): boolean {
  const said = sentence.slice(clause, end);
  // "May" and "Will" are a month and a name, "may" and "will" are not.
  if (DENIED.test(said) || SUPPOSED.test(said.replace(/(?<=\s)(?:May|Will)\b|^(?:May|Will)\b/gu, "_")))
    return true;
  return DOUBT_AFTER.test(sentence.slice(end)) || isQuestion(sentence);
}

export function isQuestion(sentence: string): boolean {
  return /[?？]["'”’»)\]\s]*$/u.test(sentence);
}

/** Whether a position lies inside quotation marks, where "I" is somebody else. */
export function isQuoted(sentence: string, at: number): boolean {
  const before = sentence.slice(0, at);
  if (/[“«][^”»]*$/u.test(before)) return true;
  return (before.match(/"/gu)?.length ?? 0) % 2 === 1;
}
