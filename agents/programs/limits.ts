/** Every limit of programs, in one place. */
export const PROGRAM_LIMITS = {
  /** Characters of a goal. */
  goalCharacters: 4_000,
  /** Instructions of one program. */
  instructions: 500,
  /** Characters of one instruction. */
  instructionCharacters: 1_000,
  /** Files of one program. */
  files: 64,
  /** UTF-8 bytes of one file. */
  fileBytes: 512 * 1024,
  /** Characters of the path of a file, and folders that it names. */
  pathCharacters: 120,
  pathDepth: 8,
  /** Characters of one answer that are read. */
  answerCharacters: 400_000,
  /** Files or line ranges that one answer may ask for, and changes that it may make. */
  reads: 16,
  writes: 32,
  /** Characters of what an answer says it has done. */
  noteCharacters: 300,
  /** Characters of what was wrong with an answer, as the next call is told. */
  problemCharacters: 2_000,
  /** Calls of one program, at most; the default is `DEFAULT_CALLS`. */
  calls: 10_000,
  /** The smallest context that a call can be made in, prompt and answer together. */
  contextTokens: 2_048,
  /** Times that the plan of a program is asked for again when it could not be used. */
  planRepairs: 2,
} as const;

export const DEFAULT_CALLS = 2_000;
