/** Every limit of the MCP dialect, in one place. */
export const MCP_LIMITS = {
  /** Characters of the name of an entity, of its type and of the type of a relation. */
  nameCharacters: 512,
  /** Characters of one observation. */
  observationCharacters: 32_000,
  /** Entities and observations, or relations, that one call writes or deletes. */
  itemsPerCall: 500,
  /** Characters of a query for nodes, as in the reference server. */
  queryCharacters: 2_048,
  /** Results of a search that nodes are looked for among. */
  found: 50,
  /** Characters of the graph that one tool call gives, as JSON. Hosts cut at about 25,000 tokens, and say nothing. */
  graphCharacters: 48_000,
  /** Characters of the graph that is read as a resource, as JSON. */
  resourceCharacters: 4 * 1024 * 1024,
  /** Characters of a plain memory that is shown as a node. */
  nodeCharacters: 2_000,
  /** Memories of a graph that is looked through for a part of a word. */
  scanned: 10_000,
  /** Resources on one page of a list. */
  resources: 100,
  /** Resources that one session is told about. */
  subscriptions: 256,
  /** Sessions over HTTP, in all and of one tenant; the one that was used longest ago makes room. */
  sessions: 256,
  tenantSessions: 64,
  /** Milliseconds after which a session that nobody uses ends. */
  sessionIdleMs: 30 * 60_000,
  /** Milliseconds that changes are gathered for one notice. */
  noticeMs: 50,
  /** Milliseconds that calls have to finish when the server ends. */
  closeMs: 5_000,
  /** Bytes of a host's configuration. */
  configurationBytes: 4 * 1024 * 1024,
} as const;
