import type { MemCube, NeighboursResult, TraceList } from "memos";
import { TypeName, When } from "../../parts/Badges.js";
import { excerpt } from "../../parts/format.js";
import { Link } from "../../parts/Link.js";
import { Plain } from "../../parts/Plain.js";
import { memoryHref } from "../../state/address.js";
import { useAnswer } from "../../state/answer.js";

/** Characters before and after a span, for its surroundings. */
const AROUND = 120;

/** A source with the span of it that was used. */
export function SourceSpan({ source }: { source: MemCube["provenance"]["sources"][number] }) {
  const { value, problem } = useAnswer(source.cube, (read) => read.memory(source.cube));
  if (problem !== undefined) return <li className="quiet">{problem.detail}</li>;
  if (value === undefined) return <li className="quiet">…</li>;
  const text = value.payload.kind === "plaintext" ? value.payload.text : "";
  const [start, end] = source.span ?? [0, 0];
  return (
    <li>
      <Link href={memoryHref(source.cube)}>
        <Plain text={value.attributes.title ?? value.provenance.actor} />
      </Link>{" "}
      <When at={value.time.occurredAt ?? value.time.recordedAt} />
      <div className="quote">
        {source.span === undefined ? (
          <Plain text={excerpt(value)} />
        ) : (
          <>
            <Plain text={`${start > AROUND ? "…" : ""}${text.slice(Math.max(0, start - AROUND), start)}`} />
            <mark>
              <Plain text={text.slice(start, Math.min(end, start + 2_000))} />
            </mark>
            <Plain text={`${text.slice(end, end + AROUND)}${end + AROUND < text.length ? "…" : ""}`} />
          </>
        )}
      </div>
    </li>
  );
}

/** Memories that were made from this one, and those that hang together with it. */
export function Around({ id, neighbours }: { id: string; neighbours: NeighboursResult["neighbours"] }) {
  const isDerived = ({ cube }: (typeof neighbours)[number]) =>
    cube.provenance.sources.some((source) => source.cube === id);
  const derived = neighbours.filter(isDerived);
  const near = neighbours.filter((neighbour) => !isDerived(neighbour)).slice(0, 12);
  return (
    <>
      <h2>What derives from it</h2>
      {derived.length === 0 ? (
        <p className="quiet">Nothing was made from it.</p>
      ) : (
        <ul className="lines">
          {derived.map(({ cube }) => (
            <li key={cube.id}>
              <TypeName type={cube.type} />{" "}
              <Link href={memoryHref(cube.id)}>
                <Plain text={excerpt(cube)} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <h2>What it hangs together with</h2>
      {near.length === 0 ? (
        <p className="quiet">No name and no link joins it to another memory.</p>
      ) : (
        <ul className="lines">
          {near.map(({ cube, because }) => (
            <li key={cube.id}>
              <Link href={memoryHref(cube.id)}>
                <Plain text={excerpt(cube)} />
              </Link>{" "}
              <span className="quiet">
                <Plain
                  text={because
                    .slice(0, 3)
                    .map(({ kind, what }) => (what === "" ? kind : `${kind} ${what}`))
                    .join(", ")}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Why a memory is what it is: what the controller decided when it read or made it. */
export function Decisions({ id, traces }: { id: string; traces: TraceList["traces"] }) {
  if (traces.length === 0) return <p className="quiet">No decision about it is on record.</p>;
  return (
    <ul className="lines">
      {traces.map((trace) => (
        <li key={trace.id}>
          <When at={trace.at} /> by {trace.by}
          {trace.model !== undefined && ` (${trace.model})`}:
          <ul>
            {trace.read
              .filter(({ cube }) => cube === id)
              .map(({ version, types, reason }) => (
                <li key={`read ${version}`}>
                  read at version {version}, taken for {types.join(", ") || "nothing"}
                  {reason !== undefined && `: ${reason}`}
                </li>
              ))}
            {trace.made
              .filter(({ cube, from }) => cube === id || from.includes(id))
              .map(({ operation, cube, version, type, from }) => (
                <li key={`${operation} ${cube} ${version}`}>
                  {operation} {cube === id ? "this one" : <Link href={memoryHref(cube)}>another memory</Link>}{" "}
                  as {type}
                  {from.length > 0 && cube === id && (
                    <>
                      {" "}
                      from{" "}
                      {from.map((source, index) => (
                        <Link key={source} href={memoryHref(source)}>
                          source {index + 1}{" "}
                        </Link>
                      ))}
                    </>
                  )}
                </li>
              ))}
            {trace.refused
              .filter(({ from }) => from.includes(id))
              .map(({ what, reason }) => (
                <li key={`${what} ${reason}`}>
                  no {what}: {reason}
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
