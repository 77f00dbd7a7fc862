/** Characters of an adapter's hash that its name holds: two adapters never share one. */
const HASH_CHARACTERS = 16;

/**
 * The name of an adapter at servers that know adapters by name. It comes from the content alone, so that a server
 * which keeps KV caches under a name never goes on from what another adapter computed.
 *
 * @param sha256 of the GGUF file.
 */
export function adapterName(sha256: string): string {
  return `memos-${sha256.slice(0, HASH_CHARACTERS)}`;
}
