import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, type Problem, reader, type ScopeChoice } from "../api.js";
import { useScope } from "./answer.js";
import { useGeneration } from "./generation.js";

type Reader = ReturnType<typeof reader>;

interface Page<T> {
  readonly rows: readonly T[];
  readonly cursor?: string | undefined;
}

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Whether another page follows. */
  readonly more: boolean;
  readonly next: () => void;
}

interface State<T> {
  readonly rows: readonly T[];
  readonly cursor: string | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

const NOTHING = { rows: [], cursor: undefined, problem: undefined, loading: true };

/** A list that the server gives page by page, from the first one again when the key or the scope changes. */
export function usePages<T>(
  key: string,
  ask: (read: Reader, cursor: string | undefined) => Promise<Page<T>>,
): Pages<T> {
  const { key: scopeKey } = useScope();
  const generation = useGeneration();
  const [state, setState] = useState<State<T>>(NOTHING);
  const asking = useRef<AbortController>(undefined);
  const asks = useRef(ask);
  asks.current = ask;

  const load = useCallback(
    (cursor: string | undefined) => {
      asking.current?.abort();
      const asked = new AbortController();
      asking.current = asked;
      setState((before) => ({ ...(cursor === undefined ? NOTHING : before), loading: true }));
      asks.current(reader(JSON.parse(scopeKey) as ScopeChoice, asked.signal), cursor).then(
        (page) => {
          if (asked.signal.aborted) return;
          setState((before) => ({
            rows: cursor === undefined ? page.rows : [...before.rows, ...page.rows],
            cursor: page.cursor,
            problem: undefined,
            loading: false,
          }));
        },
        (error: unknown) => {
          if (asked.signal.aborted) return;
          if (!(error instanceof ApiError)) throw error;
          setState((before) => ({ ...before, cursor: undefined, problem: error.problem, loading: false }));
        },
      );
    },
    [scopeKey],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key and the generation say that it is another list.
  useEffect(() => {
    load(undefined);
    return () => asking.current?.abort();
  }, [key, load, generation]);

  const { rows, cursor, problem, loading } = state;
  const next = useCallback(() => {
    if (!loading && cursor !== undefined) load(cursor);
  }, [loading, cursor, load]);
  return { rows, problem, loading, more: cursor !== undefined, next };
}
