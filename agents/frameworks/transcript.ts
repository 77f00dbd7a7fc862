import * as z from "zod";
import { LIMITS, type MemCube, type Origin, type Scope, scopeSchema, textOf } from "../../memcube/index.js";
import { eq, type MemOS, type NewMemory, parse } from "../../memos/index.js";

export const TRANSCRIPT_LIMITS = {
  /** Items that are read of one session: its newest. */
  items: 2_000,
  /** UTF-8 bytes of what an item has beside its words; files and images above it leave a note. */
  formBytes: 12 * 1024,
  /** Characters of one value of a call or a result; what is longer leaves a note. */
  valueCharacters: 64 * 1024,
} as const;

/** Stands for the words of a message that has none. */
const WORDLESS = "[no text]";

/** What the user or the model said, apart from its words. */
export interface Said {
  readonly role: "user" | "assistant";
  readonly words: readonly string[];
  /** The item as JSON without these words. */
  readonly form: unknown;
  /** What is in it beside words: `image`, `file`. */
  readonly beside: readonly string[];
}

/** How the items of a framework are taken apart and put together. */
export interface Dialect<Item> {
  /** As `metadata.transcript` of what is kept. */
  readonly name: string;
  /** Undefined for what nobody says: calls, results, reasoning. */
  said(item: Item): Said | undefined;
  /** The item with its words back in their places. */
  filled(form: unknown, words: readonly string[]): Item;
  /** A message when its form was too large to keep. */
  plain(role: Said["role"], text: string): Item;
  toJSON(item: Item): unknown;
  fromJSON(json: unknown): Item;
  /** Where what nobody says comes from. */
  origin(item: Item): Origin;
}

const formSchema = z.object({ form: z.unknown(), lengths: z.array(z.int().nonnegative()).optional() });

/**
 * The history of one session as memories, one for each item. Words are kept word for word and recalled in other
 * sessions; what nobody says (calls, results) is working memory, which is not. Items are read as what their
 * memories say now: what was forgotten is gone from the history, what was corrected reads so.
 */
export class Transcript<Item> {
  readonly #memos: MemOS;
  readonly #scope: Scope;
  readonly #dialect: Dialect<Item>;
  readonly session: string;

  /** @throws MemosError INVALID_INPUT for a scope without a session. */
  constructor(memos: MemOS, scope: Scope, dialect: Dialect<Item>) {
    this.#memos = memos;
    this.#scope = parse(scopeSchema.required({ session: true }), scope);
    this.#dialect = dialect;
    this.session = this.#scope.session ?? "";
  }

  /** The newest `count` items, oldest first. */
  async read(count: number = TRANSCRIPT_LIMITS.items): Promise<Item[]> {
    const cubes = await this.#newest(count);
    return cubes.reverse().map((cube) => this.#item(cube));
  }

  /** Keeps items in their order. @throws MemosError TOO_LARGE for one that no memory holds. */
  async append(items: readonly Item[]): Promise<void> {
    const memories = items.map((item) => this.#memory(item));
    for (let first = 0; first < memories.length; first += LIMITS.messagesPerAdd)
      await this.#memos.add(memories.slice(first, first + LIMITS.messagesPerAdd), this.#scope);
  }

  /** Forgets the newest item; what it was. */
  async pop(): Promise<Item | undefined> {
    const [last] = await this.#newest(1);
    if (last === undefined) return undefined;
    await this.#memos.forget(last.id, this.#scope, { cause: "taken back from the history" });
    return this.#item(last);
  }

  /** Forgets the items of this session, and nothing else of it: tombstones, which can be undone. */
  async clear(): Promise<void> {
    for (let more = true; more; ) {
      const receipt = await this.#memos.forgetting.forget({ where: this.#own }, this.#scope, {
        cause: "the history was cleared",
      });
      more = receipt.more && receipt.forgotten.length > 0;
    }
  }

  get #own() {
    return eq("metadata.transcript", this.#dialect.name);
  }

  async #newest(count: number): Promise<MemCube[]> {
    const cubes: MemCube[] = [];
    const wanted = Math.min(count, TRANSCRIPT_LIMITS.items);
    for (let cursor: string | undefined; cubes.length < wanted; ) {
      const page = await this.#memos.list(this.#scope, {
        where: this.#own,
        // It was said here, also when it must not be recalled elsewhere.
        states: ["generated", "active", "merged", "archived", "frozen"],
        limit: Math.min(LIMITS.results, wanted - cubes.length),
        cursor,
      });
      cubes.push(...page.cubes);
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    return cubes;
  }

  #memory(item: Item): NewMemory {
    const transcript = this.#dialect.name;
    const said = this.#dialect.said(item);
    if (said === undefined)
      return {
        text: JSON.stringify(this.#dialect.toJSON(item), shortened),
        format: "json",
        type: "working",
        origin: this.#dialect.origin(item),
        metadata: { transcript },
      };
    const words = said.words.map((text) => text.toWellFormed().replaceAll("\u0000", "\ufffd"));
    const text = words.join("\n");
    const wordless = text.trim() === "";
    const form = JSON.stringify({
      form: said.form,
      ...(wordless ? {} : { lengths: words.map(({ length }) => length) }),
    });
    const kept = Buffer.byteLength(form) <= TRANSCRIPT_LIMITS.formBytes;
    const left = kept ? [] : said.beside.slice(0, LIMITS.labels);
    return {
      text: wordless ? WORDLESS : text,
      origin: said.role,
      ...(wordless ? { type: "working" } : {}),
      metadata: { transcript, ...(kept ? { form } : {}), ...(left.length === 0 ? {} : { left }) },
    };
  }

  #item(cube: MemCube): Item {
    const { form, left } = cube.attributes.metadata;
    const text = textOf(cube) ?? "";
    const { origin } = cube.provenance;
    if (cube.payload.kind === "plaintext" && cube.payload.format === "json")
      return this.#dialect.fromJSON(JSON.parse(text));
    if (typeof form !== "string") {
      const notes = [left ?? []].flat().map((kind) => `[${kind} not kept]`);
      return this.#dialect.plain(origin === "assistant" ? "assistant" : "user", [text, ...notes].join("\n"));
    }
    const { form: hollow, lengths } = parse(formSchema, JSON.parse(form));
    return this.#dialect.filled(hollow, lengths === undefined ? [] : partsOf(text, lengths));
  }
}

/** The words of each part again; a text that has changed since is all in the first. */
function partsOf(text: string, lengths: readonly number[]): string[] {
  const total = lengths.reduce((sum, length) => sum + length + 1, -1);
  if (total !== text.length) return lengths.map((_, index) => (index === 0 ? text : ""));
  let at = 0;
  return lengths.map((length) => {
    const part = text.slice(at, at + length);
    at += length + 1;
    return part;
  });
}

function shortened(_key: string, value: unknown): unknown {
  return typeof value === "string" && value.length > TRANSCRIPT_LIMITS.valueCharacters
    ? `${value.slice(0, TRANSCRIPT_LIMITS.valueCharacters).toWellFormed()} [${value.length - TRANSCRIPT_LIMITS.valueCharacters} characters not kept]`
    : value;
}
