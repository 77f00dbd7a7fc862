import { Child } from "../process/child.js";
import type { WriterOrder, WriterReply } from "./writerProcess.js";

/** A process that writes until it is killed. */
export class Writer {
  /** Resolves when its store is open, or when it is dead. */
  readonly opened: Promise<void>;
  readonly #child: Child<WriterOrder, WriterReply>;
  #onReply: (reply: WriterReply) => void = () => undefined;
  #onOpened: () => void = () => undefined;

  /** A killed process cannot remove what it had in the folder for temporary files, so it gets its own. */
  constructor(temporary: string) {
    this.#child = new Child(
      new URL("./writerProcess.js", import.meta.url),
      (reply) => {
        if (reply.kind === "opened") this.#onOpened();
        else this.#onReply(reply);
      },
      { TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    );
    const opened = new Promise<void>((resolve) => {
      this.#onOpened = resolve;
    });
    this.opened = Promise.race([opened, this.#child.ended.then(() => undefined)]);
  }

  start(order: WriterOrder, onReply: (reply: WriterReply) => void): void {
    this.#onReply = onReply;
    this.#child.send(order);
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }
}
