import type { CubeId } from "../../memcube/index.js";
import type { ChatMessage } from "../inference/engine.js";

/** A conversation whose last message, of the assistant, is learned. */
export interface Example {
  /** `replay` and `negative` say what must stay as it is: other knowledge, and not knowing. */
  readonly kind: "statement" | "question" | "negative" | "replay";
  readonly messages: readonly ChatMessage[];
  /** The memory that it teaches. */
  readonly cube?: CubeId;
}

/** A question without any memory in its prompt, and what an answer must hold. */
export interface Probe {
  readonly messages: readonly ChatMessage[];
  readonly expected: string;
  /** The whole answer as it would have been learned. */
  readonly answer?: string;
  readonly cube?: CubeId;
}

/** A sentence that was learned, beside one of the same form that is not true. */
export interface RecognitionPair {
  readonly seen: readonly ChatMessage[];
  readonly unseen: readonly ChatMessage[];
  readonly cube: CubeId;
}

/** What an adapter is trained and judged by. What is held out is in other words than anything that is learned. */
export interface TrainingSet {
  readonly examples: readonly Example[];
  readonly heldOut: {
    /** Closed-book questions in phrasings that are not learned. */
    readonly recall: readonly Probe[];
    readonly recognition: readonly RecognitionPair[];
    /** Questions over memory in the prompt, of other names, and questions that have no answer. */
    readonly retention: readonly Probe[];
  };
}
