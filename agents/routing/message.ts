import type { Origin } from "../../memcube/index.js";

/** What is routed: a text, and who it comes from. */
export interface Message {
  readonly text: string;
  readonly origin: Origin;
  /** Who said it. */
  readonly actor: string;
  readonly at?: Date | undefined;
}
