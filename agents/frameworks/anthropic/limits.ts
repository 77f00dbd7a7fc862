import { LIMITS } from "../../../memcube/index.js";

export const MEMORY_FILE_LIMITS = {
  /** Characters of a path, `/memories` included. */
  pathCharacters: 512,
  /** Names in a path. */
  depth: 16,
  /** UTF-8 bytes of a file. */
  fileBytes: LIMITS.textBytes,
  /** Characters of a file that holds nothing but blanks. */
  blankCharacters: 4_096,
  /** Files of one scope. */
  files: 10_000,
  /** Lines of a file that is viewed, as in Anthropic's own tool. */
  lines: 999_999,
} as const;
