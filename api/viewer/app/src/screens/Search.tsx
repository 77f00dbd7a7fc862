import type { Hit, SearchResult, Stats } from "memos";
import { useEffect, useRef, useState } from "react";
import { AsOf, Choices, TYPES, words } from "../parts/Filters.js";
import { count, milliseconds } from "../parts/format.js";
import { Link } from "../parts/Link.js";
import { MemoryRow } from "../parts/MemoryRow.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Rows } from "../parts/Rows.js";
import { go, href, memoryHref, setParams, useAddress } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { useKeys } from "../state/keys.js";
import { Start } from "./Start.js";
import { Why } from "./Why.js";

/** Milliseconds without a further letter after which is searched. */
const PAUSE = 60;

/** Memories that are shown before anything is searched. */
const LATEST = 10;

export function Search() {
  const { params } = useAddress();
  const query = params.get("q") ?? "";
  const types = words(params.get("types"));
  const asOf = params.get("asOf") ?? "";
  const archived = params.get("archived") === "1";
  const [typed, setTyped] = useState(query);
  const sent = useRef(query);
  // An address that did not come from the field: a link, or the back button.
  useEffect(() => {
    if (query !== sent.current) setTyped(query);
    sent.current = query;
  }, [query]);
  const send = (text: string) => {
    sent.current = text;
    if (text !== query) setParams({ q: text }, { replace: query !== "" });
  };
  const sends = useRef(send);
  sends.current = send;
  useEffect(() => {
    const timer = setTimeout(() => sends.current(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);

  const wanted = { query, types, asOf, archived };
  const { value, problem, loading } = useAnswer(
    query.trim() === "" ? undefined : JSON.stringify(wanted),
    (read) => read.search(wanted),
  );
  const stats = useAnswer(query.trim() === "" ? "stats" : undefined, (read) => read.stats());
  useKeys({ Escape: () => setParams({ q: undefined }) });

  return (
    <>
      <search>
        <label className="query">
          <span className="visually-hidden">Search memories</span>
          <input
            id="query"
            type="search"
            placeholder="Search memories"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") send(typed);
              if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
            }}
          />
          <span className="kbd" aria-hidden="true">
            /
          </span>
        </label>
        <div className="filters">
          <Choices
            label="Types"
            all={TYPES}
            chosen={types}
            onChange={(chosen) => setParams({ types: chosen.join(",") })}
          />
          <AsOf value={asOf} onChange={(day) => setParams({ asOf: day })} />
          <label className="inline">
            <input
              type="checkbox"
              checked={archived}
              onChange={(event) => setParams({ archived: event.target.checked ? "1" : undefined })}
            />
            Archived too
          </label>
        </div>
      </search>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {query.trim() === "" ? (
        <Overview {...stats} />
      ) : (
        value !== undefined && <Found result={value} loading={loading} />
      )}
      {loading && value === undefined && <Loading what="hits" />}
    </>
  );
}

function Found({ result: { hits, receipt }, loading }: { result: SearchResult; loading: boolean }) {
  const best = Math.max(...hits.map(({ score }) => score), Number.MIN_VALUE);
  return (
    <>
      <p className="summary" role="status" data-loading={loading}>
        {count(hits.length, "hit")} of {count(receipt.candidates, "candidate")} in{" "}
        {milliseconds(receipt.milliseconds)} by {receipt.channels.join(", ")}
        {receipt.llmCalls > 0 && `, ${count(receipt.llmCalls, "model call")}`}
        {receipt.warnings.map(({ code, message }) => (
          <span key={code} className="warning">
            {message}
          </span>
        ))}
      </p>
      {hits.length === 0 ? (
        <Empty title="Nothing fits">
          Try other words, fewer filters, a later date, or another <em>scope</em>. Memories that await a
          review are not searched: see <Link href={href("review")}>Review</Link>.
        </Empty>
      ) : (
        <Rows
          rows={hits}
          label="Hits, best first"
          height={78}
          keyOf={(hit) => hit.cube.id}
          keys={{ Enter: (hit) => go(memoryHref(hit.cube.id)) }}
        >
          {(hit, chosen) => <HitRow hit={hit} best={best} open={chosen} />}
        </Rows>
      )}
    </>
  );
}

function HitRow({ hit, best, open }: { hit: Hit; best: number; open: boolean }) {
  return (
    <div className="hit">
      <div className="score">
        <span>{hit.score.toFixed(4)}</span>
        <meter min={0} max={best} value={hit.score} aria-label="Score, compared with the best hit" />
      </div>
      <div>
        <MemoryRow cube={hit.cube} terms={hit.explanation?.terms ?? []}>
          {hit.duplicates.length > 0 && <span>{count(hit.duplicates.length, "duplicate")}</span>}
          {hit.superseded !== undefined && (
            <Link className="warning" href={memoryHref(hit.superseded.by)}>
              outdated: now {hit.superseded.value}
            </Link>
          )}
        </MemoryRow>
        <Why explanation={hit.explanation} open={open} />
      </div>
    </div>
  );
}

function Overview({ value, problem, loading }: ReturnType<typeof useAnswer<Stats>>) {
  if (problem !== undefined) return <ProblemNotice problem={problem} />;
  if (value === undefined) return loading ? <Loading what="the store" /> : null;
  if (value.cubes === 0 && value.forgotten === 0) return <Start />;
  return (
    <>
      <dl className="figures">
        <div>
          <dt>Memories</dt>
          <dd>{value.cubes.toLocaleString("en")}</dd>
        </div>
        {Object.entries(value.byType).map(([type, cubes]) => (
          <div key={type}>
            <dt>{type}</dt>
            <dd>
              <Link href={href("memories", { types: type })}>{cubes.toLocaleString("en")}</Link>
            </dd>
          </div>
        ))}
        <div>
          <dt>Versions</dt>
          <dd>{value.versions.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>Forgotten</dt>
          <dd>{value.forgotten.toLocaleString("en")}</dd>
        </div>
      </dl>
      <p className="quiet">
        Index {value.index.state}, embedder <code>{value.index.embedder}</code>,{" "}
        {value.index.pending.toLocaleString("en")} rows in its delta. Press <kbd>/</kbd> to search,{" "}
        <kbd>?</kbd> for all keys, or <Link href={href("memories")}>list the memories</Link>.
      </p>
      <Latest />
    </>
  );
}

function Latest() {
  const { value } = useAnswer("latest", (read) => read.list({ limit: LATEST }));
  const cubes = value?.cubes ?? [];
  if (cubes.length === 0) return null;
  return (
    <>
      <h2>Latest</h2>
      <Rows
        rows={cubes}
        label="Latest memories"
        height={62}
        keyOf={(cube) => cube.id}
        keys={{ Enter: (cube) => go(memoryHref(cube.id)) }}
      >
        {(cube) => <MemoryRow cube={cube} />}
      </Rows>
    </>
  );
}
