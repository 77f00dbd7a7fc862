/** Every limit of extraction, in one place: what a model is shown, and what of its answer is taken. */
export const EXTRACTION_LIMITS = {
  /** Notes in one `extract`. */
  notes: 1_000,
  /** Candidates in one `extract`; each call shows all of them. */
  candidates: 32,
  /** Keywords of a note or of an evolution. */
  keywords: 8,
  /** Tags of a note or of an evolution. */
  tags: 5,
  /** Entities of one note. */
  entities: 24,
  /** Facts of one note. */
  facts: 24,
  /** Links that one call may propose. */
  links: 64,
  /** Evolutions that one call may propose: A-MEM rewrites every neighbour, here few change and each is a proposal. */
  evolutions: 5,
  /** Characters of a keyword, a tag or the kind of an entity. */
  labelCharacters: 64,
  /** Characters of the name of an entity and of each part of a fact. */
  nameCharacters: 256,
  /** Characters of a context and of a reason. */
  sentenceCharacters: 600,
  /** Characters of one answer that are read. */
  answerCharacters: 1_000_000,
} as const;
