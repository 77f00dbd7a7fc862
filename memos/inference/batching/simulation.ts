import { type PrefixNode, PrefixTree } from "./prefixTree.js";

export interface CacheSettings {
  /** KV states that are kept; the least recently used gives way. */
  readonly liveStates: number;
  /** Tokens that a request must have in common with a state to go on from it. */
  readonly minShared: number;
}

/** The KV states of an engine: each holds the tokens of the request that used it last. */
class LiveStates {
  readonly #settings: CacheSettings;
  /** The request's end in the tree, the least recently used first. */
  readonly #states = new Map<number, PrefixNode>();
  /** States whose tokens run through a node. */
  readonly #through = new Map<PrefixNode, Set<number>>();

  constructor(settings: CacheSettings) {
    this.#settings = settings;
  }

  /** Tokens of the request that a state holds already; the request takes that state over. */
  use(leaf: PrefixNode): number {
    const { liveStates, minShared } = this.#settings;
    let common: PrefixNode | undefined = leaf;
    while (common !== undefined && !this.#through.has(common)) common = common.parent;
    if (common !== undefined && common.depth >= Math.max(1, minShared)) {
      this.#put(this.#newest(common), leaf, common);
      return common.depth;
    }
    const [oldest] = this.#states.keys();
    const free = this.#states.size < liveStates || oldest === undefined ? this.#states.size : oldest;
    this.#put(free, leaf, undefined);
    return 0;
  }

  #newest(node: PrefixNode): number {
    const candidates = this.#through.get(node) as Set<number>;
    let newest = -1;
    for (const state of this.#states.keys()) if (candidates.has(state)) newest = state;
    return newest;
  }

  /** Replaces what the state holds below the common node. */
  #put(state: number, leaf: PrefixNode, common: PrefixNode | undefined): void {
    for (let at = this.#states.get(state); at !== common && at !== undefined; at = at.parent) {
      const through = this.#through.get(at) as Set<number>;
      through.delete(state);
      if (through.size === 0) this.#through.delete(at);
    }
    for (let at: PrefixNode | undefined = leaf; at !== common && at !== undefined; at = at.parent) {
      const through = this.#through.get(at);
      if (through === undefined) this.#through.set(at, new Set([state]));
      else through.add(state);
    }
    this.#states.delete(state);
    this.#states.set(state, leaf);
  }
}

/**
 * Tokens that an engine evaluates for these requests, one after the other. A request goes on from the state that
 * has most in common with it (the newest among equals), which from then on holds its tokens; one that has too little
 * in common with all of them takes the least recently used state from the beginning. The last token of a prompt is
 * always evaluated: what comes next follows from it.
 *
 * @param order numbers of requests of the tree.
 */
export function prefilledInOrder(tree: PrefixTree, order: Iterable<number>, settings: CacheSettings): number {
  const states = new LiveStates(settings);
  let prefilled = 0;
  for (const number of order) {
    const leaf = tree.leaves[number] as PrefixNode;
    prefilled += leaf.depth - Math.min(states.use(leaf), leaf.depth - 1);
  }
  return prefilled;
}

/** As {@link prefilledInOrder}, for token sequences in the order in which they are asked. */
export function simulatePrefill(prompts: readonly Int32Array[], settings: CacheSettings): number {
  const tree = new PrefixTree();
  for (const tokens of prompts) tree.add(tokens);
  return prefilledInOrder(tree, prompts.keys(), settings);
}
