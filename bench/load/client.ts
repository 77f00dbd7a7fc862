import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../eval/metrics/index.js";
import { contentWords, syntheticText } from "../text.js";

/** One in so many operations of a client is an `add`; the others search. */
const ADD_EVERY = 4;
const WORDS = 4;

/** What clients saw, all of them together. */
export class Seen {
  readonly addMs: number[] = [];
  readonly searchMs: number[] = [];
  readonly errors: string[] = [];
  /** Ids that the server acknowledged. */
  readonly acknowledged: string[] = [];
}

export interface ClientOptions {
  readonly address: string;
  readonly user: string;
  /** Of all its choices; two clients of one seed would write the same texts. */
  readonly seed: number;
  /** Between two operations on average; 0 asks again as soon as it is answered. */
  readonly pauseMs: number;
  readonly until: AbortSignal;
}

/** One client over HTTP that adds and searches, one operation after the other, until it is told to end. */
export async function runClient(options: ClientOptions, seen: Seen): Promise<void> {
  const { address, user, seed, pauseMs, until } = options;
  const random = seededRandom(seed);
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${address}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ scope: { user }, ...body }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  // Clients that begin together would stay together.
  await rest(pauseMs * random(), until);
  for (let turn = Math.floor(random() * ADD_EVERY); !until.aborted; turn++) {
    const text = syntheticText(Math.floor(random() * 2 ** 40));
    const started = performance.now();
    try {
      if (turn % ADD_EVERY === 0) {
        const { written } = (await post("/v1/memories", { input: text })) as { written: { id: string }[] };
        seen.acknowledged.push(...written.map(({ id }) => id));
        seen.addMs.push(performance.now() - started);
      } else {
        const words = contentWords(text).slice(0, WORDS).join(" and ");
        await post("/v1/search", { query: `What do we know about ${words}?`, k: 10 });
        seen.searchMs.push(performance.now() - started);
      }
    } catch (error) {
      seen.errors.push(error instanceof Error ? error.message : String(error));
    }
    await rest(2 * pauseMs * random(), until);
  }
}

async function rest(milliseconds: number, until: AbortSignal): Promise<void> {
  if (milliseconds > 0 && !until.aborted)
    await pause(milliseconds, undefined, { signal: until }).catch(() => undefined);
}
