import type pg from "pg";

/** The part of pg's connection that COPY needs. Its types leave out what `pg-copy-streams` is built on. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A statement `COPY … FROM STDIN` with all of its lines, as pg runs what it did not make itself. */
class CopyIn {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #lines: Buffer;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(text: string, lines: Buffer) {
    this.#text = text;
    this.#lines = lines;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: CopyConnection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#lines);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }
}

/** Sends the lines to a statement `COPY … FROM STDIN`: several times as fast as INSERT, and one round trip. */
export async function copyIn(client: pg.Client, text: string, lines: string): Promise<void> {
  const copy = new CopyIn(text, Buffer.from(lines));
  client.query(copy as unknown as pg.Submittable);
  await copy.done;
}
