import type { JobList, TraceList } from "memos";
import { useState } from "react";
import { StateName, When } from "../parts/Badges.js";
import { Choices, words } from "../parts/Filters.js";
import { count, milliseconds, scopeName } from "../parts/format.js";
import { Link } from "../parts/Link.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Plain } from "../parts/Plain.js";
import { Table } from "../parts/Table.js";
import { useAct } from "../state/act.js";
import { href, memoryHref, setParams, useAddress } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { usePages } from "../state/pages.js";

const STATES = ["waiting", "delayed", "running", "done", "dead", "cancelled"] as const;
/** Entries of one decision that are listed; the memory itself shows them all. */
const SHOWN = 5;
const PARTS = ["jobs", "decisions", "audit"] as const;

type Job = JobList["jobs"][number];
type Trace = TraceList["traces"][number];

/** What is being done, what was decided at which cost, and what was done and refused. */
export function Work() {
  const { params } = useAddress();
  const part = PARTS.find((known) => known === params.get("part")) ?? PARTS[0];
  return (
    <>
      <nav className="tabs" aria-label="Work">
        {PARTS.map((name) => (
          <Link
            key={name}
            href={href("work", { part: name === PARTS[0] ? undefined : name })}
            aria-current={name === part ? "page" : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {part === "jobs" ? <Jobs /> : part === "decisions" ? <Decisions /> : <Audit />}
    </>
  );
}

function Rest({ of }: { of: number }) {
  return of > SHOWN ? <span className="quiet">and {of - SHOWN} more</span> : null;
}

function More({ more, loading, next }: { more: boolean; loading: boolean; next: () => void }) {
  if (!more) return null;
  return (
    <button type="button" disabled={loading} onClick={next}>
      Show more
    </button>
  );
}

function Jobs() {
  const { params } = useAddress();
  const states = words(params.get("jobs"));
  const { rows, problem, loading, more, next } = usePages<Job>(states.join(), async (read, cursor) => {
    const page = await read.jobs({ states, cursor });
    return { rows: page.jobs, cursor: page.cursor };
  });
  const { busy, problem: refused, act } = useAct();
  return (
    <>
      <div className="filters">
        <Choices
          label="States"
          all={STATES}
          chosen={states}
          onChange={(chosen) => setParams({ jobs: chosen.join(",") })}
        />
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {refused !== undefined && <ProblemNotice problem={refused} />}
      {rows.length > 0 && (
        <Table
          label="Jobs"
          titles={["State", "Kind", "Scope", "Attempts", "Progress", "Made", "Ended", "Failure", ""]}
        >
          {rows.map((job) => (
            <tr key={job.id}>
              <td>
                <StateName state={job.state} />
              </td>
              <td>
                <code>{job.kind}</code>
              </td>
              <td>
                <Plain text={scopeName(job.scope)} />
              </td>
              <td>
                {job.attempts} of {job.maxAttempts}
              </td>
              <td>{Math.round(job.progress * 100)} %</td>
              <td>
                <When at={job.createdAt} />
              </td>
              <td>{job.finishedAt === null ? "" : <When at={job.finishedAt} />}</td>
              <td>
                {job.failure !== null && <Plain text={`${job.failure.code}: ${job.failure.message}`} />}
              </td>
              <td>
                {job.state === "dead" && (
                  <button
                    type="button"
                    className="ghost"
                    disabled={busy}
                    onClick={() => act((to) => to.job(job.id, "replay"))}
                  >
                    Try again
                  </button>
                )}
                {/^(waiting|delayed|running)$/.test(job.state) && (
                  <button
                    type="button"
                    className="ghost"
                    disabled={busy}
                    onClick={() => act((to) => to.job(job.id, "cancel"))}
                  >
                    Call off
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More more={more} loading={loading} next={next} />
      {loading && rows.length === 0 && <Loading what="jobs" />}
      {!loading && rows.length === 0 && problem === undefined && (
        <Empty title="No jobs">Training, maintenance and work of your own (POST /v1/jobs) show here.</Empty>
      )}
    </>
  );
}

function Decisions() {
  const { rows, problem, loading, more, next } = usePages<Trace>("traces", async (read, cursor) => {
    const page = await read.traces({ cursor });
    return { rows: page.traces, cursor: page.cursor };
  });
  const total = (pick: (trace: Trace) => number) => rows.reduce((sum, trace) => sum + pick(trace), 0);
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {rows.length > 0 && (
        <>
          <p className="summary" role="status">
            {count(rows.length, "decision")} shown:{" "}
            {count(
              total((trace) => trace.llmCalls),
              "model call",
            )}
            ,{" "}
            {count(
              total((trace) => trace.llmTokens),
              "token",
            )}
            , {milliseconds(total((trace) => trace.milliseconds))}.
          </p>
          <Table
            label="Decisions"
            titles={["When", "By", "Scope", "Read", "Made", "Refused", "Calls", "Tokens", "Time"]}
          >
            {rows.map((trace) => (
              <tr key={trace.id}>
                <td>
                  <When at={trace.at} />
                </td>
                <td>{trace.model ?? trace.by}</td>
                <td>
                  <Plain text={scopeName(trace.scope)} />
                </td>
                <td>
                  {trace.read.slice(0, SHOWN).map(({ cube, types, reason }) => (
                    <div key={cube}>
                      <Link href={memoryHref(cube)}>{types.join(", ") || "nothing"}</Link>{" "}
                      <span className="quiet">{reason}</span>
                    </div>
                  ))}
                  {trace.read.length > 3 && <span className="quiet">and {trace.read.length - 3} more</span>}
                </td>
                <td>
                  {trace.made.slice(0, SHOWN).map(({ operation, cube, type }) => (
                    <div key={`${operation} ${cube}`}>
                      {operation} <Link href={memoryHref(cube)}>{type}</Link>
                    </div>
                  ))}
                  <Rest of={trace.made.length} />
                </td>
                <td>
                  {trace.refused.slice(0, SHOWN).map(({ what, reason }) => (
                    <div key={`${what} ${reason}`}>
                      {what}: <span className="quiet">{reason}</span>
                    </div>
                  ))}
                  <Rest of={trace.refused.length} />
                </td>
                <td>{trace.llmCalls}</td>
                <td>{trace.llmTokens}</td>
                <td>{milliseconds(trace.milliseconds)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
      <More more={more} loading={loading} next={next} />
      {loading && rows.length === 0 && <Loading what="decisions" />}
      {!loading && rows.length === 0 && problem === undefined && (
        <Empty title="No decisions on record">
          The controller notes here what it made of new memories, what it did not and why, and what that cost.
        </Empty>
      )}
    </>
  );
}

/** The audit is told from its beginning; who looks at it pages forward. */
function Audit() {
  const [after, setAfter] = useState(0);
  const { value, problem, loading } = useAnswer(`audit ${after}`, (read) => read.audit(after));
  const entries = value?.entries ?? [];
  const last = entries.at(-1)?.sequence;
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {entries.length > 0 && (
        <Table label="Audit" titles={["#", "When", "Who", "Operation", "Decision", "Reason", "About"]}>
          {entries.map((entry) => (
            <tr key={entry.sequence}>
              <td>{entry.sequence}</td>
              <td>
                <When at={entry.at} />
              </td>
              <td>
                <Plain text={`${entry.principal.kind} ${entry.principal.id}`} />
              </td>
              <td>{entry.operation}</td>
              <td>
                <StateName state={entry.decision} />
              </td>
              <td>
                <Plain text={entry.reason} />
              </td>
              <td>{count(entry.targets.length, "memory", "memories")}</td>
            </tr>
          ))}
        </Table>
      )}
      {after > 0 && (
        <button type="button" onClick={() => setAfter(0)}>
          From the beginning
        </button>
      )}
      {entries.length === 100 && last !== undefined && (
        <button type="button" disabled={loading} onClick={() => setAfter(last)}>
          Next 100
        </button>
      )}
      {loading && value === undefined && <Loading what="the audit" />}
      {!loading && entries.length === 0 && problem === undefined && (
        <Empty title="Nothing in the audit">What principals with keys of their own do is noted here.</Empty>
      )}
    </>
  );
}
