import type { MemCube } from "memos";
import { useState } from "react";
import type { Step } from "../api.js";
import { StateName, TypeName } from "../parts/Badges.js";
import { Link } from "../parts/Link.js";
import { Loading, ProblemNotice } from "../parts/Notice.js";
import { LongText, Plain } from "../parts/Plain.js";
import { useAct } from "../state/act.js";
import { href } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { useKeys } from "../state/keys.js";
import { Attributes } from "./cube/Attributes.js";
import { EditDialog } from "./cube/EditDialog.js";
import { ForgetDialog } from "./cube/ForgetDialog.js";
import { Around, Decisions, SourceSpan } from "./cube/Origins.js";
import { Versions } from "./cube/Versions.js";

/** The steps that a state allows (memcube/lifecycle.ts has the table), as the buttons say them. */
const STEPS: Partial<Record<MemCube["state"], readonly [Step, string][]>> = {
  generated: [["approve", "Accept"]],
  active: [
    ["freeze", "Freeze"],
    ["archive", "Archive"],
  ],
  archived: [
    ["activate", "Take out of the archive"],
    ["freeze", "Freeze"],
  ],
  frozen: [["thaw", "End the freeze"]],
};

const EDITABLE: readonly MemCube["state"][] = ["generated", "active", "archived"];

/** Neighbours that are asked for: what derives from a memory is among them. */
const NEIGHBOURS = 200;

/** One memory: what it says, where it comes from, what became of it. */
export function Cube({ id }: { id: string }) {
  const memory = useAnswer(id, (read) => read.memory(id));
  const history = useAnswer(`history ${id}`, (read) => read.history(id));
  const around = useAnswer(`around ${id}`, (read) => read.neighbours(id, NEIGHBOURS));
  const traces = useAnswer(`traces ${id}`, (read) => read.traces({ cube: id }));
  const { busy, problem, act } = useAct();
  const [dialog, setDialog] = useState<"edit" | "forget">();
  const cube = memory.value;
  const canEdit =
    cube !== undefined &&
    EDITABLE.includes(cube.state) &&
    !cube.governance.readonly &&
    cube.payload.kind === "plaintext";
  useKeys({
    e: () => canEdit && setDialog("edit"),
    f: () => cube !== undefined && setDialog("forget"),
  });

  if (cube === undefined) {
    if (memory.problem === undefined) return <Loading what="the memory" />;
    const forgotten = history.value?.versions.at(-1)?.content.state === "forgotten";
    return (
      <>
        <ProblemNotice problem={memory.problem} />
        {(forgotten || memory.problem.status === 404) && (
          <>
            <p>If it was forgotten in the last 30 days and not purged, it can come back.</p>
            <button type="button" disabled={busy} onClick={() => act((to) => to.step(id, "undo"))}>
              Bring it back
            </button>
          </>
        )}
        {problem !== undefined && <ProblemNotice problem={problem} />}
      </>
    );
  }
  const { sources } = cube.provenance;
  return (
    <article className="cube">
      <div className="cube-head">
        <TypeName type={cube.type} />
        <StateName state={cube.state} />
        <span className="quiet">version {cube.version}</span>
        <span className="actions">
          {canEdit && (
            <button type="button" onClick={() => setDialog("edit")}>
              Edit
            </button>
          )}
          {(STEPS[cube.state] ?? []).map(([step, name]) => (
            <button
              key={step}
              type="button"
              disabled={busy}
              onClick={() => act((to) => to.step(id, step, cube.version))}
            >
              {name}
            </button>
          ))}
          <Link className="button" href={href("graph", { cube: id })}>
            Graph
          </Link>
          <button type="button" className="danger" onClick={() => setDialog("forget")}>
            Forget …
          </button>
        </span>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {cube.attributes.title !== undefined && (
        <h1>
          <Plain text={cube.attributes.title} />
        </h1>
      )}
      {cube.payload.kind === "plaintext" ? (
        <LongText text={cube.payload.text} />
      ) : (
        <pre>
          <Plain
            text={JSON.stringify({ ...cube.payload, manifest: cube.payload.manifest.length }, null, 2)}
          />
        </pre>
      )}
      <div className="columns">
        <div>
          <h2>Versions</h2>
          {history.problem !== undefined && <ProblemNotice problem={history.problem} />}
          {history.value === undefined ? (
            <Loading what="versions" />
          ) : (
            <Versions
              history={history.value}
              current={cube.version}
              onRestore={(version) => act((to) => to.restore(id, version, cube.version))}
            />
          )}
          <h2>Sources</h2>
          {sources.length === 0 ? (
            <p className="quiet">It was said so, word for word: it has no source but itself.</p>
          ) : (
            <ul className="lines">
              {sources.map((source) => (
                <SourceSpan key={`${source.cube} ${source.span?.join("-")}`} source={source} />
              ))}
            </ul>
          )}
          {around.value !== undefined && <Around id={id} neighbours={around.value.neighbours} />}
          <h2>Why</h2>
          {traces.value !== undefined && <Decisions id={id} traces={traces.value.traces} />}
        </div>
        <aside aria-label="Attributes">
          <h2>Attributes</h2>
          <Attributes cube={cube} />
        </aside>
      </div>
      {dialog === "edit" && <EditDialog cube={cube} onClose={() => setDialog(undefined)} />}
      {dialog === "forget" && <ForgetDialog ids={[id]} onClose={() => setDialog(undefined)} />}
    </article>
  );
}
