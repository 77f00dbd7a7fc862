/** Every limit of the envelope, in one place. Each is enforced at the boundary and has a test. */
export const LIMITS = {
  /** Days for which forgetting can be undone. */
  undoDays: 30,
  /** Bytes of a value in the vault. */
  secretBytes: 64 * 1024,
  /** UTF-8 bytes of one plaintext payload. */
  textBytes: 1024 * 1024,
  /** Memories that one call gets, changes or forgets by id. */
  batch: 1_000,
  /** Messages in one `add`; more goes through `addMany` or the streaming ingest. */
  messagesPerAdd: 1_000,
  /** Characters of a scope part (tenant, user, agent, app, session). */
  nameCharacters: 256,
  /** Characters of a title. */
  titleCharacters: 1_024,
  /** Keywords or tags on one cube. */
  labels: 64,
  /** Characters of one keyword or tag. */
  labelCharacters: 256,
  /** Characters of the subject, relation or object of a fact. */
  phraseCharacters: 512,
  /** Facts that one cube states beside what rules find in its text. */
  facts: 256,
  /** Facts that rules take from the text of one cube: those of a text of its greatest length, at one a line. */
  foundFacts: 16_384,
  /** Links that one cube carries. */
  links: 64,
  /** Keys in `metadata`. */
  metadataKeys: 64,
  /** UTF-8 bytes of `metadata` as JSON. */
  metadataBytes: 16 * 1024,
  /** Sources that one cube points at. */
  sources: 1_024,
  /** Parts of one text that are marked as repetitions of what was recalled; more count as one. */
  echoes: 256,
  /** Plaintext cubes behind one activation or adapter. */
  manifestEntries: 65_536,
  /** Adapters attached while one KV cache was computed. */
  adapters: 16,
  /** Characters of the name and release of an engine. */
  engineCharacters: 128,
  /** Characters of the media type of a blob. */
  mediaTypeCharacters: 128,
  /** Characters of the cause of a version. */
  causeCharacters: 1_024,
  /** Characters of a query. */
  queryCharacters: 8_192,
  /** Results of one search. */
  results: 1_000,
  /** Memories that a list passes over; further on its cursor goes. */
  skipped: 1_000_000,
  /** Tokens of one compiled context. */
  contextTokens: 1_000_000,
  /** Leaves of one filter expression. */
  filterLeaves: 64,
  /** Nesting of one filter expression. */
  filterDepth: 8,
  /** Bytes of one `.memcube` file, blobs included. */
  cubeFileBytes: 4 * 1024 * 1024 * 1024,
  /** Bytes of the JSON header of a `.memcube` file: the cube with all its versions. */
  cubeFileHeaderBytes: 256 * 1024 * 1024,
  /** JSON values in that header: a short text can otherwise become gigabytes of objects. */
  cubeFileValues: 1024 * 1024,
  /** Characters of an idempotency key. */
  idempotencyKeyCharacters: 256,
} as const;
