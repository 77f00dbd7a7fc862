import type { ReactNode } from "react";
import type { Problem } from "../api.js";
import { askAgain } from "../state/generation.js";
import { setKeyOfSession } from "../state/key.js";

/** What is wrong and what to do, in the words of the server. */
export function ProblemNotice({ problem }: { problem: Problem }) {
  if (problem.status === 401) return <KeyForm problem={problem} />;
  return (
    <div className="notice bad" role="alert">
      <strong>{problem.title}</strong>
      <p>{problem.detail}</p>
      <p className="quiet">{problem.remedy}</p>
      <button type="button" onClick={askAgain}>
        Try again
      </button>
    </div>
  );
}

function KeyForm({ problem }: { problem: Problem }) {
  return (
    <form
      className="notice"
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget).get("key");
        setKeyOfSession(typeof value === "string" ? value.trim() : "");
        askAgain();
      }}
    >
      <strong>{problem.detail}</strong>
      <p className="quiet">
        Make one with <code>memos keys create NAME --tenant TENANT</code>. It is kept in this tab until it is
        closed, and goes to this server alone.
      </p>
      <label className="field">
        API key
        <input name="key" type="password" autoComplete="off" spellCheck={false} required />
      </label>
      <button type="submit" className="primary">
        Use this key
      </button>
    </form>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      <div className="quiet">{children}</div>
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p className="quiet loading" role="status">
      Loading {what} …
    </p>
  );
}
