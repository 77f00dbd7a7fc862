/** What a sentence says, before tense and time are worked out. Positions are those of the sentence. */
export interface Statement {
  subject: string;
  relation: string;
  object: string;
  start: number;
  end: number;
  past: boolean;
  /** A change: its date is when the fact begins to hold. */
  event: boolean;
  /** Said to be one of several, whatever the relation. */
  many?: boolean;
}
