import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import { type PrefixNode, PrefixTree, topDown } from "./prefixTree.js";
import { prefilledInOrder } from "./simulation.js";

export const BATCH_LIMITS = {
  /** Requests of one plan: ordering them is one piece of work. */
  requests: 4_096,
  /** Tokens of all prompts of one plan: they are in memory together. */
  tokens: 64 * 1024 * 1024,
  /** KV states that an engine keeps at once. */
  liveStates: 256,
} as const;

export const batchOptionsSchema = z.strictObject({
  /** KV states that the engine keeps at once: its sequences, or the slots of a server. */
  liveStates: z.int().min(1).max(BATCH_LIMITS.liveStates).default(1),
  /** Tokens that requests must have in common to be a group. */
  minShared: z.int().min(1).max(1_000_000).default(32),
});

export type BatchOptions = z.input<typeof batchOptionsSchema>;

/** A prompt in tokens, and how long its answer may become. */
export interface PlannedRequest {
  readonly id: string;
  /** At least one; kept as they are, so they must not be changed. */
  readonly tokens: Int32Array;
  readonly maxTokens: number;
  /** What else shapes the KV cache (adapters, tools): requests of another salt share nothing with it. */
  readonly salt?: string;
}

/** Requests that go on from one KV state, one after the other. */
export interface BatchGroup {
  /** Tokens that all of them begin with; 0 for a request by itself. */
  readonly shared: number;
  /** Ids, in order. The first one prefills what they share. */
  readonly members: readonly string[];
}

export interface BatchPlan {
  /** In order. Every request is in one of them. */
  readonly groups: readonly BatchGroup[];
  /** Tokens of all prompts. */
  readonly promptTokens: number;
  /** Of them, evaluated when the groups are run one after the other. */
  readonly plannedPrefill: number;
  /** Of them, evaluated in the order of arrival with as many live states. */
  readonly arrivalPrefill: number;
}

/**
 * Groups requests by their common prefixes and puts the groups in order, so that each shared prefix is prefilled
 * once, after BatchLLM (arXiv 2412.03594: explicit global prefix identification, and decoding-heavy first).
 *
 * A prefix tree over all prompts says what is shared. Which prefixes make a group is chosen from the leaves to the
 * root, so that `shared × (members − 1)` is largest in sum: a document that eight requests share, rather than the
 * system prompt that all of them share. The groups follow the tree depth first, so that a state is only ever cut
 * back to what the next request needs of it: one live state is enough for the fewest tokens that any order can have.
 * Among siblings the group comes first that decodes most for what it prefills; run side by side, the long ones then
 * do not come last.
 *
 * Unlike the paper, prefixes on several levels are reused (a sequence that is cut back keeps them), and tokens are
 * not mixed into batches here: engines do that.
 *
 * @throws MemosError INVALID_INPUT for a prompt without tokens or an id that appears twice, TOO_LARGE for more
 * requests or tokens than `BATCH_LIMITS`.
 */
export function planBatches(requests: readonly PlannedRequest[], options: BatchOptions = {}): BatchPlan {
  const tree = new PrefixTree();
  for (const { tokens, salt } of requests) tree.add(tokens, salt);
  return planTree(tree, requests, options);
}

/** As {@link planBatches}, over a tree to which the requests have been added in their order. */
export function planTree(
  tree: PrefixTree,
  requests: readonly PlannedRequest[],
  options: BatchOptions = {},
): BatchPlan {
  const settings = parse(batchOptionsSchema, options);
  checkIds(requests);
  checkPrompts(requests);
  const promptTokens = sum(requests, ({ tokens }) => tokens.length);
  checkTokens(promptTokens);
  const order = new Grouping(tree, requests, settings.minShared).groups();
  const ids = (members: readonly number[]) =>
    members.map((number) => (requests[number] as PlannedRequest).id);
  return {
    groups: order.map(({ shared, members }) => ({ shared, members: ids(members) })),
    promptTokens,
    plannedPrefill: prefilledInOrder(
      tree,
      order.flatMap(({ members }) => members),
      settings,
    ),
    arrivalPrefill: prefilledInOrder(tree, requests.keys(), settings),
  };
}

/** @throws MemosError TOO_LARGE for too many requests, INVALID_INPUT for an id that appears twice. */
export function checkIds(requests: readonly { readonly id: string }[]): void {
  if (requests.length > BATCH_LIMITS.requests)
    throw new MemosError("TOO_LARGE", `A batch has at most ${BATCH_LIMITS.requests} requests.`);
  const ids = new Set<string>();
  for (const [at, { id }] of requests.entries()) {
    if (ids.has(id))
      throw new MemosError("INVALID_INPUT", "Two requests have the same id.", { path: `${at}.id` });
    ids.add(id);
  }
}

/** @throws MemosError TOO_LARGE for more tokens than a plan may have. */
export function checkTokens(count: number): void {
  if (count > BATCH_LIMITS.tokens)
    throw new MemosError("TOO_LARGE", `The prompts of a batch have at most ${BATCH_LIMITS.tokens} tokens.`);
}

function checkPrompts(requests: readonly PlannedRequest[]): void {
  const empty = requests.findIndex(({ tokens }) => tokens.length === 0);
  if (empty !== -1)
    throw new MemosError("INVALID_INPUT", "A prompt without tokens cannot be answered.", {
      path: `${empty}.tokens`,
    });
}

interface Group {
  readonly shared: number;
  readonly members: readonly number[];
}

/** What is known of the requests at and below a node. */
interface Branch {
  readonly node: PrefixNode;
  readonly children: Branch[];
  /** Requests at and below. */
  requests: number;
  /** Tokens that they may generate, and different tokens that they prefill. */
  decode: number;
  prefill: number;
  /** Tokens saved by the best grouping of them. */
  saved: number;
  /** The requests that end here and these children make a group; undefined where there is none. */
  own: ReadonlySet<Branch> | undefined;
  /** The first to arrive. */
  first: number;
}

class Grouping {
  readonly #minShared: number;
  readonly #roots: Branch[];

  constructor(tree: PrefixTree, requests: readonly PlannedRequest[], minShared: number) {
    this.#minShared = minShared;
    const branches = new Map<PrefixNode, Branch>();
    const bottomUp = topDown(tree.roots).reverse();
    for (const node of bottomUp) {
      const children = [...node.children.values()].map((child) => branches.get(child) as Branch);
      const ends = node.ends.map((number) => requests[number] as PlannedRequest);
      const branch: Branch = {
        node,
        children,
        requests: sum(children, (child) => child.requests) + ends.length,
        decode: sum(children, (child) => child.decode) + sum(ends, ({ maxTokens }) => maxTokens),
        prefill: sum(children, (child) => child.prefill) + node.depth - (node.parent?.depth ?? 0),
        saved: 0,
        own: undefined,
        first: Math.min(node.ends[0] ?? Number.POSITIVE_INFINITY, ...children.map((child) => child.first)),
      };
      this.#choose(branch);
      children.sort(decodingFirst);
      branches.set(node, branch);
    }
    this.#roots = tree.roots.map((root) => branches.get(root) as Branch).sort(decodingFirst);
  }

  /** Makes a group of the requests that end here and of the children that save less by themselves. */
  #choose(branch: Branch): void {
    const { node, children } = branch;
    branch.saved = sum(children, (child) => child.saved);
    if (node.depth < this.#minShared) return;
    const inside = children.filter((child) => node.depth * child.requests >= child.saved);
    const members = sum(inside, (child) => child.requests) + node.ends.length;
    const saved = branch.saved - sum(inside, (child) => child.saved) + node.depth * (members - 1);
    if (saved <= branch.saved) return;
    branch.saved = saved;
    branch.own = new Set(inside);
  }

  groups(): Group[] {
    const groups: Group[] = [];
    const stack = this.#roots.toReversed();
    for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
      const { node, children, own } = branch;
      // What ends here comes before what goes on: a state can then be continued, and need not be cut back.
      if (own === undefined) for (const number of node.ends) groups.push({ shared: 0, members: [number] });
      else groups.push({ shared: node.depth, members: [...node.ends, ...membersOf(children, own)] });
      stack.push(...children.filter((child) => own?.has(child) !== true).reverse());
    }
    return groups;
  }
}

function membersOf(children: readonly Branch[], own: ReadonlySet<Branch>): number[] {
  const members: number[] = [];
  const stack = children.filter((child) => own.has(child)).reverse();
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    members.push(...branch.node.ends);
    stack.push(...branch.children.toReversed());
  }
  return members;
}

/** The larger share of decoding first; among equals the first to arrive. */
function decodingFirst(a: Branch, b: Branch): number {
  return b.decode * a.prefill - a.decode * b.prefill || a.first - b.first;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
