import type { EntityResult } from "memos";
import { When } from "../parts/Badges.js";
import { AsOf } from "../parts/Filters.js";
import { Link } from "../parts/Link.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Plain } from "../parts/Plain.js";
import { Table } from "../parts/Table.js";
import { href, memoryHref, setParams, useAddress } from "../state/address.js";
import { useAnswer } from "../state/answer.js";

/** Names that are offered before one is asked for. */
const OFFERED = 60;
/** Memories that are listed. */
const LISTED = 50;

/** What is known of a name: its facts with their history, and what it is named together with. */
export function Entity() {
  const { params } = useAddress();
  const name = params.get("name") ?? "";
  const asOf = params.get("asOf") ?? "";
  const entity = useAnswer(name === "" ? undefined : `${name}\n${asOf}`, (read) => read.entity(name, asOf));
  const offered = useAnswer(name === "" ? "names" : undefined, (read) => read.sample({ limit: 4 * OFFERED }));
  const names = (offered.value?.nodes ?? []).filter(({ kind }) => kind === "entity").slice(0, OFFERED);
  return (
    <>
      <form
        key={name}
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          setParams({ name: String(new FormData(event.currentTarget).get("name") ?? "").trim() });
        }}
      >
        <label className="inline grow">
          Name
          <input name="name" defaultValue={name} autoComplete="off" spellCheck={false} placeholder="Lisbon" />
        </label>
        <button type="submit">Show</button>
        <AsOf value={asOf} onChange={(day) => setParams({ asOf: day })} />
      </form>
      {entity.problem !== undefined && <ProblemNotice problem={entity.problem} />}
      {offered.problem !== undefined && <ProblemNotice problem={offered.problem} />}
      {(entity.loading || offered.loading) && <Loading what="names" />}
      {name !== "" && entity.value !== undefined && <Known entity={entity.value} />}
      {name === "" && names.length > 0 && (
        <>
          <h2>Names that many memories share</h2>
          <ul className="chips">
            {names.map(({ id, label }) => (
              <li key={id}>
                <Link className="chip" href={href("entity", { name: label })}>
                  <Plain text={label} />
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {name === "" && !offered.loading && offered.problem === undefined && names.length === 0 && (
        <Empty title="No names yet">
          Names are found in what is remembered, once two memories share one. Type a name above to look it up.
        </Empty>
      )}
    </>
  );
}

function Known({ entity: { name, cubes, facts, related } }: { entity: EntityResult }) {
  if (cubes.length === 0 && facts.length === 0)
    return <Empty title={`Nothing names ${name}`}>Check the spelling, or choose another scope.</Empty>;
  return (
    <>
      <h1>
        <Plain text={name} />
      </h1>
      <p>
        <Link href={href("graph", { entity: name })}>Show it in the graph</Link>
      </p>
      <h2>Facts</h2>
      {facts.length === 0 ? (
        <p className="quiet">No fact is known of it.</p>
      ) : (
        <Table
          label="Facts"
          titles={[
            "Subject",
            "Relation",
            "Object",
            "Status",
            "Valid from",
            "Valid to",
            "Said by",
            "Superseded by",
          ]}
        >
          {facts.map(({ subject, relation, value }) => (
            <tr key={`${subject} ${relation} ${value.object} ${value.cube}`} data-status={value.status}>
              <td>
                <Link href={href("entity", { name: subject })}>
                  <Plain text={subject} />
                </Link>
              </td>
              <td>
                <Plain text={relation} />
              </td>
              <td>
                <Link href={href("entity", { name: value.object })}>
                  <Plain text={value.object} />
                </Link>
              </td>
              <td>
                <span className="state" data-state={value.status}>
                  {value.status}
                </span>
              </td>
              <td>
                <When at={value.since} /> {!value.stated && <span className="quiet">(learned)</span>}
              </td>
              <td>{value.until === undefined ? "" : <When at={value.until} />}</td>
              <td>
                <Link href={memoryHref(value.cube)}>memory</Link> <span className="quiet">{value.by}</span>
              </td>
              <td>
                {value.supersededBy !== undefined && (
                  <Link href={memoryHref(value.supersededBy)}>newer memory</Link>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {related.length > 0 && (
        <>
          <h2>Named together with</h2>
          <ul className="chips">
            {related.slice(0, LISTED).map((other) => (
              <li key={other.name}>
                <Link className="chip" href={href("entity", { name: other.name })}>
                  <Plain text={other.name} /> <span className="quiet">{other.cubes}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Memories that name it</h2>
      <ul className="lines">
        {cubes.slice(0, LISTED).map(({ id, role, label }) => (
          <li key={id}>
            <Link href={memoryHref(id)}>
              <Plain text={label} />
            </Link>{" "}
            {role !== "name" && (
              <span className="quiet">{role === "title" ? "is about it" : "by a part"}</span>
            )}
          </li>
        ))}
      </ul>
      {cubes.length > LISTED && (
        <p className="quiet">
          The first {LISTED} of {cubes.length}.
        </p>
      )}
    </>
  );
}
