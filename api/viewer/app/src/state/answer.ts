import { useEffect, useState } from "react";
import { ApiError, type Problem, type reader, reader as readerOf, type ScopeChoice } from "../api.js";
import { scopeOf, useAddress } from "./address.js";
import { useGeneration } from "./generation.js";

type Reader = ReturnType<typeof reader>;

export interface Answer<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

/** The scope that is looked at, as one value that changes only when the scope does. */
export function useScope(): { scope: ScopeChoice; key: string } {
  const scope = scopeOf(useAddress());
  return { scope, key: JSON.stringify(scope) };
}

/**
 * What the server answers for a key, asked again when the key or the scope changes or something was written.
 * The answer before stays in sight until the next one is there; a question that is outdated is called off.
 */
export function useAnswer<T>(key: string | undefined, ask: (read: Reader) => Promise<T>): Answer<T> {
  const { key: scopeKey } = useScope();
  const generation = useGeneration();
  const [answer, setAnswer] = useState<Answer<T> & { of?: string }>({
    value: undefined,
    problem: undefined,
    loading: key !== undefined,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for everything that `ask` asks for.
  useEffect(() => {
    if (key === undefined) {
      setAnswer({ value: undefined, problem: undefined, loading: false });
      return;
    }
    const asked = new AbortController();
    setAnswer((before) => ({ ...before, problem: undefined, loading: true }));
    ask(readerOf(JSON.parse(scopeKey) as ScopeChoice, asked.signal)).then(
      (value) => {
        if (!asked.signal.aborted) setAnswer({ value, problem: undefined, loading: false });
      },
      (error: unknown) => {
        if (asked.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setAnswer({ value: undefined, problem: error.problem, loading: false });
      },
    );
    return () => asked.abort();
  }, [key, scopeKey, generation]);
  return answer;
}
