import { type ErrorCode, isMemosError } from "../../memcube/index.js";

/** How an operation ended: numbers and codes, never content. */
export interface Outcome {
  readonly milliseconds: number;
  /** Undefined when it did what it was asked to. */
  readonly error?: ErrorCode;
  /** What the receipt counts, as `written` and `llm_calls`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One operation while it runs. */
export interface Running {
  /** Runs a part of it, as in the context of a span. */
  within<T>(work: () => T): T;
  end(outcome: Outcome): void;
}

/** Told of every public operation of this process's memories, as `memos.add` or `lifecycle.freeze`. */
export type Observer = (operation: string) => Running;

const observers = new Set<Observer>();

/** Adds an observer; what is returned removes it. */
export function observe(observer: Observer): () => void {
  observers.add(observer);
  return () => void observers.delete(observer);
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Puts the observers around the methods of a class; without any, calls go straight through. */
export function observed(prototype: object, part: string, without: readonly string[] = []): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const described = Object.getOwnPropertyDescriptor(prototype, name);
    if (name === "constructor" || without.includes(name) || typeof described?.value !== "function") continue;
    const method = described.value as Method;
    const around: Method = function (...args) {
      if (observers.size === 0) return method.apply(this, args);
      return run(`${part}.${name}`, () => method.apply(this, args));
    };
    Object.defineProperty(prototype, name, { ...described, value: around });
  }
}

function run(operation: string, work: () => unknown): unknown {
  const started = performance.now();
  const running = [...observers].map((observer) => observer(operation));
  const within = <T>(inner: () => T): T =>
    running.reduceRight<() => T>((next, one) => () => one.within(next), inner)();
  const end = (result: unknown, error?: unknown) => {
    const code = isMemosError(error) ? error.code : "INTERNAL";
    const outcome: Outcome = {
      milliseconds: performance.now() - started,
      counts: countsOf(result),
      ...(error === undefined ? {} : { error: code }),
    };
    for (const one of running) one.end(outcome);
  };
  let result: unknown;
  try {
    result = within(work);
  } catch (error) {
    end(undefined, error);
    throw error;
  }
  if (isIterable(result)) return iterating(result, within, end);
  if (!(result instanceof Promise)) {
    end(result);
    return result;
  }
  return result.then(
    (value: unknown) => {
      end(value);
      return value;
    },
    (error: unknown) => {
      end(undefined, error);
      throw error;
    },
  );
}

function isIterable(value: unknown): value is AsyncGenerator<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function* iterating(
  values: AsyncGenerator<unknown>,
  within: <T>(work: () => T) => T,
  end: (result: unknown, error?: unknown) => void,
): AsyncGenerator<unknown> {
  let last: unknown;
  let failure: unknown;
  try {
    for (;;) {
      const { done, value } = await within(() => values.next());
      if (done === true) return value;
      last = value;
      yield value;
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await values.return(undefined);
    end(last, failure);
  }
}

const LISTS = ["written", "skipped", "hits", "items", "cubes", "missing", "forgotten", "outcomes"] as const;
const NUMBERS = {
  llmCalls: "llm_calls",
  llmTokens: "llm_tokens",
  tokens: "tokens",
  candidates: "candidates",
};
/** Of a prompt, as an engine counted: had already, taken out of a compiled state, evaluated; and of its answer. */
const PROMPT_TOKENS = {
  reused: "reused_tokens",
  restored: "restored_tokens",
  prefilled: "evaluated_tokens",
  generated: "generated_tokens",
};

/** Lengths and numbers of a receipt, wherever an answer has it. */
function countsOf(result: unknown): Record<string, number> {
  if (typeof result !== "object" || result === null) return {};
  const answer = result as Readonly<Record<string, unknown>>;
  const counts = countsOf(answer["receipt"]);
  for (const name of LISTS)
    if (Array.isArray(answer[name])) counts[name] = (answer[name] as unknown[]).length;
  Object.assign(counts, named(answer, NUMBERS), named(answer["tokens"], PROMPT_TOKENS));
  return counts;
}

function named(value: unknown, names: Readonly<Record<string, string>>): Record<string, number> {
  if (typeof value !== "object" || value === null) return {};
  const numbers = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, called]) => {
      const number = numbers[name];
      return typeof number === "number" ? [[called, number]] : [];
    }),
  );
}
