import type { ForgetPreview } from "memos";
import { useEffect, useState } from "react";
import { ApiError, type Problem, writer } from "../../api.js";
import { Dialog } from "../../parts/Dialog.js";
import { count } from "../../parts/format.js";
import { Loading, ProblemNotice } from "../../parts/Notice.js";
import { Plain } from "../../parts/Plain.js";
import { useAct } from "../../state/act.js";
import { useScope } from "../../state/answer.js";

type Mode = "tombstone" | "purge";

/** What would go, shown before it goes: exactly that is forgotten, or nothing. */
export function ForgetDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const { scope } = useScope();
  const { busy, problem, act } = useAct();
  const [preview, setPreview] = useState<ForgetPreview>();
  const [failed, setFailed] = useState<Problem>();
  const [mode, setMode] = useState<Mode>("tombstone");
  const asked = JSON.stringify({ scope, ids });
  useEffect(() => {
    const wanted = JSON.parse(asked) as { scope: typeof scope; ids: string[] };
    writer(wanted.scope)
      .preview(wanted.ids)
      .then(setPreview, (error: unknown) => {
        if (error instanceof ApiError) setFailed(error.problem);
        else throw error;
      });
  }, [asked]);
  return (
    <Dialog title="Forget" onClose={onClose}>
      {failed !== undefined && <ProblemNotice problem={failed} />}
      {preview === undefined && failed === undefined && <Loading what="what would go" />}
      {preview !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act((to) => to.forget(ids, mode, preview.token), onClose);
          }}
        >
          <p>
            {count(preview.count, "memory", "memories")} would go
            {preview.derived > 0 &&
              `, and a purge would take ${count(preview.derived, "memory", "memories")} along that were made from it`}
            .
          </p>
          <ul className="lines">
            {preview.sample.map(({ id, text }) => (
              <li key={id}>
                <Plain text={text} />
              </li>
            ))}
            {preview.held.map(({ id, reason }) => (
              <li key={id} className="warning">
                Stays: {reason}
              </li>
            ))}
          </ul>
          <fieldset className="stack">
            <legend>How</legend>
            <label className="inline">
              <input
                type="radio"
                name="mode"
                checked={mode === "tombstone"}
                onChange={() => setMode("tombstone")}
              />
              Tombstone: out of every answer, can be undone for 30 days
            </label>
            <label className="inline">
              <input type="radio" name="mode" checked={mode === "purge"} onChange={() => setMode("purge")} />
              Purge: the content is gone from every table, index and file, for good
            </label>
          </fieldset>
          {problem !== undefined && <ProblemNotice problem={problem} />}
          <button type="submit" className="danger" disabled={busy || preview.count === 0}>
            {mode === "purge" ? "Purge for good" : "Forget"}
          </button>
        </form>
      )}
    </Dialog>
  );
}
