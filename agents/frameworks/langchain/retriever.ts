import { Document } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";
import { type MemCube, ownerScope, type Scope, textOf } from "../../../memcube/index.js";
import { type Hit, type MemOS, parse, searchOptionsSchema } from "../../../memos/index.js";
import { inert } from "../../../memos/retrieval/fence.js";
import { RECALLED_TYPES } from "../../recalledTypes.js";
import { asQuery } from "../said.js";

export interface MemosRetrieverInput extends BaseRetrieverInput {
  readonly memos: MemOS;
  /** Whose memory: the user's, of every session. */
  readonly scope: Scope;
  /** Documents at most; 10 unless said otherwise. */
  readonly k?: number;
}

export interface MemoryMetadata extends Record<string, unknown> {
  readonly id: string;
  /** Comparable inside one answer only. */
  readonly score: number;
  /** Its number in the answer, as `[1]`. */
  readonly citation: string;
  readonly type: MemCube["type"];
  readonly origin: MemCube["provenance"]["origin"];
  readonly actor: string;
  readonly time: MemCube["time"];
  /** What holds now, where what the memory states has changed. */
  readonly outdated?: Hit["superseded"];
}

/**
 * Memories as documents, best first. Their texts can neither pose as another role nor as recalled memory; they are
 * data all the same, and `origin` says whose. A question without words finds nothing; of a long one the beginning
 * is looked for.
 *
 * @example
 * const documents = await new MemosRetriever({ memos, scope }).invoke("Where does Ana live?");
 */
export class MemosRetriever extends BaseRetriever<MemoryMetadata> {
  override lc_namespace = ["memos", "retrievers"];
  readonly #memos: MemOS;
  readonly #scope: Scope;
  readonly #k: number;

  /** @throws MemosError INVALID_INPUT for a `k` that is not valid. */
  constructor({ memos, scope, k, ...fields }: MemosRetrieverInput) {
    super(fields);
    this.#memos = memos;
    this.#scope = ownerScope(scope);
    this.#k = parse(searchOptionsSchema.shape.k, k);
  }

  override async _getRelevantDocuments(query: string): Promise<Document<MemoryMetadata>[]> {
    const asked = asQuery(query);
    if (asked === undefined) return [];
    const { hits } = await this.#memos.search(asked, this.#scope, { k: this.#k, types: [...RECALLED_TYPES] });
    const found = hits.filter(({ cube }) => textOf(cube) !== undefined);
    this.#memos.firewall.gave(
      this.#scope,
      found.map(({ cube }) => cube),
    );
    return found.map(
      ({ cube, score, superseded }, index) =>
        new Document({
          id: cube.id,
          pageContent: inert(textOf(cube) ?? ""),
          metadata: {
            id: cube.id,
            score,
            citation: `[${index + 1}]`,
            type: cube.type,
            origin: cube.provenance.origin,
            actor: cube.provenance.actor,
            time: cube.time,
            ...(superseded === undefined ? {} : { outdated: superseded }),
          },
        }),
    );
  }
}
