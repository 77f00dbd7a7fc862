import { useState } from "react";
import { ApiError, type Problem, type writer, writer as writerOf } from "../api.js";
import { useScope } from "./answer.js";
import { askAgain } from "./generation.js";

/** Writes, one at a time, and shows everything anew afterwards. */
export function useAct(): {
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  readonly act: (write: (to: ReturnType<typeof writer>) => Promise<unknown>, then?: () => void) => void;
} {
  const { scope } = useScope();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  return {
    busy,
    problem,
    act: (write, then) => {
      if (busy) return;
      setBusy(true);
      setProblem(undefined);
      write(writerOf(scope))
        .then(
          () => {
            askAgain();
            then?.();
          },
          (error: unknown) => {
            if (error instanceof ApiError) setProblem(error.problem);
            else throw error;
          },
        )
        .finally(() => setBusy(false));
    },
  };
}
