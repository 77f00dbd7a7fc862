import { useState } from "react";
import { ApiError, type Problem, writer } from "../api.js";
import { ProblemNotice } from "../parts/Notice.js";
import { useScope } from "../state/answer.js";
import { askAgain } from "../state/generation.js";

/** What an empty store shows: how to put something into it. */
export function Start() {
  const { scope } = useScope();
  const [problem, setProblem] = useState<Problem>();
  return (
    <section className="start">
      <h1>Nothing is remembered here yet</h1>
      <p>
        MemOS stores what was said word for word, finds it again, and says where every line came from.
        Remember something, or choose another scope above.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get("text") ?? "");
          writer(scope)
            .add(text)
            .then(askAgain, (error: unknown) => {
              if (error instanceof ApiError) setProblem(error.problem);
              else throw error;
            });
        }}
      >
        <label className="field">
          What is to be remembered
          <textarea name="text" rows={3} required placeholder="I moved to Lisbon in March." />
        </label>
        <button type="submit" className="primary">
          Remember
        </button>
      </form>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <p>
        From a shell: <code>npx memos add "I moved to Lisbon in March." --user ana</code>,{" "}
        <code>npx memos import locomo FILE</code>. Over HTTP: <a href="/start">three things to try</a>,{" "}
        <a href="/docs">every route</a>.
      </p>
    </section>
  );
}
