import type { GraphSample } from "memos";
import { useMemo, useState } from "react";
import { TypeName } from "../parts/Badges.js";
import { count, minute } from "../parts/format.js";
import { Link } from "../parts/Link.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Plain } from "../parts/Plain.js";
import { href, memoryHref, setParams, useAddress } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { Canvas } from "./graph/Canvas.js";
import { hasWebGl } from "./graph/webGl.js";

type Node = GraphSample["nodes"][number];

const SIZES = [50, 150, 400, 1_000];

/** What a node is counted and coloured as. */
export function typeOf({ kind, type }: Node): string {
  return kind === "cube" ? (type ?? "memory") : kind;
}

function focusParams(node: Node): { cube: string | undefined; entity: string | undefined } {
  return node.kind === "cube"
    ? { cube: node.id, entity: undefined }
    : { cube: undefined, entity: node.label };
}

/** The graph around a memory or a name, or around the names that many memories share. */
export default function Graph() {
  const { params } = useAddress();
  const cube = params.get("cube") ?? "";
  const entity = params.get("entity") ?? "";
  const limit = SIZES.find((size) => String(size) === params.get("limit")) ?? 150;
  const query = { cube, entity, limit };
  const { value, problem, loading } = useAnswer(JSON.stringify(query), (read) => read.sample(query));
  const [chosen, setChosen] = useState<Node>();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [until, setUntil] = useState(1);
  const [asList, setAsList] = useState(!hasWebGl());

  const times = useMemo(
    () =>
      (value?.nodes ?? []).flatMap(({ recordedAt }) => (recordedAt === undefined ? [] : [recordedAt])).sort(),
    [value],
  );
  // By rank, not by date: an import puts a thousand memories into one minute.
  const latest = times[Math.max(0, Math.ceil(until * times.length) - 1)];
  const shown = useMemo(() => visible(value, hidden, latest), [value, hidden, latest]);
  const types = [...new Set((value?.nodes ?? []).map(typeOf))].sort();

  return (
    <>
      <form
        key={entity}
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const name = String(new FormData(event.currentTarget).get("entity") ?? "").trim();
          setParams({ entity: name, cube: undefined });
        }}
      >
        <label className="inline">
          Around the name
          <input
            name="entity"
            defaultValue={entity}
            autoComplete="off"
            spellCheck={false}
            placeholder="Lisbon"
          />
        </label>
        <button type="submit">Focus</button>
        {(cube !== "" || entity !== "") && (
          <button type="button" onClick={() => setParams({ cube: undefined, entity: undefined })}>
            No focus
          </button>
        )}
        <label className="inline">
          At most
          <select value={limit} onChange={(event) => setParams({ limit: event.target.value })}>
            {SIZES.map((size) => (
              <option key={size} value={size}>
                {size.toLocaleString("en")} nodes
              </option>
            ))}
          </select>
        </label>
        <label className="inline">
          <input
            type="checkbox"
            checked={asList}
            disabled={!hasWebGl()}
            onChange={(event) => setAsList(event.target.checked)}
          />
          As a list
        </label>
      </form>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {!hasWebGl() && (
        <p className="notice" role="status">
          This browser has no WebGL, which draws the graph: here it is as a list.
        </p>
      )}
      {loading && value === undefined && <Loading what="the graph" />}
      {value !== undefined && value.nodes.length === 0 && (
        <Empty title="No graph here">
          {entity === ""
            ? "Memories and the names that they share make it. Choose another scope, or add some."
            : "No two memories name it. Check the spelling, or look at the whole."}
        </Empty>
      )}
      {value !== undefined && value.nodes.length > 0 && (
        <>
          <fieldset className="choices legend">
            <legend>Legend</legend>
            {types.map((type) => (
              <label key={type} data-type={type}>
                <input
                  type="checkbox"
                  checked={!hidden.includes(type)}
                  onChange={(event) =>
                    setHidden(
                      event.target.checked ? hidden.filter((other) => other !== type) : [...hidden, type],
                    )
                  }
                />
                <span className="dot" aria-hidden="true" />
                {type}
              </label>
            ))}
          </fieldset>
          {times.length > 1 && (
            <label className="slider">
              <span>
                Recorded until <strong>{latest === undefined ? "now" : minute(latest)}</strong>
              </span>
              <input
                type="range"
                min={0}
                max={1}
                step={0.01}
                value={until}
                aria-valuetext={latest === undefined ? "now" : minute(latest)}
                onChange={(event) => setUntil(Number(event.target.value))}
              />
            </label>
          )}
          <p className="summary" role="status">
            {count(shown.nodes.length, "node")}, {count(shown.edges.length, "edge")}
            {value.complete
              ? ": all there is"
              : `: the ${value.focus === undefined ? "most connected" : "nearest"} of more`}
          </p>
          {asList ? (
            <NodeList {...shown} />
          ) : (
            <div className="graph">
              <Canvas
                nodes={shown.nodes}
                edges={shown.edges}
                all={value}
                focus={value.focus}
                onChoose={setChosen}
                onFocus={(node) => setParams(focusParams(node))}
              />
              <aside aria-label="Chosen node" aria-live="polite">
                {chosen === undefined ? (
                  <p className="quiet">
                    Choose a node to see it; choose it twice to look at what is around it. “As a list” shows
                    the same for the keyboard.
                  </p>
                ) : (
                  <Chosen node={chosen} />
                )}
              </aside>
            </div>
          )}
        </>
      )}
    </>
  );
}

/** What is left of a sample: no hidden types, nothing recorded later, and no name that nothing there has. */
function visible(
  sample: GraphSample | undefined,
  hidden: readonly string[],
  latest: string | undefined,
): Pick<GraphSample, "nodes" | "edges"> {
  if (sample === undefined) return { nodes: [], edges: [] };
  const kept = new Set(
    sample.nodes
      .filter((node) => !hidden.includes(typeOf(node)))
      .filter(({ recordedAt }) => recordedAt === undefined || latest === undefined || recordedAt <= latest)
      .map(({ id }) => id),
  );
  const edges = sample.edges.filter(({ source, target }) => kept.has(source) && kept.has(target));
  const joined = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const nodes = sample.nodes.filter(({ id, kind }) => kept.has(id) && (kind === "cube" || joined.has(id)));
  return { nodes, edges };
}

function Chosen({ node }: { node: Node }) {
  return (
    <>
      <TypeName type={typeOf(node)} />
      <p>
        <Plain text={node.label} />
      </p>
      {node.recordedAt !== undefined && <p className="quiet">recorded {minute(node.recordedAt)}</p>}
      <p className="links">
        <Link href={href("graph", focusParams(node))}>Focus</Link>
        {node.kind === "cube" ? (
          <Link href={memoryHref(node.id)}>Open the memory</Link>
        ) : (
          <Link href={href("entity", { name: node.label })}>Facts</Link>
        )}
      </p>
    </>
  );
}

function NodeList({ nodes, edges }: Pick<GraphSample, "nodes" | "edges">) {
  const degrees = new Map<string, number>();
  for (const { source, target } of edges)
    for (const id of [source, target]) degrees.set(id, (degrees.get(id) ?? 0) + 1);
  const sorted = [...nodes].sort((a, b) => (degrees.get(b.id) ?? 0) - (degrees.get(a.id) ?? 0));
  return (
    <ul className="lines">
      {sorted.map((node) => (
        <li key={node.id}>
          <TypeName type={typeOf(node)} />{" "}
          <Link href={node.kind === "cube" ? memoryHref(node.id) : href("entity", { name: node.label })}>
            <Plain text={node.label} />
          </Link>{" "}
          <span className="quiet">{count(degrees.get(node.id) ?? 0, "edge")}</span>{" "}
          <Link href={href("graph", focusParams(node))} aria-label={`Focus ${node.label}`}>
            focus
          </Link>
        </li>
      ))}
    </ul>
  );
}
