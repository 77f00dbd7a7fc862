import { HTTP_LIMITS } from "../../limits.js";

/** Every limit of this dialect, in one place. */
export const OPENAI_LIMITS = {
  /** Bytes of a body: a history of a million tokens, with much of it escaped. */
  bodyBytes: 32 * 1024 * 1024,
  jsonDepth: HTTP_LIMITS.jsonDepth,
  /** Messages of a history, texts of an embedding request, members of anything else. */
  jsonMembers: 4_096,
  jsonValues: 65_536,
  /** Texts at which an answer ends. */
  stops: 4,
  /** Tools that a request offers, as OpenAI has it. */
  tools: 128,
  /** Tokens of an answer where the request does not say. */
  answerTokens: 2_048,
  /** Of what the model takes, the most that is kept free for an answer; a request that wants more gets this. */
  answerShare: 0.5,
  /** Ids that a header names; the body has all of them. */
  headerIds: 64,
  /** Milliseconds between the comments that keep a quiet stream open. */
  heartbeatMs: 15_000,
} as const;
