import type { Census } from "memos";
import { useState } from "react";
import { Dialog } from "./parts/Dialog.js";
import { count, scopeName } from "./parts/format.js";
import { Loading, ProblemNotice } from "./parts/Notice.js";
import { Plain } from "./parts/Plain.js";
import { setParams } from "./state/address.js";
import { useAnswer, useScope } from "./state/answer.js";
import { askAgain } from "./state/generation.js";
import { keyOfSession, setKeyOfSession } from "./state/key.js";

const PARTS = ["user", "agent", "app", "session"] as const;

/** Owners that are offered; the rest is typed. */
const OFFERED = 200;

/** Whose memory is looked at, and the key that it is looked at with. */
export function ScopePicker() {
  const { scope } = useScope();
  const [open, setOpen] = useState(false);
  const name = scopeName(scope);
  return (
    <>
      <button type="button" className="scope" onClick={() => setOpen(true)}>
        <span className="quiet">Scope</span> <Plain text={name} />
      </button>
      {open && <ScopeDialog onClose={() => setOpen(false)} />}
    </>
  );
}

/** Everyone who has memories, the sessions of each together, those with most first. */
function ownersOf(census: Census | undefined): Pick<Census["owners"][number], "scope" | "cubes">[] {
  const found = new Map<string, Pick<Census["owners"][number], "scope" | "cubes">>();
  for (const { scope, cubes } of census?.owners ?? []) {
    const { session: _session, ...owner } = scope;
    const key = JSON.stringify(owner);
    found.set(key, { scope: owner, cubes: cubes + (found.get(key)?.cubes ?? 0) });
  }
  return [...found.values()].sort((a, b) => b.cubes - a.cubes);
}

function ScopeDialog({ onClose }: { onClose: () => void }) {
  const { scope } = useScope();
  const { tenant } = scope;
  const { value, problem, loading } = useAnswer("owners", (read) => read.census());
  const all = ownersOf(value);
  const owners = all.slice(0, OFFERED);

  return (
    <Dialog title="Scope" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const text = (part: string) => String(form.get(part) ?? "").trim();
          if (text("key") !== keyOfSession()) {
            setKeyOfSession(text("key"));
            askAgain();
          }
          setParams(Object.fromEntries(["tenant", ...PARTS].map((part) => [part, text(part)])));
          onClose();
        }}
      >
        <p className="quiet">
          The parts narrow what is read to what carries the same value. Empty means any. The tenant follows
          from the key; only in development mode it can be chosen.
        </p>
        <div className="fields">
          {PARTS.map((part) => (
            <label key={part} className="field">
              {part}
              <input
                data-first={part === "user" ? "" : undefined}
                name={part}
                defaultValue={scope[part] ?? ""}
                autoComplete="off"
                spellCheck={false}
              />
            </label>
          ))}
          <label className="field">
            tenant
            <input name="tenant" defaultValue={tenant ?? ""} autoComplete="off" spellCheck={false} />
          </label>
          <label className="field">
            API key (kept in this tab)
            <input
              name="key"
              type="password"
              defaultValue={keyOfSession()}
              autoComplete="off"
              spellCheck={false}
            />
          </label>
        </div>
        <button type="submit" className="primary">
          Look at this scope
        </button>
      </form>
      <h3>Owners</h3>
      {loading && <Loading what="owners" />}
      {problem !== undefined && problem.status !== 401 && <ProblemNotice problem={problem} />}
      <ul className="owners">
        {owners.map((owner) => (
          <li key={JSON.stringify(owner.scope)}>
            <button
              type="button"
              className="ghost"
              onClick={() => {
                setParams(Object.fromEntries(PARTS.map((part) => [part, owner.scope[part]])));
                onClose();
              }}
            >
              <Plain text={scopeName(owner.scope)} />
              <span className="quiet">{count(owner.cubes, "memory", "memories")}</span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > OFFERED && (
        <p className="quiet">
          The first {OFFERED} of {all.length.toLocaleString("en")}; type the others above.
        </p>
      )}
    </Dialog>
  );
}
