/**
 * A stretch of tokens that one or more requests have in common, below the stretch of its parent.
 *
 *     [system……]──┬─[document A…]──┬─[question 1]
 *                 │                └─[question 2]
 *                 └─[document B…]────[question 3]
 */
export interface PrefixNode {
  parent: PrefixNode | undefined;
  /** Tokens from the root to the end of this stretch. */
  depth: number;
  /** A sequence that runs through here: the stretch is `tokens[parent.depth..depth]`. */
  readonly tokens: Int32Array;
  /** By the first token of each. */
  readonly children: Map<number, PrefixNode>;
  /** Requests that end here, by their number of arrival. */
  readonly ends: number[];
}

/**
 * A radix tree over token sequences. Adding one costs one comparison for each of its tokens, so the whole is linear
 * in all tokens together: there is no need to hash blocks, and common prefixes are exact to the token.
 */
export class PrefixTree {
  /** One tree for each salt: what has another salt shares nothing. */
  readonly roots: PrefixNode[] = [];
  /** Where each request ends, by its number of arrival. */
  readonly leaves: PrefixNode[] = [];
  readonly #bySalt = new Map<string, PrefixNode>();

  /**
   * @param tokens kept as they are: they must not be changed afterwards.
   * @param salt what else shapes the KV cache: adapters, tools.
   */
  add(tokens: Int32Array, salt = ""): void {
    const number = this.leaves.length;
    let node = this.#root(salt);
    for (;;) {
      const next = node.depth < tokens.length ? node.children.get(tokens[node.depth] as number) : undefined;
      if (next === undefined) break;
      const shared = sharedLength(next.tokens, tokens, node.depth + 1, next.depth);
      node = shared === next.depth ? next : split(node, next, shared);
    }
    if (node.depth < tokens.length) node = attach(node, tokens, tokens.length);
    node.ends.push(number);
    this.leaves.push(node);
  }

  #root(salt: string): PrefixNode {
    const known = this.#bySalt.get(salt);
    if (known !== undefined) return known;
    const root: PrefixNode = {
      parent: undefined,
      depth: 0,
      tokens: new Int32Array(0),
      children: new Map(),
      ends: [],
    };
    this.#bySalt.set(salt, root);
    this.roots.push(root);
    return root;
  }
}

/** Parents before children. */
export function topDown(roots: readonly PrefixNode[]): PrefixNode[] {
  const order: PrefixNode[] = [...roots];
  for (let at = 0; at < order.length; at++)
    for (const child of (order[at] as PrefixNode).children.values()) order.push(child);
  return order;
}

function sharedLength(a: Int32Array, b: Int32Array, from: number, to: number): number {
  const end = Math.min(to, b.length);
  let at = from;
  while (at < end && a[at] === b[at]) at++;
  return at;
}

/** A new node in the middle of the stretch from `parent` to `child`. */
function split(parent: PrefixNode, child: PrefixNode, depth: number): PrefixNode {
  const middle = attach(parent, child.tokens, depth);
  middle.children.set(child.tokens[depth] as number, child);
  child.parent = middle;
  return middle;
}

function attach(parent: PrefixNode, tokens: Int32Array, depth: number): PrefixNode {
  const node: PrefixNode = { parent, depth, tokens, children: new Map(), ends: [] };
  parent.children.set(tokens[parent.depth] as number, node);
  return node;
}
