import { MemosError } from "../../memcube/index.js";
import { Child } from "../process/child.js";
import type { ServerOrder, ServerReply } from "./serverProcess.js";

type Reply<Kind extends ServerReply["kind"]> = Extract<ServerReply, { kind: Kind }>;

/** The server in a process of its own, asked one thing after the other. */
export class LoadedServer {
  readonly #child: Child<ServerOrder, ServerReply>;
  #answer: (reply: ServerReply) => void = () => undefined;

  constructor() {
    this.#child = new Child(new URL("./serverProcess.js", import.meta.url), (reply) => this.#answer(reply));
  }

  /** Fills a store and serves it; where it can be reached. */
  async open(path: string, memories: number, user: string): Promise<string> {
    const { address } = await this.#ask<"listening">({ kind: "open", path, memories, user });
    return address;
  }

  /** How long its event loop kept work waiting since it was asked the last time. */
  lag(): Promise<Reply<"lag">> {
    return this.#ask<"lag">({ kind: "watch" });
  }

  async close(): Promise<void> {
    await this.#ask<"closed">({ kind: "close" });
    await this.#child.ended;
  }

  /** Lets it go, whatever it is doing. */
  release(): Promise<void> {
    return this.#child.release();
  }

  #ask<Kind extends ServerReply["kind"]>(order: ServerOrder): Promise<Reply<Kind>> {
    const answer = new Promise<Reply<Kind>>((resolve) => {
      this.#answer = (reply) => resolve(reply as Reply<Kind>);
    });
    const gone = this.#child.ended.then(() => {
      throw new MemosError("INTERNAL", "The server ended before its work was done.");
    });
    this.#child.send(order);
    return Promise.race([answer, gone]);
  }
}
