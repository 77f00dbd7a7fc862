import type { CubeType, MemCube } from "../../../memcube/index.js";
import type { ChatModel } from "../../inference/chatModel.js";

/** An episode as a distiller reads it. */
export interface Episode {
  readonly cube: MemCube;
  /** Who said or did it; of several that were merged, the one who said them. */
  readonly speaker: string;
}

/** An episode that bears something out, and where it says so, as far as that is known. */
export interface Evidence {
  readonly cube: MemCube;
  readonly span?: readonly [start: number, end: number];
}

/** A statement that episodes come to. */
export interface Distillate {
  /** What it is about: of one owner there is one statement about the same, and a later one takes its place. */
  readonly about: string;
  readonly type: Extract<CubeType, "semantic" | "procedural">;
  readonly title?: string;
  readonly text: string;
  readonly format: "text" | "markdown";
  readonly metadata?: Readonly<Record<string, string>>;
  /** Why, in a sentence. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** What a model made of some episodes: one call. */
export interface Insights {
  readonly found: readonly Distillate[];
  /** Why something of the answer, or all of it, was not taken; a sentence each. */
  readonly refused: readonly string[];
  readonly llmTokens: number;
  /** Whether the model did not answer at all. */
  readonly silent: boolean;
  readonly promptHash: string;
}

/**
 * Makes statements of episodes. It is handed episodes of one owner and gives back what they come to; reading,
 * writing, evidence links, runs and undo are consolidation's. The one of `memos/agents` is `reflection()`.
 */
export interface Distiller {
  /**
   * What the episodes come to by rules alone: all of it, the same for the same episodes. A statement that was made
   * earlier and is not among these is borne out no more.
   */
  statements(episodes: readonly Episode[]): Promise<readonly Distillate[]>;
  /** What a model finds in episodes that are about the same: one call. @throws MemosError ABORTED. */
  insights(
    model: ChatModel,
    episodes: readonly Episode[],
    signal: AbortSignal | undefined,
  ): Promise<Insights>;
}
