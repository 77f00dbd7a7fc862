import type { MemCube, Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { compileRecall } from "../../memos/retrieval/context.js";
import type { Recalled } from "../../memos/retrieval/filling.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { TOOL_LIMITS } from "./limits.js";

/** A tool's output is bounded in characters: what counts tokens counts these. */
const CHARACTERS: TokenCounter = { name: "characters", count: (text) => text.length };

/** What a model is told of a memory beside its line. */
export interface ShownItem {
  /** As in the text: `[1]`. */
  readonly citation: string;
  readonly id: string;
  readonly type: MemCube["type"];
  readonly origin: MemCube["provenance"]["origin"];
  readonly time: MemCube["time"];
  /** Only its beginning is in the text. */
  readonly truncated?: true;
  /** What it states has changed since; the text says to what. */
  readonly outdated?: true;
}

/**
 * Memories as `recall` gives them: fenced, labelled, cited, as many as fit. Noted as given, so that an answer that
 * repeats them is known for an echo.
 */
export function shown(
  memos: MemOS,
  owner: Scope,
  found: readonly Recalled[],
): { memory: string; items: ShownItem[] } {
  const { text, items } = compileRecall(found, TOOL_LIMITS.outputCharacters, CHARACTERS);
  const byId = new Map(found.map((one) => [one.cube.id, one]));
  const given = items.flatMap((item) => {
    const one = byId.get(item.id);
    return one === undefined ? [] : [{ ...item, ...one }];
  });
  memos.firewall.gave(
    owner,
    given.map(({ cube }) => cube),
  );
  return {
    memory: text,
    items: given.map(({ citation, truncated, cube: { id, type, provenance, time }, superseded }) => ({
      citation: `[${citation}]`,
      id,
      type,
      origin: provenance.origin,
      time,
      ...(truncated ? { truncated } : {}),
      ...(superseded === undefined ? {} : { outdated: true }),
    })),
  };
}
