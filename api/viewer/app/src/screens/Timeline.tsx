import type { MemCube } from "memos";
import { useMemo } from "react";
import { When } from "../parts/Badges.js";
import { count, day, excerpt } from "../parts/format.js";
import { Link } from "../parts/Link.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { OrderChoice } from "../parts/OrderChoice.js";
import { Plain } from "../parts/Plain.js";
import { Rows } from "../parts/Rows.js";
import { go, memoryHref, setParams, useAddress } from "../state/address.js";
import { usePages } from "../state/pages.js";

const PAGE = 100;

type Entry =
  | { readonly kind: "day"; readonly day: string; readonly session: string; readonly cubes: number }
  | { readonly kind: "cube"; readonly cube: MemCube };

function happenedAt({ time }: MemCube): string {
  return time.occurredAt ?? time.recordedAt;
}

/** Cubes with a heading before each run of one day and session. */
function entriesOf(cubes: readonly MemCube[]): Entry[] {
  const runs: { day: string; session: string; cubes: MemCube[] }[] = [];
  for (const cube of cubes) {
    const on = day(happenedAt(cube));
    const session = cube.scope.session ?? "";
    const last = runs.at(-1);
    if (last?.day === on && last.session === session) last.cubes.push(cube);
    else runs.push({ day: on, session, cubes: [cube] });
  }
  return runs.flatMap((run): Entry[] => [
    { kind: "day", day: run.day, session: run.session, cubes: run.cubes.length },
    ...run.cubes.map((cube): Entry => ({ kind: "cube", cube })),
  ]);
}

/** What happened, in the order in which it was recorded, under the day on which it happened. */
export function Timeline() {
  const { params } = useAddress();
  const order = params.get("order") === "oldest" ? "oldest" : "newest";
  const { rows, problem, loading, more, next } = usePages<MemCube>(order, async (read, cursor) => {
    const page = await read.list({ limit: PAGE, order, types: ["episodic"], archived: true, cursor });
    return { rows: page.cubes, cursor: page.cursor };
  });
  const entries = useMemo(() => entriesOf(rows), [rows]);
  return (
    <>
      <div className="filters">
        <OrderChoice
          value={order}
          names={{ newest: "latest first", oldest: "earliest first" }}
          onChange={(chosen) => setParams({ order: chosen })}
        />
        <span className="quiet">
          Episodic memories in the order in which they came
          {rows.length > 0 && `: ${rows.length.toLocaleString("en")}${more ? " so far" : ""}`}
        </span>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Rows
        rows={entries}
        label="Episodes"
        height={40}
        keyOf={(entry) =>
          entry.kind === "cube" ? entry.cube.id : `${entry.day} ${entry.session} ${entry.cubes}`
        }
        onNear={next}
        keys={{ Enter: (entry) => entry.kind === "cube" && go(memoryHref(entry.cube.id)) }}
      >
        {(entry) =>
          entry.kind === "day" ? (
            <h2 className="day">
              {entry.day}
              {entry.session !== "" && (
                <span className="quiet">
                  {" "}
                  session <Plain text={entry.session} />
                </span>
              )}
              <span className="quiet"> {count(entry.cubes, "memory", "memories")}</span>
            </h2>
          ) : (
            <div className="moment">
              <When at={happenedAt(entry.cube)} />
              <span className="who">
                <Plain text={entry.cube.provenance.actor} />
              </span>
              <Link className="row-link" href={memoryHref(entry.cube.id)}>
                <Plain text={excerpt(entry.cube)} />
              </Link>
            </div>
          )
        }
      </Rows>
      {loading && <Loading what="episodes" />}
      {!loading && entries.length === 0 && problem === undefined && (
        <Empty title="No episodes here">
          Messages become episodic memories. Add some with <code>memos add</code>, or choose another scope.
        </Empty>
      )}
    </>
  );
}
